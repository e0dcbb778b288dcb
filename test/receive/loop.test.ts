/** `for await` over a queue. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ReceiveQueue } from '../../receive/index.ts';

async function collect(queue: AsyncIterable<number>): Promise<{ items: number[]; error?: unknown }> {
  const items: number[] = [];
  try {
    for await (const item of queue) items.push(item);
    return { items };
  } catch (error) {
    return { items, error };
  }
}

test('a loop ends quietly after end(), when what had arrived is gone', async () => {
  const queue = new ReceiveQueue<number>();
  const loop = collect(queue);
  queue.push(1);
  await turn();
  queue.push(2);
  queue.push(3);
  queue.end();
  expect(await loop).toEqual({ items: [1, 2, 3] });
  expect(await collect(queue)).toEqual({ items: [] });
});

test.each([
  ['a crash', new Error('boom')],
  ['a close by the peer', { closeCode: 1000 }],
  ['a close of which nothing is known', {}],
])('a loop throws the error after %s', async (_name, cause) => {
  const queue = new ReceiveQueue<number>();
  const waiting = collect(queue);
  queue.push(1);
  await turn();
  queue.end(cause);
  expect(await waiting).toEqual({ items: [1], error: queue.error });
  expect(await collect(queue)).toEqual({ items: [], error: queue.error });
});

test('break leaves the queue as it is: the next loop goes on there', async () => {
  const queue = new ReceiveQueue<number>();
  for (const item of [1, 2, 3, 4]) queue.push(item);
  for await (const item of queue) if (item === 2) break;
  expect(queue.ended).toBe(false);
  expect(queue.size).toBe(2);
  queue.end();
  expect(await collect(queue)).toEqual({ items: [3, 4] });
});

test('return() while next() waits takes no item along', async () => {
  const queue = new ReceiveQueue<number>();
  const loop = queue[Symbol.asyncIterator]();
  const other = queue[Symbol.asyncIterator]();
  const waiting = [loop.next(), other.next(), loop.next()];
  expect(await loop.return?.()).toEqual({ done: true, value: undefined });
  queue.push(1);
  queue.push(2);
  expect(await Promise.all(waiting)).toEqual([
    { done: true, value: undefined },
    { done: false, value: 1 },
    { done: true, value: undefined },
  ]);
  expect(await loop.next()).toEqual({ done: true, value: undefined });
  expect(queue.size).toBe(1);
});

test('two loops share the items, each of which reaches one of them', async () => {
  const queue = new ReceiveQueue<number>();
  const loops = [collect(queue), collect(queue)];
  for (let item = 0; item < 100; item++) {
    queue.push(item);
    if (item % 7 === 0) await turn();
  }
  queue.end();
  const items = (await Promise.all(loops)).flatMap((loop) => loop.items);
  expect(items.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, item) => item));
});

test('the iterator of a loop is iterable itself', async () => {
  const queue = new ReceiveQueue<number>();
  queue.push(1);
  queue.end();
  expect(await collect(queue[Symbol.asyncIterator]())).toEqual({ items: [1] });
});
