/** One turn, whole. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReceiveQueue, ReceiveTimeoutError, type Turn } from '../../receive/index.ts';
import { begin } from './begin.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a turn ends', () => {
  it('by 500 ms of silence after the last item', async () => {
    const queue = new ReceiveQueue<string>();
    const turn = begin(queue);
    await pass(10_000);
    for (const item of ['a', 'b', 'c']) {
      queue.push(item);
      await pass(499);
      expect(turn.ended).toBeUndefined();
    }
    await pass(1);
    expect(turn.ended).toEqual({ items: ['a', 'b', 'c'], endedBy: 'silence' });
  });

  it('by a silence of its own length', async () => {
    const queue = new ReceiveQueue<string>();
    queue.push('a');
    const turn = begin(queue, { silence: 50 });
    await pass(49);
    expect(turn.ended).toBeUndefined();
    await pass(1);
    expect(turn.ended).toEqual({ items: ['a'], endedBy: 'silence' });
  });

  it('by its limit, however much still comes', async () => {
    const queue = new ReceiveQueue<string>();
    const turn = begin(queue, { limit: 1000 });
    await pass(5000);
    for (let count = 0; count < 9; count++) {
      queue.push('a');
      await pass(120);
    }
    expect(turn.ended).toEqual({ items: Array(9).fill('a'), endedBy: 'limit' });
    queue.push('later');
    expect(queue.size).toBe(1);
  });

  it('by the last item at once, also when it is the first, or a silent one', async () => {
    const queue = new ReceiveQueue<string>();
    const isLast = (item: string) => item === 'done';
    const turns = [begin(queue, { isLast }), begin(queue, { isLast }), begin(queue, { isLast, isSilence: () => true })];
    for (const item of ['a', 'b', 'done', 'done', 'done', 'next']) queue.push(item);
    await pass(0);
    expect(turns.map(({ ended }) => ended)).toEqual([
      { items: ['a', 'b', 'done'], endedBy: 'last' },
      { items: ['done'], endedBy: 'last' },
      { items: ['done'], endedBy: 'last' },
    ]);
    expect(queue.size).toBe(1);
  });

  it('normally, when the stream ends after its first item', async () => {
    const queue = new ReceiveQueue<string>();
    const turn = begin(queue);
    queue.push('a');
    queue.push('b');
    queue.end(new Error('boom'));
    await pass(0);
    expect(turn.ended).toEqual({ items: ['a', 'b'], endedBy: 'stream' });
    const next = begin(queue);
    await pass(0);
    expect(next.ended).toBe(queue.error);
  });

  it('with the end of the stream before its first item: that is an error', async () => {
    const queue = new ReceiveQueue<string>();
    const turn = begin(queue);
    queue.end({ closeCode: 1011 });
    await pass(0);
    expect(turn.ended).toBe(queue.error);
  });

  it('at once, when the stream had ended before the call and something is left', async () => {
    const queue = new ReceiveQueue<string>();
    queue.push('a');
    queue.end({ closeCode: 1000 });
    const turn = begin(queue);
    await pass(0);
    expect(turn.ended).toEqual({ items: ['a'], endedBy: 'stream' });
  });

  it('at once with a silence or a limit of 0: it is what was there', async () => {
    const queue = new ReceiveQueue<string>();
    queue.push('a');
    queue.push('b');
    const first = begin(queue, { silence: 0 });
    const second = begin(queue, { limit: 0 });
    queue.push('c');
    queue.push('d');
    await pass(0);
    expect(first.ended).toEqual({ items: ['a', 'b'], endedBy: 'silence' });
    expect(second.ended).toEqual({ items: ['c'], endedBy: 'limit' });
    expect(queue.size).toBe(1);
  });
});

describe('a turn that does not begin', () => {
  it('ends by its timeout, with the phase first-chunk in every turn', async () => {
    const queue = new ReceiveQueue<string>({ timeout: 100 });
    const early = begin(queue);
    await pass(100);
    expect(early.ended).toMatchObject({ phase: 'first-chunk', timeout: 100 });
    queue.push('a');
    await queue.receive();
    const late = begin(queue, { timeout: 200 });
    await pass(199);
    expect(late.ended).toBeUndefined();
    await pass(1);
    expect(late.ended).toBeInstanceOf(ReceiveTimeoutError);
    expect(late.ended).toMatchObject({ phase: 'first-chunk', timeout: 200 });
  });

  it('does not end by its limit or its silence', async () => {
    const queue = new ReceiveQueue<string>();
    const turn = begin(queue, { silence: 10, limit: 10 });
    await pass(10_000);
    expect(turn.ended).toBeUndefined();
  });
});

describe('touch()', () => {
  it('puts off the timeout, and does not keep a turn open that has begun', async () => {
    const queue = new ReceiveQueue<string>();
    const turn = begin(queue, { timeout: 100, silence: 100 });
    await pass(90);
    queue.touch();
    await pass(90);
    queue.push('a');
    await pass(90);
    queue.touch();
    await pass(10);
    expect(turn.ended).toEqual({ items: ['a'], endedBy: 'silence' });
  });
});

describe('silent items', () => {
  const isSilence = (item: string) => item === '-';

  it('neither begin a turn nor keep it open; those inside it are kept', async () => {
    const queue = new ReceiveQueue<string>();
    const turn = begin(queue, { isSilence, silence: 100 });
    const line = setInterval(() => queue.push('-'), 20);
    await pass(1000);
    expect(turn.ended).toBeUndefined();
    queue.push('a');
    await pass(50);
    queue.push('b');
    await pass(99);
    expect(turn.ended).toBeUndefined();
    await pass(1);
    clearInterval(line);
    const { items, endedBy } = turn.ended as Turn<string>;
    expect(items.join('')).toMatch(/^a-{2,3}b-{4,5}$/);
    expect(endedBy).toBe('silence');
  });

  it('do not put off the timeout: a line that only sends silence is silent', async () => {
    const queue = new ReceiveQueue<string>();
    const turn = begin(queue, { isSilence, timeout: 300 });
    const behind = queue.receive({ timeout: 400 }).catch((error) => error);
    const line = setInterval(() => queue.push('-'), 20);
    await pass(300);
    expect(turn.ended).toBeInstanceOf(ReceiveTimeoutError);
    clearInterval(line);
    expect(await behind).toBe('-');
  });

  it('before the end of the stream are no turn', async () => {
    const queue = new ReceiveQueue<string>();
    const turn = begin(queue, { isSilence });
    queue.push('-');
    queue.end();
    await pass(0);
    expect(turn.ended).toBe(queue.error);
    expect(queue.size).toBe(0);
  });
});

describe('the place in line', () => {
  it('is held until the turn is over; later consumers wait', async () => {
    const queue = new ReceiveQueue<string>();
    const turn = begin(queue, { silence: 100 });
    const behind = vi.fn();
    queue.receive({ timeout: 5000 }).then(behind);
    queue.push('a');
    queue.push('b');
    await pass(50);
    queue.push('c');
    await pass(99);
    expect(behind).not.toHaveBeenCalled();
    await pass(1);
    expect(turn.ended).toEqual({ items: ['a', 'b', 'c'], endedBy: 'silence' });
    queue.push('d');
    await pass(0);
    expect(behind).toHaveBeenCalledWith('d');
  });

  it('is behind those who came first', async () => {
    const queue = new ReceiveQueue<string>();
    const first = queue.receive();
    const turn = begin(queue, { isLast: (item) => item === 'c' });
    const last = queue.receive();
    for (const item of ['a', 'b', 'c', 'd']) queue.push(item);
    expect(await first).toBe('a');
    expect(turn.ended).toEqual({ items: ['b', 'c'], endedBy: 'last' });
    expect(await last).toBe('d');
  });

  it('does not let the timeout of a later consumer run while a turn hears something', async () => {
    const queue = new ReceiveQueue<string>();
    begin(queue, { silence: 200 });
    const behind = begin(queue, { timeout: 150 });
    for (let count = 0; count < 10; count++) {
      queue.push('a');
      await pass(100);
    }
    expect(behind.ended).toBeUndefined();
    await pass(50);
    expect(behind.ended).toBeInstanceOf(ReceiveTimeoutError);
  });

  it('takes from no bound: a long turn does not stop the source', async () => {
    const queue = new ReceiveQueue<string>({ bound: 2 });
    const turn = begin(queue, { silence: 10 });
    for (let count = 0; count < 100; count++) expect(queue.push('a')).toBe(true);
    expect(queue.size).toBe(0);
    await pass(10);
    expect((turn.ended as Turn<string>).items).toHaveLength(100);
  });
});

describe('the options of a turn', () => {
  it('are read when it is asked for, and its functions are called as methods', async () => {
    const queue = new ReceiveQueue<string>();
    const options = {
      silence: 10,
      isLast(item: string) {
        return item === `last after ${this.silence} ms`;
      },
    };
    queue.push('a');
    const first = begin(queue, options);
    options.silence = 20;
    queue.push('last after 20 ms');
    await pass(0);
    expect(first.ended).toEqual({ items: ['a', 'last after 20 ms'], endedBy: 'last' });
    const second = begin(queue, options);
    options.silence = 10_000;
    options.isLast = () => true;
    queue.push('b');
    await pass(20);
    expect(second.ended).toEqual({ items: ['b'], endedBy: 'silence' });
  });
});

describe('a turn that is given up', () => {
  it('by its signal puts back what it had taken, in front of all others', async () => {
    const queue = new ReceiveQueue<string>();
    const controller = new AbortController();
    queue.push('a');
    const turn = begin(queue, { signal: controller.signal });
    queue.push('b');
    const behind = queue.receive();
    expect(queue.size).toBe(0);
    controller.abort('barge-in');
    await pass(0);
    expect(turn.ended).toBe('barge-in');
    expect(await behind).toBe('a');
    queue.push('c');
    expect(await queue.receive()).toBe('b');
    expect(await queue.receive()).toBe('c');
  });

  it.each(['isLast', 'isSilence'] as const)('by an error of %s() puts back everything', async (name) => {
    const queue = new ReceiveQueue<string>();
    const error = new Error('bad frame');
    const test = (item: string) => {
      if (item === 'b') throw error;
      return false;
    };
    const turn = begin(queue, { [name]: test });
    queue.push('a');
    expect(queue.push('b')).toBe(true);
    queue.push('c');
    await pass(0);
    expect(turn.ended).toBe(error);
    expect(queue.size).toBe(3);
    expect(await Promise.all([queue.receive(), queue.receive(), queue.receive()])).toEqual(['a', 'b', 'c']);
  });
});

it('a timer that is set for a turn does not outlive it', async () => {
  const queue = new ReceiveQueue<string>();
  const turn = begin(queue, { silence: 10 });
  queue.push('a');
  await pass(10);
  expect(turn.ended).toMatchObject({ endedBy: 'silence' });
  await pass(0);
  expect(vi.getTimerCount()).toBe(0);
});
