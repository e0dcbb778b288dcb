/** Audio in real time, by a clock that the test moves. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Sender } from '../../pipecat/sender.ts';
import { errorOf } from '../receive/error-of.ts';

/** A frame that has left, and its time. */
interface Frame {
  at: number;
  samples: number;
  first: number | undefined;
}

let frames: Frame[];
let isFull: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  frames = [];
  isFull = false;
});
afterEach(() => {
  vi.useRealTimers();
});

function makeSender(isPaced = true): Sender {
  const start = performance.now();
  return new Sender({
    sampleRate: 8000,
    isPaced,
    isFull: () => isFull,
    send: (pcm) => void frames.push({ at: performance.now() - start, samples: pcm.length, first: pcm[0] }),
  });
}

/** So many ms of audio, all of whose samples have this value. */
const audio = (ms: number, value = 1) => new Int16Array(ms * 8).fill(value);
const times = () => frames.map(({ at }) => at);

describe('pace', () => {
  test('a frame leaves every 20 ms, the first at once; the promise resolves with the last', async () => {
    const sender = makeSender();
    let isDone = false;
    void sender.send(audio(80)).then(() => {
      isDone = true;
    });
    await vi.advanceTimersByTimeAsync(59);
    expect([times(), isDone]).toEqual([[0, 20, 40], false]);
    await vi.advanceTimersByTimeAsync(1);
    expect([times(), isDone]).toEqual([[0, 20, 40, 60], true]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('the last frame may be shorter, and what follows is due when it has been spoken', async () => {
    const sender = makeSender();
    void sender.send(audio(25, 1));
    void sender.send(audio(20, 2));
    await vi.runAllTimersAsync();
    expect(frames.map(({ at, samples }) => [at, samples])).toEqual([
      [0, 160],
      [20, 40],
      [25, 160],
    ]);
  });

  test('calls that follow one another go on in one time', async () => {
    const sender = makeSender();
    const speak = async () => {
      for (let call = 0; call < 5; call++) await sender.send(audio(20));
    };
    void speak();
    await vi.runAllTimersAsync();
    expect(times()).toEqual([0, 20, 40, 60, 80]);
  });

  test('after a pause the time begins anew', async () => {
    const sender = makeSender();
    await sender.send(audio(20));
    await vi.advanceTimersByTimeAsync(500);
    void sender.send(audio(40));
    await vi.runAllTimersAsync();
    expect(times()).toEqual([0, 500, 520]);
  });

  test('timers that are late shift nothing that follows', async () => {
    const sender = makeSender();
    const timeout = setTimeout;
    let count = 0;
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((call: () => void, ms: number) =>
      timeout(call, ms + (count++ % 5))) as never);
    await Promise.all([sender.send(audio(2000)), vi.runAllTimersAsync()]);
    vi.restoreAllMocks();
    const late = times().map((at, index) => at - index * 20);
    expect(Math.max(...late)).toBeLessThan(5);
    expect(frames).toHaveLength(100);
  });

  test('an event loop that stood still is made up for, within a call and between calls', async () => {
    const sender = makeSender();
    const now = performance.now.bind(performance);
    let late = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now() + late);
    const speak = async () => {
      await sender.send(audio(200));
      for (let call = 0; call < 5; call++) await sender.send(audio(20));
    };
    void speak();
    await vi.advanceTimersByTimeAsync(30);
    // Nothing runs for 170 ms, and then all that was due.
    late = 170;
    await vi.runAllTimersAsync();
    vi.restoreAllMocks();
    expect(times()).toEqual([0, 20, ...Array.from({ length: 9 }, () => 210), 220, 240, 260, 280]);
  });

  test('without a pace, all leaves at once', async () => {
    const sender = makeSender(false);
    await sender.send(audio(1000));
    expect(times()).toEqual(Array.from({ length: 50 }, () => 0));
  });

  test.each([true, false])(
    'audio waits for a peer that reads nothing (pace: %s), and leaves in order later',
    async (isPaced) => {
      const sender = makeSender(isPaced);
      isFull = true;
      const sent = sender.send(audio(60));
      await vi.advanceTimersByTimeAsync(1000);
      expect(frames).toEqual([]);
      isFull = false;
      await Promise.all([sent, vi.runAllTimersAsync()]);
      expect(frames).toHaveLength(3);
      // It does not make up for the time in which the peer stood still.
      if (isPaced) expect(times()[2]! - times()[0]!).toBe(40);
    },
  );
});

describe('calls', () => {
  test('queue, and never interleave', async () => {
    const sender = makeSender();
    const order: number[] = [];
    const send = (value: number) => sender.send(audio(60, value)).then(() => order.push(value));
    await Promise.all([send(1), send(2), send(3), vi.runAllTimersAsync()]);
    expect(frames.map(({ first }) => first)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(order).toEqual([1, 2, 3]);
    expect(times()).toEqual([0, 20, 40, 60, 80, 100, 120, 140, 160]);
  });

  test('without samples, resolve in their turn', async () => {
    const sender = makeSender();
    const order: string[] = [];
    void sender.send(audio(60)).then(() => order.push('audio'));
    void sender.send(new Int16Array()).then(() => order.push('empty'));
    await vi.runAllTimersAsync();
    expect(order).toEqual(['audio', 'empty']);
    expect(frames).toHaveLength(3);
  });

  test('that are aborted send no more, and the others go on', async () => {
    const sender = makeSender();
    const [first, second] = [new AbortController(), new AbortController()];
    const ends = [
      errorOf(sender.send(audio(100, 1), first.signal)),
      errorOf(sender.send(audio(100, 2), second.signal)),
      sender.send(audio(40, 3)),
    ];
    await vi.advanceTimersByTimeAsync(25);
    second.abort('second');
    first.abort('first');
    await vi.runAllTimersAsync();
    expect(await Promise.all(ends)).toEqual(['first', 'second', undefined]);
    expect(frames.map(({ first }) => first)).toEqual([1, 1, 3, 3]);
    expect(times()).toEqual([0, 20, 40, 60]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('whose signal is aborted already are refused', async () => {
    expect(await errorOf(makeSender().send(audio(20), AbortSignal.abort('no')))).toBe('no');
    expect(frames).toEqual([]);
  });

  test('fail together when the connection ends, without a timer left', async () => {
    const sender = makeSender();
    const calls = [sender.send(audio(100)), sender.send(audio(100))].map(errorOf);
    await vi.advanceTimersByTimeAsync(20);
    expect(sender.isBusy).toBe(true);
    const gone = new Error('gone');
    sender.end(gone);
    expect(await Promise.all(calls)).toEqual([gone, gone]);
    expect([sender.isBusy, vi.getTimerCount(), frames.length]).toEqual([false, 0, 2]);
  });
});
