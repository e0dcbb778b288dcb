/** Background tasks: what they hear, what the end waits for, and what its report names. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ScopeClosedError, TaskScope } from '../../lifecycle/index.ts';

const forever = new Promise<never>(() => {});
const ignoresAbort = () => forever;
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount(), 'timers that are left').toBe(0);
  vi.useRealTimers();
});

describe('a task', () => {
  it('gives its result, and its error', async () => {
    const errors: unknown[] = [];
    const scope = new TaskScope({ onError: (error, task) => errors.push(task, error) });
    await expect(scope.run('sum', () => 42)).resolves.toBe(42);
    const failure = new Error('no');
    await expect(
      scope.run('fails', () => {
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(errors).toEqual(['fails', failure]);
    expect(scope.size).toBe(0);
  });

  it('has a signal of its own, which is aborted with the reason of the scope', async () => {
    const scope = new TaskScope({ name: 'work' });
    const signals: AbortSignal[] = [];
    for (const name of ['a', 'b']) {
      void scope.run(name, (signal) => {
        signals.push(signal);
        return untilAborted(signal);
      });
    }
    expect(scope.size).toBe(2);
    const report = await scope.end();
    expect(report).toMatchObject({ name: 'work', outcome: 'graceful', abandoned: [] });
    expect(new Set([...signals, scope.signal]).size).toBe(3);
    for (const { aborted, reason } of [...signals, scope.signal]) {
      expect(aborted).toBe(true);
      expect(reason).toBeInstanceOf(ScopeClosedError);
    }
  });

  it('is refused from the tick on in which the end begins', async () => {
    const scope = new TaskScope();
    const ended = scope.end();
    let hasRun = false;
    const refused = scope.run('late', () => {
      hasRun = true;
    });
    await expect(refused).rejects.toMatchObject({ code: 'ERR_SCOPE_CLOSED' });
    expect(() => scope.interval('late', 10, () => {})).toThrow(ScopeClosedError);
    await ended;
    await expect(scope.run('later', () => {})).rejects.toBeInstanceOf(ScopeClosedError);
    expect(hasRun).toBe(false);
  });

  it('tells no error when it only says that it was aborted', async () => {
    const errors: unknown[] = [];
    const scope = new TaskScope({ onError: (error) => errors.push(error) });
    void scope.run('reason', untilAborted);
    void scope.run('cause', (signal) =>
      untilAborted(signal).catch((cause) => {
        throw new Error('fetch failed', { cause });
      }),
    );
    void scope.run('name', (signal) =>
      untilAborted(signal).catch(() => Promise.reject(new DOMException('', 'AbortError'))),
    );
    const real = new Error('the disk is full');
    void scope.run('transcript', (signal) => untilAborted(signal).catch(() => Promise.reject(real)));
    await scope.end();
    expect(errors).toEqual([real]);
  });

  it('may have a listener of errors that throws', async () => {
    const warnings: string[] = [];
    const onWarning = ({ message }: Error) => warnings.push(message);
    process.on('warning', onWarning);
    const scope = new TaskScope({
      onError: () => {
        throw new Error('of the listener');
      },
    });
    await scope.run('fails', () => Promise.reject(new Error('no'))).catch(() => {});
    await vi.advanceTimersByTimeAsync(0);
    await new Promise((resolve) => process.nextTick(resolve));
    process.off('warning', onWarning);
    expect(warnings).toEqual(['task "fails" failed: of the listener']);
  });
});

describe('the end', () => {
  it('waits for every task, and is the same promise for everybody', async () => {
    const scope = new TaskScope();
    let hasCleaned = false;
    void scope.run('cleans', async (signal) => {
      await untilAborted(signal).catch(() => {});
      await pause(300);
      hasCleaned = true;
    });
    const ended = scope.end();
    expect(scope.end({ timeout: 1000 })).toBe(ended);
    await vi.advanceTimersByTimeAsync(300);
    const report = await ended;
    expect(hasCleaned).toBe(true);
    expect(report).toMatchObject({ outcome: 'graceful', steps: [{ name: 'tasks', outcome: 'ok' }, { name: 'force' }] });
  });

  it('names the tasks that it had to abandon, with age and place', async () => {
    const scope = new TaskScope({ name: 'session 7', timeout: 500 });
    void scope.run('assessment', ignoresAbort);
    void scope.run('polite', untilAborted);
    await vi.advanceTimersByTimeAsync(1000);
    const ended = scope.end();
    await vi.advanceTimersByTimeAsync(500);
    const report = await ended;
    expect(report).toMatchObject({ outcome: 'forced', reason: 'deadline' });
    expect(report.abandoned).toEqual([
      expect.stringMatching(
        /^session 7 › task "assessment" \(1500 ms old, spawned at test\/lifecycle\/scope\.test\.ts:\d+\)$/,
      ),
    ]);
    expect(scope.size).toBe(1);
  });

  it('gives tasks that were not asked a moment when it is forced', async () => {
    const scope = new TaskScope();
    void scope.run('quick', untilAborted);
    void scope.run('stuck', ignoresAbort);
    const ended = scope.end(true);
    await vi.advanceTimersByTimeAsync(50);
    const { outcome, reason, abandoned } = await ended;
    expect({ outcome, reason }).toEqual({ outcome: 'forced', reason: 'force' });
    expect(abandoned).toHaveLength(1);
    expect(abandoned[0]).toContain('task "stuck"');
  });

  it('is forced at once when the tasks have heard their abort before', async () => {
    const scope = new TaskScope();
    void scope.run('stuck', ignoresAbort);
    const ended = scope.end();
    await vi.advanceTimersByTimeAsync(10);
    void scope.end(true);
    const report = await ended;
    expect(report.durationMs).toBe(10);
    expect(report.abandoned).toHaveLength(1);
  });

  it('does not wait for a task that waits for it, also through a task that the caller awaits', async () => {
    const scope = new TaskScope();
    let report: Awaited<ReturnType<TaskScope['end']>> | undefined;
    const inner = async () => {
      await pause(1);
      report = await scope.end();
    };
    void scope.run('outer', () => scope.run('inner', inner));
    await vi.advanceTimersByTimeAsync(1);
    expect(report).toMatchObject({ outcome: 'graceful', abandoned: [] });
  });

  it('does not wait for a task that waits for it after the end has begun', async () => {
    const scope = new TaskScope();
    void scope.run('bridge', async (signal) => {
      await untilAborted(signal).catch(() => {});
      await scope.end();
    });
    const ended = scope.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(await ended).toMatchObject({ outcome: 'graceful' });
  });

  it('waits for a task that has called it and does not wait for it', async () => {
    const scope = new TaskScope();
    let hasCleaned = false;
    void scope.run('bridge', async () => {
      void scope.end();
      await pause(100);
      hasCleaned = true;
    });
    const ended = scope.end();
    await vi.advanceTimersByTimeAsync(100);
    expect([(await ended).durationMs, hasCleaned]).toEqual([100, true]);
  });

  it('waits for its tasks though something that a task has left behind waits for it', async () => {
    const scope = new TaskScope();
    let hasCleaned = false;
    void scope.run('starter', () => {
      void pause(10).then(async () => scope.end());
    });
    void scope.run('bridge', async () => {
      await pause(100);
      hasCleaned = true;
    });
    await vi.advanceTimersByTimeAsync(10);
    const ended = scope.end();
    await vi.advanceTimersByTimeAsync(90);
    expect([(await ended).durationMs, hasCleaned]).toEqual([90, true]);
  });

  it('waits for a task that ends another scope', async () => {
    const [one, other] = [new TaskScope(), new TaskScope()];
    void one.run('slow', async () => {
      await other.end();
      await pause(100);
    });
    const ended = one.end();
    await vi.advanceTimersByTimeAsync(100);
    expect((await ended).durationMs).toBe(100);
  });

  it('comes with the signal of the options', async () => {
    const controller = new AbortController();
    const scope = new TaskScope({ signal: controller.signal });
    void scope.run('polite', untilAborted);
    controller.abort();
    expect(scope.signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(scope.size).toBe(0);
    expect(new TaskScope({ signal: controller.signal }).signal.aborted).toBe(true);
  });

  it('comes with `await using`', async () => {
    let signal: AbortSignal;
    {
      await using scope = new TaskScope();
      signal = scope.signal;
    }
    expect(signal.aborted).toBe(true);
  });

  it('refuses a budget that is none', () => {
    const scope = new TaskScope();
    expect(() => scope.end({ timeout: -1 })).toThrow('end(): timeout: -1 is not a number of ms');
    // @ts-expect-error It is misspelt.
    expect(() => scope.end({ tiemout: 1 })).toThrow('unknown option "tiemout"');
    // @ts-expect-error A scope has no streams that could finish.
    expect(() => scope.end({ drain: 1 })).toThrow('end(): unknown option "drain"; known: force, timeout, signal');
    // @ts-expect-error It is misspelt.
    expect(() => new TaskScope({ tiemout: 1 })).toThrow('unknown option "tiemout"');
    expect(() => new TaskScope({ signal: 'none' as never })).toThrow('TaskScope: signal must be an AbortSignal');
  });
});

describe('an interval', () => {
  it('runs again after an error, and stops with the scope', async () => {
    const errors: unknown[] = [];
    const scope = new TaskScope({ onError: (_, task) => errors.push(task) });
    let runs = 0;
    scope.interval('keepalive', 100, () => {
      runs++;
      if (runs === 1) throw new Error('the first');
    });
    await vi.advanceTimersByTimeAsync(350);
    expect([runs, errors]).toEqual([3, ['keepalive']]);
    await scope.end();
    await vi.advanceTimersByTimeAsync(350);
    expect(runs).toBe(3);
  });

  it('never runs twice at once, and the end waits for the run in progress', async () => {
    const scope = new TaskScope();
    let running = 0;
    let most = 0;
    scope.interval('slow', 100, async () => {
      most = Math.max(most, ++running);
      await pause(250);
      running--;
    });
    await vi.advanceTimersByTimeAsync(450);
    expect(running).toBe(1);
    const ended = scope.end();
    await vi.advanceTimersByTimeAsync(250);
    expect((await ended).outcome).toBe('graceful');
    expect([running, most]).toEqual([0, 1]);
  });

  it('may end the scope', async () => {
    const scope = new TaskScope();
    let report: Awaited<ReturnType<TaskScope['end']>> | undefined;
    scope.interval('watch', 100, async () => {
      report = await scope.end();
    });
    await vi.advanceTimersByTimeAsync(100);
    expect(report).toMatchObject({ outcome: 'graceful', durationMs: 0 });
  });
});

it('ten times as many tasks take about ten times as long', { timeout: 30_000 }, async () => {
  vi.useRealTimers();
  const once = async (count: number) => {
    const scope = new TaskScope();
    const start = performance.now();
    for (let n = 0; n < count; n++) void scope.run(`task ${n}`, (signal) => sleep(60_000, undefined, { signal }));
    const report = await scope.end();
    expect(report).toMatchObject({ outcome: 'graceful', abandoned: [] });
    expect(scope.size).toBe(0);
    return performance.now() - start;
  };
  await once(1000);
  const small = Math.min(await once(1000), await once(1000), await once(1000));
  // A single signal for all tasks takes a hundred times as long, and more.
  expect((await once(10_000)) / small).toBeLessThan(40);
  vi.useFakeTimers();
});
