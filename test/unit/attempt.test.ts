import { describe, expect, it, vi } from 'vitest';
import { Attempts } from '../../overlays/connection/attempt.ts';

const never = () => new Promise<never>(() => {});

describe('Attempts', () => {
  it('has one attempt at a time, and none after it has settled', async () => {
    const attempts = new Attempts<number>();
    const attempt = attempts.start(async () => 1);
    expect(attempts.current).toBe(attempt);
    expect(await attempt).toBe(1);
    expect(attempts.current).toBeUndefined();
    const failed = attempts.start(() => Promise.reject(new Error('refused')));
    await expect(failed).rejects.toThrow('refused');
    expect(attempts.current).toBeUndefined();
  });

  it('lets the first who learns of a failure dial again', async () => {
    const attempts = new Attempts<number>();
    const again = attempts.start(never).catch(() => attempts.current ?? attempts.start(async () => 2));
    attempts.fail(new Error('lost'));
    expect(await again).toBe(2);
  });

  it('begins a new attempt in the tick in which the last one was ended', async () => {
    const attempts = new Attempts<number>();
    const first = attempts.start(never);
    attempts.end(Promise.resolve());
    expect(attempts.current).toBeUndefined();
    const second = attempts.start(async (attempt) => {
      await attempts.lastEnd;
      attempt.admit();
      return 2;
    });
    expect(attempts.current).toBe(second);
    await expect(first).rejects.toMatchObject({ code: 'ERR_DISCONNECTED' });
    expect(await second).toBe(2);
  });

  it('fails from outside, and says so to the code that dials', async () => {
    const attempts = new Attempts<number>();
    let isOver = () => false;
    const attempt = attempts.start((one) => {
      isOver = () => one.isOver;
      return never();
    });
    expect(isOver()).toBe(false);
    attempts.fail(new Error('lost'));
    expect(isOver()).toBe(true);
    await expect(attempt).rejects.toThrow('lost');
  });

  it('fails after its limit, and leaves nothing behind before anybody knows', async () => {
    vi.useFakeTimers();
    const events: string[] = [];
    const attempts = new Attempts<number>();
    const attempt = attempts.start(never, { limit: 100, onFailure: () => void events.push('cleared') });
    const told = attempt.catch((error: Error) =>
      events.push(`${error.name}, ${(error as { timeout?: number }).timeout}`),
    );
    await vi.advanceTimersByTimeAsync(100);
    await told;
    expect(events).toEqual(['cleared', 'ConnectTimeoutError, 100']);
    const short = attempts.start(async () => 1, { limit: 100 });
    await short;
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('tells of the failure alone, when what it has left behind cannot be cleared', async () => {
    const unhandled: unknown[] = [];
    const listen = (error: unknown) => void unhandled.push(error);
    process.on('unhandledRejection', listen);
    const attempts = new Attempts<number>();
    const onFailure = () => {
      throw new Error('sealed');
    };
    await expect(attempts.start(() => Promise.reject(new Error('refused')), { onFailure })).rejects.toThrow('refused');
    await new Promise((resolve) => setTimeout(resolve));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });

  it('tells a failure from a success, which are both over', async () => {
    const attempts = new Attempts<number>();
    const ends: { readonly isOver: boolean; readonly isFailed: boolean }[] = [];
    const start = (dial: () => Promise<number>) =>
      attempts.start((attempt) => {
        ends.push(attempt);
        return dial();
      });
    await start(async () => 1);
    await start(() => Promise.reject(new Error('refused'))).catch(() => {});
    start(never).catch(() => {});
    attempts.fail(new Error('lost'));
    expect(ends.map(({ isOver, isFailed }) => [isOver, isFailed])).toEqual([
      [true, false],
      [true, true],
      [true, true],
    ]);
  });

  it('waits for the end of the connection, unless it is ended once more', async () => {
    const attempts = new Attempts<string>();
    let over = () => {};
    const end = () => attempts.end(new Promise<void>((resolve) => (over = resolve)));
    const connect = () =>
      attempts.start(async (attempt) => {
        await attempts.lastEnd;
        attempt.admit();
        dials++;
        return 'dialled';
      });
    let dials = 0;
    end();
    const first = connect();
    over();
    expect(await first).toBe('dialled');
    end();
    const second = connect();
    end();
    await expect(second).rejects.toMatchObject({ code: 'ERR_DISCONNECTED' });
    const third = connect();
    over();
    expect(await third).toBe('dialled');
    expect(dials).toBe(2);
  });
});
