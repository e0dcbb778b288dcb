import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadline } from '../../core/deadline.ts';
import type { Endable } from '../../core/endable.ts';
import { Ladder } from '../../core/ladder.ts';
import { forceCap } from '../../core/limits.ts';
import { budget, forced, forever, outcomes, soon, step, thing } from '../support/ladder-thing.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount(), 'timers that are left').toBe(0);
  vi.useRealTimers();
});

describe('Ladder', () => {
  it('closes the door and asks the first step in the tick of end()', async () => {
    const { log, ladder } = thing({}, [
      step('idle', () => undefined),
      step('close', () => {
        log.push('asked');
        return forever;
      }),
    ]);
    ladder.end(budget);
    expect(log).toEqual(['door', 'asked']);
    expect(ladder.state).toBe('closing');
    await ladder.end(forced).ended;
  });

  it('is graceful when every step ends by itself', async () => {
    const { ladder } = thing({}, [step('a', async () => {}), step('b', () => undefined)]);
    const report = await ladder.end(budget).ended;
    expect(report).toMatchObject({ name: 'thing', outcome: 'graceful', abandoned: [] });
    expect(report).not.toHaveProperty('reason');
    expect(outcomes(ladder)).toEqual([
      ['a', 'ok'],
      ['b', 'skipped'],
      ['force', 'skipped'],
    ]);
    expect(ladder.state).toBe('closed');
  });

  it('gives each step its cap, and goes on', async () => {
    const { ladder } = thing({ force: soon }, [step('cancel', () => forever, 500), step('close', () => forever, 1000)]);
    ladder.end(budget);
    await vi.advanceTimersByTimeAsync(499);
    expect(ladder.state).toBe('closing');
    await vi.advanceTimersByTimeAsync(1001);
    expect(outcomes(ladder)).toEqual([
      ['cancel', 'timeout'],
      ['close', 'timeout'],
      ['force', 'ok'],
    ]);
    expect(ladder.report).toMatchObject({ durationMs: 1500, outcome: 'forced', reason: 'deadline' });
  });

  it('never adds budgets up: one deadline cuts every step short', async () => {
    const { ladder } = thing({ force: soon }, [
      step('a', () => forever),
      step('b', () => forever),
      step('c', () => forever),
    ]);
    ladder.end({ timeout: 700 });
    await vi.advanceTimersByTimeAsync(700);
    expect(outcomes(ladder)).toEqual([
      ['a', 'timeout'],
      ['b', 'timeout'],
      ['c', 'skipped'],
      ['force', 'ok'],
    ]);
    expect(ladder.report).toMatchObject({ durationMs: 700, reason: 'deadline' });
  });

  it('tells a step the time that is left, and a later, shorter end() shows there', async () => {
    const told: number[] = [];
    let limit: Deadline | undefined;
    const { ladder } = thing({ force: soon }, [
      step('a', () => forever, 500),
      step('b', (given) => {
        limit = given;
        told.push(given.timeout);
        return forever;
      }),
    ]);
    ladder.end({ timeout: 700 });
    await vi.advanceTimersByTimeAsync(550);
    told.push(limit!.timeout);
    ladder.end({ timeout: 20 });
    told.push(limit!.timeout);
    expect(told).toEqual([200, 150, 20]);
    expect(limit!.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(20);
    expect(limit).toMatchObject({ timeout: 0, signal: { aborted: true, reason: { name: 'TimeoutError' } } });
  });

  it('tells a step no more than its cap', async () => {
    const told: number[] = [];
    const { ladder } = thing({}, [step('a', ({ timeout }) => void told.push(timeout), 500)]);
    await ladder.end(budget).ended;
    expect(told).toEqual([500]);
  });

  it.each([
    ['force', { force: true, timeout: 2000 }, 'force'],
    ['timeout 0', { timeout: 0 }, 'force'],
    ['an aborted signal', { ...budget, signal: AbortSignal.abort() }, 'abort'],
    ['a deadline that is over', Deadline.spent('deadline'), 'deadline'],
  ] as const)('%s: destroys in the tick of end(), and asks nothing', async (_name, limit, reason) => {
    let end = () => {};
    const force: Endable['force'] = (ended) => {
      end = ended;
      return true;
    };
    const { log, ladder } = thing({ force }, [step('close', () => forever)]);
    ladder.end(limit);
    expect(log).toEqual(['door', 'force']);
    expect(ladder.state).toBe('forcing');
    end();
    expect(ladder.report).toMatchObject({ reason });
  });

  it('gives one promise, and a second end(force) escalates the first in its tick', async () => {
    const { log, ladder } = thing({ force: soon }, [step('close', () => forever, 1000)]);
    const first = ladder.end(budget).ended;
    await vi.advanceTimersByTimeAsync(10);
    expect(ladder.end({ force: true, timeout: 2000 }).ended).toBe(first);
    expect(log).toEqual(['door', 'force']);
    expect(await first).toMatchObject({ durationMs: 10, reason: 'force' });
    expect(log).toEqual(['door', 'force', 'settle']);
    expect(ladder.end(budget).ended).toBe(first);
  });

  it('a later end() can only shorten the deadline, and a later abort forces', async () => {
    const shorter = thing({ force: soon }, [step('close', () => forever, 1000)]).ladder;
    shorter.end(budget).end({ timeout: 50 });
    await vi.advanceTimersByTimeAsync(50);
    expect(shorter.report?.durationMs).toBe(50);

    const longer = thing({ force: soon }, [step('close', () => forever, 1000)]).ladder;
    longer.end({ timeout: 50 }).end(budget);
    await vi.advanceTimersByTimeAsync(50);
    expect(longer.report?.durationMs).toBe(50);

    const aborted = thing({ force: soon }, [step('close', () => forever, 1000)]).ladder;
    const controller = new AbortController();
    aborted.end({ ...budget, signal: controller.signal });
    controller.abort();
    expect((await aborted.ended).reason).toBe('abort');
  });

  it('may be called from inside the thing that it is ending', async () => {
    const inner: unknown[] = [];
    const { ladder } = thing({ closeDoor: () => void inner.push(ladder.end(forced).ended) });
    const outer = ladder.end(budget).ended;
    expect(inner).toEqual([outer]);
    expect((await outer).steps.at(-1)?.name).toBe('force');
  });

  it('never rejects, keeps the error of a step that failed, and does not call that graceful', async () => {
    const fail = (message: string) => () => {
      throw new Error(message);
    };
    const { ladder } = thing({ closeDoor: fail('door'), force: fail('force'), settle: fail('settle') }, [
      step('throws', fail('token=abcdefgh')),
      step('rejects', () => Promise.reject(new Error('no answer'))),
      step('well', async () => {}),
    ]);
    const report = await ladder.end(budget).ended;
    expect(report).toMatchObject({ outcome: 'forced', reason: 'failed' });
    expect(report.steps).toMatchObject([
      { outcome: 'failed', error: { message: 'token=[redacted]' } },
      { outcome: 'failed', error: { message: 'no answer' } },
      { outcome: 'ok' },
      { name: 'force', outcome: 'failed', error: { message: 'force' } },
    ]);
    expect(report.abandoned).toEqual(['thing']);
  });

  it.each<[string, (ladder: Ladder, controller: AbortController) => void]>([
    ['end(force)', (ladder) => void ladder.end(forced)],
    ['an abort', (_ladder, controller) => controller.abort()],
  ])('is forced by %s from inside a step that is being asked', async (_name, force) => {
    const controller = new AbortController();
    const ask = () => {
      force(ladder, controller);
      return forever;
    };
    const { log, ladder } = thing({ force: soon }, [step('close', ask, 1000)]);
    await ladder.end({ ...budget, signal: controller.signal }).ended;
    expect(outcomes(ladder)).toEqual([
      ['close', 'timeout'],
      ['force', 'ok'],
    ]);
    expect(log).toEqual(['door', 'force', 'settle']);
  });

  it('takes an end that is reported while it destroys, and one that is reported twice', async () => {
    const force: Endable['force'] = (ended) => {
      ended();
      ended();
      return true;
    };
    const { log, ladder } = thing({ force });
    ladder.end(forced);
    expect(outcomes(ladder)).toEqual([['force', 'ok']]);
    expect(log).toEqual(['door', 'force', 'settle']);
  });

  it('names itself when even force did not end it, one constant after the deadline', async () => {
    const { ladder } = thing({ name: 'socket a', force: () => true, settle: () => ['context b'] }, [
      step('close', () => forever, 1000),
    ]);
    ladder.end({ timeout: 100 });
    await vi.advanceTimersByTimeAsync(100 + forceCap + 1);
    expect(ladder.report).toMatchObject({ abandoned: ['socket a', 'socket a › context b'], reason: 'deadline' });
    expect(ladder.report?.durationMs).toBeLessThanOrEqual(100 + forceCap + 1);
  });

  it('sees an end that came while the event loop was busy', async () => {
    let end = () => {};
    const force: Endable['force'] = (ended) => {
      end = ended;
      return true;
    };
    const { ladder } = thing({ force });
    ladder.end(forced);
    vi.advanceTimersByTime(forceCap);
    end();
    expect(ladder.report?.abandoned).toEqual([]);
  });

  it('tells its end to listeners in the tick in which it comes', () => {
    const seen: unknown[] = [];
    const { ladder } = thing();
    ladder.onEnd(() => seen.push(ladder.report?.outcome));
    ladder.end(forced);
    ladder.onEnd(() => seen.push('late'));
    expect(seen).toEqual(['graceful', 'late']);
  });

  it('is not graceful when a part of it is left behind, though there is nothing to destroy', async () => {
    const { ladder } = thing({ settle: () => ['task a'] }, [step('tasks', () => forever, undefined)]);
    ladder.end({ timeout: 10 });
    await vi.advanceTimersByTimeAsync(10);
    expect(ladder.report).toMatchObject({ outcome: 'forced', reason: 'deadline', abandoned: ['thing › task a'] });
  });

  it('takes an error without a text, and gives errors that JSON can be made of', async () => {
    const cyclic = Object.assign(new Error('no answer'), { code: 'E1', request: {} });
    cyclic.request = cyclic;
    const { ladder } = thing({}, [
      step('empty', () => Promise.reject(Object.create(null))),
      step('object', () => Promise.reject(Object.assign(new Error(), { message: {} }))),
      step('cyclic', () => Promise.reject(cyclic)),
    ]);
    await ladder.end(budget).ended;
    const { steps } = JSON.parse(JSON.stringify(ladder.report));
    expect(steps[2].error).toEqual({ name: 'Error', message: 'no answer', code: 'E1' });
    expect(outcomes(ladder)?.map(([, outcome]) => outcome)).toEqual(['failed', 'failed', 'failed', 'skipped']);
  });

  it('reports that its steps could not be told, and ends though its members cannot be', async () => {
    const fail = (message: string) => () => {
      throw new Error(message);
    };
    const ladder = new Ladder({ name: 'thing', steps: fail('steps'), force: () => false, members: fail('members') });
    const report = await ladder.end(budget).ended;
    expect(report).toMatchObject({ reason: 'failed', steps: [{ name: 'steps', error: { message: 'steps' } }, {}] });
  });

  it('keeps its time when the end that handed it the limit is over first', async () => {
    const { ladder } = thing({ force: soon }, [step('close', () => forever)]);
    const { ladder: hasty } = thing({}, [step('hand on', (limit) => void ladder.end(limit), undefined)]);
    expect((await hasty.end({ timeout: 100 }).ended).outcome).toBe('graceful');
    await vi.advanceTimersByTimeAsync(100);
    expect(ladder.report).toMatchObject({ durationMs: 100, reason: 'deadline' });
  });

  it('may be ended with a limit of its own, by what it is ending', async () => {
    const { ladder: inner } = thing({ force: soon }, [
      step('close', (limit) => {
        outer.end(limit).end({ timeout: 20 });
        expect(limit.timeout).toBe(20);
        return forever;
      }),
    ]);
    const { ladder: outer } = thing({ force: soon }, [step('inner', (limit) => inner.end(limit).ended, undefined)]);
    outer.end({ timeout: 100 });
    await vi.advanceTimersByTimeAsync(20);
    expect([outer.report?.durationMs, inner.report?.durationMs]).toEqual([20, 20]);
  });
});
