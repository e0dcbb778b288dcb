/** Each item goes to one consumer, in the order in which they came. */
import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { ReceiveQueue, ReceiveTimeoutError, StreamEndedError } from '../../receive/index.ts';
import { errorOf } from './error-of.ts';

/** Settles with what the promise has become by now. */
async function now(promise: Promise<unknown>): Promise<unknown> {
  let state: unknown = 'waits';
  const settle = (result: unknown) => {
    state = result;
  };
  promise.then(settle, settle);
  for (let turn = 0; turn < 5; turn++) await null;
  return state;
}

describe('items', () => {
  it('go to those who wait, first come, first served', async () => {
    const queue = new ReceiveQueue<number>();
    const waiting = [queue.receive(), queue.receive(), queue.receive()];
    for (const item of [1, 2, 3, 4]) queue.push(item);
    expect(await Promise.all(waiting)).toEqual([1, 2, 3]);
    expect(queue.size).toBe(1);
    expect(await queue.receive()).toBe(4);
    expect(queue.size).toBe(0);
  });

  it('wait in order for those who come later', async () => {
    const queue = new ReceiveQueue<number>();
    for (const item of [1, 2, 3]) queue.push(item);
    expect(await Promise.all([queue.receive(), queue.receive(), queue.receive()])).toEqual([1, 2, 3]);
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['false', false],
    ['NaN', Number.NaN],
    ['an empty text', ''],
    ['a symbol', Symbol.for('end')],
    ['an error', new Error('an item')],
    ['the error of an end', new StreamEndedError('an item', { closeCode: 1000 })],
    ['the description of an end', { closeCode: 1000, closeReason: 'an item' }],
    ['the result of an iterator', { done: true, value: undefined }],
    ['a turn', { items: [], endedBy: 'stream' }],
    ['a function', () => {}],
  ])('may be any value: %s', async (_name, item) => {
    const queue = new ReceiveQueue<unknown>();
    const waiting = queue.receive();
    const next = queue[Symbol.asyncIterator]().next();
    const turn = queue.drain({ isLast: () => true });
    for (let count = 0; count < 6; count++) queue.push(item);
    expect(await waiting).toBe(item);
    expect(await next).toEqual({ value: item, done: false });
    expect((await turn).items[0]).toBe(item);
    expect(queue.size).toBe(3);
    queue.end();
    expect(await queue.receive({ timeout: 0 })).toBe(item);
    expect(await queue[Symbol.asyncIterator]().next()).toEqual({ value: item, done: false });
    expect(await queue.drain()).toEqual({ items: [item], endedBy: 'stream' });
    await expect(queue.receive()).rejects.toBe(queue.error);
  });
});

describe('an item with a method then()', () => {
  const promise = Promise.resolve('else');
  const method = 'then';
  const items = [{ [method]: (resolve: (value: string) => void) => resolve('else') }, promise];

  it.each(items)('comes out of a loop and of a turn as itself (%#)', async (item) => {
    const queue = new ReceiveQueue<object>();
    for (let n = 0; n < 2; n++) queue.push(item);
    for await (const one of queue) {
      expect(one === item).toBe(true);
      break;
    }
    const { items } = await queue.drain({ isLast: () => true });
    expect(items[0] === item).toBe(true);
  });

  it.each(items)('is refused by receive(), and stays in line (%#)', async (item) => {
    const queue = new ReceiveQueue<object>();
    const waiting = queue.receive();
    expect(queue.push(item)).toBe(true);
    expect(await errorOf(waiting)).toMatchObject({ name: 'TypeError', message: /then\(\)/ });
    expect(await errorOf(queue.receive())).toBeInstanceOf(TypeError);
    expect(queue.size).toBe(1);
    expect((await queue.drain({ isLast: () => true })).items[0] === item).toBe(true);
    expect(queue.size).toBe(0);
  });
});

describe('clear()', () => {
  it('drops what is in line, and says how many', async () => {
    const queue = new ReceiveQueue<number>();
    for (const item of [1, 2, 3]) queue.push(item);
    expect(queue.clear()).toBe(3);
    expect(queue.clear()).toBe(0);
    queue.push(4);
    expect(await queue.receive()).toBe(4);
  });

  it('after the end lets the next receiver fail', async () => {
    const queue = new ReceiveQueue<number>();
    queue.push(1);
    queue.end();
    expect(queue.clear()).toBe(1);
    await expect(queue.receive()).rejects.toMatchObject({ phase: 'between-chunks' });
  });
});

describe('a signal', () => {
  it('takes its receiver out of the line, and no item with it', async () => {
    const queue = new ReceiveQueue<number>();
    const controller = new AbortController();
    const leaves = queue.receive({ signal: controller.signal });
    const stays = queue.receive();
    const reason = new Error('barge-in');
    controller.abort(reason);
    await expect(leaves).rejects.toBe(reason);
    queue.push(1);
    expect(await stays).toBe(1);
  });

  it('that is aborted already takes nothing', async () => {
    const queue = new ReceiveQueue<number>();
    queue.push(1);
    const signal = AbortSignal.abort('no');
    await expect(queue.receive({ signal })).rejects.toBe('no');
    await expect(queue.drain({ signal })).rejects.toBe('no');
    expect(queue.size).toBe(1);
  });

  it('that is aborted later changes nothing for one that has its item', async () => {
    const queue = new ReceiveQueue<number>();
    const controller = new AbortController();
    const first = queue.receive({ signal: controller.signal });
    queue.push(1);
    controller.abort();
    expect(await first).toBe(1);
  });

  it('may serve any number of receivers, without a warning and without a listener left', async () => {
    const queue = new ReceiveQueue<number>();
    const { signal } = new AbortController();
    const warned = vi.fn();
    process.on('warning', warned);
    const waiting = Array.from({ length: 20 }, () => queue.receive({ signal }));
    for (let item = 0; item < 20; item++) queue.push(item);
    await Promise.all(waiting);
    await new Promise(setImmediate);
    process.off('warning', warned);
    expect(warned).not.toHaveBeenCalled();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('a timeout', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('is another error than the end, with phase and limit in its message', async () => {
    const queue = new ReceiveQueue<number>();
    const first = queue.receive({ timeout: 300 });
    expect(await now(first)).toBe('waits');
    await vi.advanceTimersByTimeAsync(299);
    expect(await now(first)).toBe('waits');
    await vi.advanceTimersByTimeAsync(1);
    const error = await now(first);
    expect(error).toBeInstanceOf(ReceiveTimeoutError);
    expect(error).not.toBeInstanceOf(StreamEndedError);
    expect(error).toMatchObject({ code: 'ERR_RECEIVE_TIMEOUT', phase: 'first-chunk', timeout: 300 });
    expect((error as Error).message).toMatch(/first-chunk.*300 ms/);
    expect(queue.ended).toBe(false);
    queue.push(1);
    expect(await queue.receive()).toBe(1);
    const second = queue.receive({ timeout: 300 });
    await vi.advanceTimersByTimeAsync(300);
    expect(await now(second)).toMatchObject({ phase: 'between-chunks' });
  });

  it('of the queue is the default of receive(), drain() and loops', async () => {
    const queue = new ReceiveQueue<number>({ timeout: 100 });
    const waiting = [
      queue.receive(),
      queue.drain(),
      queue[Symbol.asyncIterator]().next(),
      queue.receive({ timeout: 200 }),
    ];
    await vi.advanceTimersByTimeAsync(100);
    expect(await Promise.all(waiting.map(now))).toEqual([
      expect.objectContaining({ timeout: 100 }),
      expect.objectContaining({ timeout: 100 }),
      expect.objectContaining({ timeout: 100 }),
      'waits',
    ]);
    await vi.advanceTimersByTimeAsync(100);
    expect(await now(waiting[3]!)).toMatchObject({ timeout: 200 });
  });

  it('of 0 takes only what is there', async () => {
    const queue = new ReceiveQueue<number>();
    expect(await now(queue.receive({ timeout: 0 }))).toBeInstanceOf(ReceiveTimeoutError);
    expect(await now(queue.drain({ timeout: 0 }))).toBeInstanceOf(ReceiveTimeoutError);
    queue.push(1);
    queue.push(2);
    expect(await now(queue.receive({ timeout: 0 }))).toBe(1);
    expect(await now(queue.drain({ timeout: 0, silence: 0 }))).toEqual({ items: [2], endedBy: 'silence' });
    const ahead = queue.receive();
    expect(await now(queue.receive({ timeout: 0 }))).toBeInstanceOf(ReceiveTimeoutError);
    queue.push(3);
    expect(await now(ahead)).toBe(3);
    queue.end();
    expect(await now(queue.receive({ timeout: 0 }))).toBe(queue.error);
  });

  it('leaves the line and takes no item along', async () => {
    const queue = new ReceiveQueue<number>();
    const leaves = queue.receive({ timeout: 50 });
    const stays = queue.receive();
    await vi.advanceTimersByTimeAsync(50);
    expect(await now(leaves)).toBeInstanceOf(ReceiveTimeoutError);
    queue.push(1);
    expect(await now(stays)).toBe(1);
  });

  it('starts anew with touch(), for all that wait', async () => {
    const queue = new ReceiveQueue<number>();
    const waiting = [queue.receive({ timeout: 100 }), queue.drain({ timeout: 150 })];
    for (let ping = 0; ping < 20; ping++) {
      await vi.advanceTimersByTimeAsync(80);
      queue.touch();
    }
    await vi.advanceTimersByTimeAsync(99);
    expect(await Promise.all(waiting.map(now))).toEqual(['waits', 'waits']);
    await vi.advanceTimersByTimeAsync(1);
    expect(await now(waiting[0]!)).toBeInstanceOf(ReceiveTimeoutError);
    expect(await now(waiting[1]!)).toBe('waits');
    await vi.advanceTimersByTimeAsync(50);
    expect(await now(waiting[1]!)).toBeInstanceOf(ReceiveTimeoutError);
  });

  it('does not move a ceiling by a signal', async () => {
    const queue = new ReceiveQueue<number>();
    const controller = new AbortController();
    setTimeout(() => controller.abort('ceiling'), 200);
    const waiting = queue.receive({ timeout: 100, signal: controller.signal });
    for (let ping = 0; ping < 4; ping++) {
      await vi.advanceTimersByTimeAsync(50);
      queue.touch();
    }
    expect(await now(waiting)).toBe('ceiling');
  });

  it('starts anew with an item for another receiver, because that is no silence', async () => {
    const queue = new ReceiveQueue<number>();
    const first = queue.receive();
    const second = queue.receive({ timeout: 100 });
    await vi.advanceTimersByTimeAsync(60);
    queue.push(1);
    expect(await now(first)).toBe(1);
    await vi.advanceTimersByTimeAsync(99);
    expect(await now(second)).toBe('waits');
    await vi.advanceTimersByTimeAsync(1);
    expect(await now(second)).toBeInstanceOf(ReceiveTimeoutError);
  });

  it('counts from its own call, however long another one has waited', async () => {
    const queue = new ReceiveQueue<number>();
    const long = queue.receive({ timeout: 1000 });
    await vi.advanceTimersByTimeAsync(600);
    const short = queue.receive({ timeout: 100 });
    await vi.advanceTimersByTimeAsync(100);
    expect(await now(short)).toMatchObject({ timeout: 100 });
    await vi.advanceTimersByTimeAsync(299);
    expect(await now(long)).toBe('waits');
    await vi.advanceTimersByTimeAsync(1);
    expect(await now(long)).toMatchObject({ timeout: 1000 });
  });

  it('leaves no timer after the end', async () => {
    const queue = new ReceiveQueue<number>({ timeout: 60_000 });
    const waiting = [queue.receive(), queue.receive(), queue.drain()];
    queue.push(1);
    expect(vi.getTimerCount()).toBe(1);
    queue.end();
    expect(vi.getTimerCount()).toBe(0);
    await Promise.allSettled(waiting);
  });
});

test('a busy event loop is not a silence: what has arrived by then is read first', async () => {
  const queue = new ReceiveQueue<number>();
  const waiting = queue.receive({ timeout: 30 });
  const turn = queue.drain({ silence: 30 });
  const { port1, port2 } = new MessageChannel();
  port2.on('message', (item) => queue.push(item));
  port1.postMessage(1);
  port1.postMessage(2);
  const until = performance.now() + 100;
  while (performance.now() < until);
  expect(await waiting).toBe(1);
  port1.close();
  expect((await turn).items).toEqual([2]);
});

test('a receive() that nobody awaits never makes an unhandled rejection', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  const queue = new ReceiveQueue<number>();
  queue.receive({ timeout: 1 });
  queue.receive();
  queue.drain();
  queue[Symbol.asyncIterator]().next();
  queue.receive({ signal: AbortSignal.abort() });
  queue.receive({ tiemout: 1 } as never);
  await new Promise((resolve) => setTimeout(resolve, 10));
  queue.end(new Error('boom'));
  queue.receive();
  queue.drain();
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});
