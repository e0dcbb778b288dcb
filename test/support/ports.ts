import type { AddressInfo, Server } from 'node:net';

/** Below the ports that the system hands out to clients. */
const first = 10_000;
const perWorker = 5_000;
const worker = Number(process.env.VITEST_POOL_ID ?? 0) % 4;
let next = Math.floor(Math.random() * perWorker);

/**
 * Listens on 127.0.0.1, on a port that no other test worker of this run gets, and that this one has not had for long: a bare SDK
 * that dials for ever goes on after its test, and must not be seen by another test's server.
 *
 * @returns the port
 */
export async function listen(server: Server): Promise<number> {
  for (;;) {
    next = (next + 1) % perWorker;
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(first + worker * perWorker + next, '127.0.0.1', () => {
          server.off('error', reject);
          resolve();
        });
      });
      return (server.address() as AddressInfo).port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}
