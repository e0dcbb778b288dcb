import type { Server } from 'node:net';

/** Below the ports that the system hands out to clients. */
const first = 10_000;
const perWorker = 5_000;
const worker = Number(process.env.VITEST_POOL_ID ?? 0) % 4;
let next = Math.floor(Math.random() * perWorker);

/**
 * Opens something on a port of 127.0.0.1 that no other test worker of this run gets, and that this one has not had for long: a
 * bare SDK that dials for ever goes on after its test, and must not be seen by another test's server.
 *
 * @param open rejects with `EADDRINUSE` when the port is taken: then it is called again with another one
 */
export async function onFreePort<R>(open: (port: number) => Promise<R>): Promise<R> {
  for (;;) {
    next = (next + 1) % perWorker;
    try {
      return await open(first + worker * perWorker + next);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

/** Listens on such a port. @returns the port */
export function listen(server: Server): Promise<number> {
  return onFreePort(
    (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject);
          resolve(port);
        });
      }),
  );
}
