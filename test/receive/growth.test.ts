/** A million messages leave nothing behind, and a long line costs no more per item than a short one. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { ReceiveQueue } from '../../receive/index.ts';

// A million messages take seconds, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

const heapUsed = () => {
  gc();
  return process.memoryUsage().heapUsed;
};

test.each<[string, (queue: ReceiveQueue<object>, count: number) => Promise<unknown>]>([
  [
    'receive() that waits, with a timeout and a signal',
    async (queue, count) => {
      const { signal } = new AbortController();
      for (let item = 0; item < count; item++) {
        const waiting = queue.receive({ timeout: 60_000, signal });
        queue.push({ item });
        await waiting;
      }
    },
  ],
  [
    'receive() that finds something',
    async (queue, count) => {
      for (let item = 0; item < count; item++) {
        queue.push({ item });
        await queue.receive();
      }
    },
  ],
  [
    'a loop behind a pump',
    async (queue, count) => {
      let taken = 0;
      const source = async function* () {
        for (let item = 0; ; item++) yield { item };
      };
      const controller = new AbortController();
      queue.pump(source(), { signal: controller.signal });
      for await (const _ of queue) if (++taken === count) break;
      controller.abort();
    },
  ],
])('%s: a million messages without growth', async (_name, use) => {
  await use(new ReceiveQueue({ bound: 10 }), 1000);
  const queue = new ReceiveQueue<object>({ bound: 10 });
  const before = heapUsed();
  await use(queue, 1_000_000);
  expect(heapUsed() - before).toBeLessThan(1_000_000);
  queue.end();
});

test('waits that were given up leave nothing in line, however long somebody waits before them', async () => {
  const queue = new ReceiveQueue<number>();
  const first = queue.receive();
  const leave = async (count: number) => {
    for (let n = 0; n < count; n++) {
      const controller = new AbortController();
      const waiting = queue.receive({ signal: controller.signal });
      controller.abort('left');
      await waiting.catch(() => {});
    }
  };
  await leave(1000);
  const before = heapUsed();
  await leave(100_000);
  expect(heapUsed() - before).toBeLessThan(1_000_000);
  queue.push(1);
  expect(await first).toBe(1);
});

test('the cost of an item does not depend on the length of the line', async () => {
  const best = async (count: number) => {
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      const queue = new ReceiveQueue<number>();
      const start = performance.now();
      for (let item = 0; item < count; item++) queue.push(item);
      for (let item = 0; item < count; item++) await queue.receive();
      times.push(performance.now() - start);
    }
    return Math.min(...times);
  };
  const few = await best(15_000);
  // Below a millisecond, a ratio says more of the clock than of the queue.
  expect(await best(150_000)).toBeLessThan(40 * Math.max(few, 1));
});
