/** The bound, and sources that are pushed to it. */
import { EventEmitter, getEventListeners, on } from 'node:events';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { ReceiveQueue } from '../../receive/index.ts';

const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  const told = vi.fn();
  promise.then(told, told);
  await turn();
  return told.mock.calls.length > 0;
};

describe('the bound', () => {
  it('is a mark: push() answers false from there, and takes the item all the same', async () => {
    const queue = new ReceiveQueue<number>({ bound: 2 });
    expect([queue.push(1), queue.push(2), queue.push(3)]).toEqual([true, false, false]);
    expect(queue.size).toBe(3);
    expect(await queue.receive()).toBe(1);
    expect(await queue.receive()).toBe(2);
    expect(queue.push(4)).toBe(false);
    expect(await queue.receive()).toBe(3);
  });

  it('is 1000 by default', () => {
    const queue = new ReceiveQueue<number>();
    const answers = Array.from({ length: 1000 }, (_, item) => queue.push(item));
    expect(answers.indexOf(false)).toBe(999);
  });

  it('of 1 lets an item through to somebody who waits', async () => {
    const queue = new ReceiveQueue<number>({ bound: 1 });
    const waiting = queue.receive();
    expect([queue.push(1), queue.push(2)]).toEqual([true, false]);
    expect(await waiting).toBe(1);
  });
});

describe('room()', () => {
  const full = () => {
    const queue = new ReceiveQueue<number>({ bound: 2 });
    for (const item of [1, 2, 3]) queue.push(item);
    return queue;
  };

  it('resolves at once below the bound', async () => {
    const queue = new ReceiveQueue<number>({ bound: 2 });
    queue.push(1);
    expect(await settled(queue.room())).toBe(true);
  });

  it('resolves for all that wait when enough was taken', async () => {
    const queue = full();
    const rooms = [queue.room(), queue.room()];
    await queue.receive();
    expect(await settled(rooms[0]!)).toBe(false);
    await queue.receive();
    expect(await Promise.all(rooms.map(settled))).toEqual([true, true]);
  });

  it.each<[string, (queue: ReceiveQueue<number>) => void]>([
    ['a turn', (queue) => queue.drain()],
    ['a loop', (queue) => [queue, queue].map((one) => one[Symbol.asyncIterator]().next())],
    ['clear()', (queue) => queue.clear()],
    ['the end', (queue) => queue.end()],
    ['a crash', (queue) => queue.end(new Error('boom'))],
  ])('resolves after %s', async (_name, make) => {
    const queue = full();
    const room = queue.room();
    expect(await settled(room)).toBe(false);
    make(queue);
    expect(await settled(room)).toBe(true);
  });

  it('can be waited for again', async () => {
    const queue = full();
    for (let round = 0; round < 3; round++) {
      const room = queue.room();
      expect(await settled(room)).toBe(false);
      queue.clear();
      expect(await settled(room)).toBe(true);
      for (const item of [1, 2]) queue.push(item);
    }
  });
});

describe('pump()', () => {
  async function* counting(limit = Number.POSITIVE_INFINITY) {
    for (let item = 1; item <= limit; item++) yield item;
  }

  it('pushes a source until it returns, which is the end by the peer', async () => {
    const queue = new ReceiveQueue<number>();
    await queue.pump(counting(3));
    expect(await queue.drain()).toEqual({ items: [1, 2, 3], endedBy: 'stream' });
    await expect(queue.receive()).rejects.toThrow(/^the peer hung up: the stream was closed$/);
    expect(queue.error?.cause).toBeUndefined();
  });

  it('holds to the bound', async () => {
    const queue = new ReceiveQueue<number>({ bound: 3 });
    let made = 0;
    const source = (async function* () {
      for await (const item of counting()) {
        made = item;
        yield item;
      }
    })();
    queue.pump(source);
    await turn();
    expect([made, queue.size]).toEqual([3, 3]);
    expect(await queue.receive()).toBe(1);
    await turn();
    expect([made, queue.size]).toEqual([4, 3]);
    queue.end();
  });

  it('ends the queue with the crash of the source', async () => {
    const queue = new ReceiveQueue<number>();
    const crash = new Error('boom');
    const pumped = queue.pump(
      (async function* () {
        yield 1;
        throw crash;
      })(),
    );
    expect(await queue.receive()).toBe(1);
    await expect(queue.receive()).rejects.toMatchObject({ cause: crash });
    await pumped;
  });

  it.each([
    ['undefined', undefined, /undefined/],
    ['null', null, /null/],
    ['a text', 'boom', /boom/],
    ['a symbol', Symbol('boom'), /boom/],
    ['an object without a text', Object.create(null), /crashed/],
  ])('ends the queue with a crash whatever is thrown: %s', async (_name, thrown, message) => {
    const queue = new ReceiveQueue<number>();
    const loop = queue[Symbol.asyncIterator]().next();
    await queue.pump({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(thrown) }),
    });
    await expect(loop).rejects.toThrow(message);
    expect(queue.error?.cause).toBeInstanceOf(Error);
  });

  it('ends the queue when the source cannot even begin', async () => {
    const queue = new ReceiveQueue<number>();
    await queue.pump({} as AsyncIterable<number>);
    expect(queue.error?.cause).toBeInstanceOf(TypeError);
  });

  it.each([5, 'text', null, undefined])('ends the queue when next() gives no result, but %s', async (result) => {
    const queue = new ReceiveQueue<number>();
    await queue.pump({ [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(result as never) }) });
    expect(queue.size).toBe(0);
    expect(queue.error?.cause).toBeInstanceOf(TypeError);
  });

  it('is stopped by its signal at once, which is an end of your own', async () => {
    const queue = new ReceiveQueue<number>();
    const controller = new AbortController();
    const emitter = new EventEmitter();
    const pumped = queue.pump(on(emitter, 'message') as AsyncIterable<number>, { signal: controller.signal });
    const waiting = queue.receive();
    const loop = queue[Symbol.asyncIterator]().next();
    controller.abort();
    await expect(waiting).rejects.toThrow(/^this side stopped/);
    expect(queue.error?.cause).toBeUndefined();
    expect(await loop).toEqual({ done: true, value: undefined });
    await pumped;
    expect(emitter.listenerCount('message')).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('hands out what had arrived before the abort', async () => {
    const queue = new ReceiveQueue<number>();
    const controller = new AbortController();
    const pumped = queue.pump(counting(2), { signal: controller.signal });
    while (queue.size < 2) await null;
    controller.abort();
    await pumped;
    expect(await queue.drain()).toEqual({ items: [1, 2], endedBy: 'stream' });
  });

  it('lets go of its source when the queue is ended from outside, and does not wait for a source that is stuck', async () => {
    const left = vi.fn(() => new Promise<never>(() => {}));
    const stuck = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}), return: left }) };
    const queue = new ReceiveQueue<number>();
    const pumped = queue.pump(stuck);
    await turn();
    expect(left).not.toHaveBeenCalled();
    queue.end({ closeCode: 1000 });
    await pumped;
    expect(left).toHaveBeenCalledOnce();
  });

  it('lets go of a source while it waits for room', async () => {
    const queue = new ReceiveQueue<number>({ bound: 1 });
    const left = vi.fn();
    const pumped = queue.pump(
      (async function* () {
        try {
          yield* counting();
        } finally {
          left();
        }
      })(),
    );
    await turn();
    expect(queue.size).toBe(1);
    queue.end();
    await pumped;
    await turn();
    expect(left).toHaveBeenCalledOnce();
    expect(queue.size).toBe(1);
  });

  it('does not call return() of a source that has ended by itself', async () => {
    const left = vi.fn();
    for (const next of [
      () => Promise.resolve({ done: true as const, value: undefined }),
      () => Promise.reject(new Error('boom')),
    ]) {
      await new ReceiveQueue<number>().pump({ [Symbol.asyncIterator]: () => ({ next, return: left }) });
    }
    expect(left).not.toHaveBeenCalled();
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('return'))],
    [
      'throws',
      () => {
        throw new Error('return');
      },
    ],
  ])('never rejects, also when return() %s', async (_name, leave) => {
    const queue = new ReceiveQueue<number>();
    const stuck = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}), return: leave }) };
    const pumped = queue.pump(stuck);
    queue.end();
    await pumped;
    expect(queue.error?.message).toMatch(/^this side stopped/);
  });

  it('into a queue that has ended, or with a signal that is aborted, reads nothing and lets go', async () => {
    const ended = new ReceiveQueue<number>();
    ended.end(new Error('boom'));
    const aborted = new ReceiveQueue<number>();
    for (const [queue, options] of [
      [ended, {}],
      [aborted, { signal: AbortSignal.abort() }],
    ] as const) {
      const source = { next: vi.fn(), return: vi.fn() };
      await queue.pump({ [Symbol.asyncIterator]: () => source }, options);
      expect(source.next).not.toHaveBeenCalled();
      expect(source.return).toHaveBeenCalledOnce();
    }
    expect(aborted.error?.message).toMatch(/^this side stopped/);
    expect(ended.error?.message).toContain('boom');
  });

  it.each([
    ['a web stream', (left: () => void) => new ReadableStream<number>({ pull: (one) => one.enqueue(1), cancel: left })],
    ['a stream of Node', (left: () => void) => Readable.from(counting()).once('close', left)],
  ])('takes %s, and lets go of it when the queue is ended', async (_name, make) => {
    const left = vi.fn();
    const queue = new ReceiveQueue<number>({ bound: 5 });
    const pumped = queue.pump(make(left) as AsyncIterable<number>);
    while (queue.size < 5) await turn();
    queue.end();
    await pumped;
    expect((await queue.drain()).items).toHaveLength(5);
    await vi.waitFor(() => expect(left).toHaveBeenCalledOnce());
  });

  it('two sources share one queue, and the end of one stops the other', async () => {
    const queue = new ReceiveQueue<number>();
    const left = vi.fn();
    const other = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}), return: left }) };
    await Promise.all([queue.pump(other), queue.pump(counting(1))]);
    expect(left).toHaveBeenCalledOnce();
    expect(await queue.receive()).toBe(1);
  });
});
