/** The functions of the app that a turn calls may call the queue. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReceiveQueue, ReceiveTimeoutError } from '../../receive/index.ts';
import { begin } from './begin.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('an end by isLast() reaches everybody who waits behind the turn', async () => {
  const queue = new ReceiveQueue<string>();
  const turn = queue.drain({ isLast: (item) => item === 'bye' && queue.end({ closeCode: 1000 }) });
  const behind = queue.receive();
  queue.push('bye');
  expect(await turn).toEqual({ items: ['bye'], endedBy: 'last' });
  await expect(behind).rejects.toMatchObject({ code: 'ERR_STREAM_ENDED', closeCode: 1000 });
});

describe('isLast() may call the queue', () => {
  it.each<[string, (queue: ReceiveQueue<string>, abort: () => void) => boolean, unknown, string[]]>([
    ['push()', (queue) => queue.push('x') && false, { items: ['a', 'x', 'b', 'c', 'd'], endedBy: 'stream' }, []],
    ['end()', (queue) => queue.end() && false, { items: ['a'], endedBy: 'stream' }, []],
    ['end(), and it is the last', (queue) => queue.end(), { items: ['a'], endedBy: 'last' }, []],
    ['its own abort', (_, abort) => Boolean(abort()), 'aborted', ['a', 'b', 'c', 'd']],
    [
      'its own abort, and throw',
      (_, abort) => {
        abort();
        throw new Error('x');
      },
      'aborted',
      ['a', 'b', 'c', 'd'],
    ],
  ])('%s', async (_name, act, ended, left) => {
    const queue = new ReceiveQueue<string>();
    const controller = new AbortController();
    let acts = 1;
    const isLast = () => acts-- > 0 && act(queue, () => controller.abort('aborted'));
    const turn = begin(queue, { isLast, signal: controller.signal });
    for (const item of ['a', 'b', 'c', 'd']) queue.push(item);
    queue.end();
    await pass(0);
    expect(turn.ended).toEqual(ended);
    const rest: string[] = [];
    for await (const item of queue) rest.push(item);
    expect(rest).toEqual(left);
  });

  it('its own abort: the timeouts of those behind it still start anew', async () => {
    const queue = new ReceiveQueue<string>();
    const controller = new AbortController();
    const isLast = () => Boolean(controller.abort('aborted'));
    begin(queue, { isLast, signal: controller.signal });
    const next = queue.receive();
    const last = begin(queue, { timeout: 100 });
    queue.push('a');
    expect(await next).toBe('a');
    await pass(90);
    queue.touch();
    await pass(90);
    expect(last.ended).toBeUndefined();
    await pass(10);
    expect(last.ended).toBeInstanceOf(ReceiveTimeoutError);
  });

  it('receive(): it waits behind the turn', async () => {
    const queue = new ReceiveQueue<string>();
    queue.push('a');
    queue.push('b');
    queue.push('c');
    let inside: Promise<string> | undefined;
    const isLast = (item: string) => {
      inside ??= queue.receive();
      return item === 'b';
    };
    expect(await queue.drain({ isLast })).toEqual({ items: ['a', 'b'], endedBy: 'last' });
    expect(await inside).toBe('c');
  });
});
