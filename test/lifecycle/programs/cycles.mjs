// Opens and ends sessions, one after the other, and prints the heap after each thousand: `node --expose-gc`.
import { setTimeout as sleep } from 'node:timers/promises';

const { SessionStore } = await import(process.env.LIFECYCLE);
const store = new SessionStore();

async function cycle(n) {
  const session = store.open('42');
  const aborted = (signal) => new Promise((resolve) => signal.addEventListener('abort', resolve));
  void session.tasks.run('assessment', aborted);
  session.tasks.interval('keepalive', 1000, () => {});
  for (const name of ['bridge', 'provider', 'client']) {
    session.use(name, async ({ signal }) => signal.addEventListener('abort', () => {}));
  }
  await session.end(n % 10 === 0);
}

for (let thousands = 0; thousands < 6; thousands++) {
  for (let n = 0; n < 1000; n++) await cycle(n);
  // Timers that have been cleared keep their objects until the loop turns.
  await sleep(100);
  globalThis.gc();
  console.log(process.memoryUsage().heapUsed);
}
