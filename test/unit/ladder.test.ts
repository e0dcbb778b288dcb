import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ladder, type Rung, type Step } from '../../core/ladder.ts';

const forever = new Promise<never>(() => {});
/** Ends in the next microtask. */
const soon: Rung['force'] = (ended) => {
  queueMicrotask(ended);
  return true;
};
const budget = { force: false, timeout: 2000 };

/** A rung that writes down what is done to it. */
function rung(overrides: Partial<Rung> = {}): { log: string[]; ladder: Ladder } {
  const log: string[] = [];
  const ladder = new Ladder({
    closeDoor() {
      log.push('door');
      overrides.closeDoor?.();
    },
    force(ended) {
      log.push('force');
      return overrides.force?.(ended) ?? false;
    },
    settle() {
      log.push('settle');
      return overrides.settle?.() ?? [];
    },
  });
  return { log, ladder };
}

function step(name: string, ask: () => Promise<unknown> | undefined, cap = 500): Step {
  return { name, cap, ask };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('Ladder', () => {
  it('closes the door and asks the first step in the tick of end()', () => {
    const { log, ladder } = rung();
    void ladder.end(budget, [
      step('idle', () => undefined),
      step('close', () => {
        log.push('asked');
        return forever;
      }),
    ]);
    expect(log).toEqual(['door', 'asked']);
    expect(ladder.state).toBe('closing');
  });

  it('is graceful when every step ends by itself, and leaves no timer', async () => {
    const { ladder } = rung();
    const report = await ladder.end(budget, [step('a', async () => {}), step('b', () => undefined)]);
    expect(report.outcome).toBe('graceful');
    expect(report.steps.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['a', 'ok'],
      ['b', 'skipped'],
      ['force', 'skipped'],
    ]);
    expect(ladder.state).toBe('closed');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives each step its cap, and goes on', async () => {
    const { ladder } = rung({ force: soon });
    const ending = ladder.end(budget, [step('cancel', () => forever, 500), step('close', () => forever, 1000)]);
    await vi.advanceTimersByTimeAsync(499);
    expect(ladder.state).toBe('closing');
    await vi.advanceTimersByTimeAsync(1001);
    const report = await ending;
    expect(report.steps.map(({ outcome }) => outcome)).toEqual(['timeout', 'timeout', 'ok']);
    expect(report.durationMs).toBe(1500);
  });

  it('never adds budgets up: one deadline cuts every step short', async () => {
    const { ladder } = rung({ force: soon });
    const ending = ladder.end({ force: false, timeout: 700 }, [
      step('a', () => forever),
      step('b', () => forever),
      step('c', () => forever),
    ]);
    await vi.advanceTimersByTimeAsync(700);
    const report = await ending;
    expect(report.durationMs).toBe(700);
    expect(report.steps.map(({ outcome }) => outcome)).toEqual(['timeout', 'timeout', 'skipped', 'ok']);
    expect(report.outcome).toBe('forced');
  });

  it.each([
    ['force', { force: true, timeout: 2000 }],
    ['timeout 0', { force: false, timeout: 0 }],
    ['an aborted signal', { ...budget, signal: AbortSignal.abort() }],
  ])('%s: destroys in the tick of end(), asks nothing', (_name, forced) => {
    const { log, ladder } = rung({ force: () => true });
    void ladder.end(forced, [step('close', () => forever)]);
    expect(log).toEqual(['door', 'force']);
    expect(ladder.state).toBe('forcing');
  });

  it('returns the same promise, and a second end(force) escalates the first', async () => {
    const { log, ladder } = rung({ force: soon });
    const first = ladder.end(budget, [step('close', () => forever, 1000)]);
    await vi.advanceTimersByTimeAsync(10);
    expect(ladder.end({ force: true, timeout: 2000 }, [])).toBe(first);
    expect((await first).durationMs).toBe(10);
    expect(log).toEqual(['door', 'force', 'settle']);
    expect(ladder.end(budget, [])).toBe(first);
  });

  it('a later end() can only shorten the deadline, and a later abort forces', async () => {
    const shorter = rung({ force: soon });
    const ending = shorter.ladder.end(budget, [step('close', () => forever, 1000)]);
    void shorter.ladder.end({ force: false, timeout: 50 }, []);
    await vi.advanceTimersByTimeAsync(50);
    expect((await ending).durationMs).toBe(50);

    const aborted = rung({ force: soon });
    const controller = new AbortController();
    const aborting = aborted.ladder.end({ ...budget, signal: controller.signal }, [step('close', () => forever, 1000)]);
    controller.abort();
    expect((await aborting).outcome).toBe('forced');
  });

  it('may be called from inside what it is ending', async () => {
    const inner: unknown[] = [];
    const { ladder } = rung({ closeDoor: () => void inner.push(ladder.end({ force: true, timeout: 0 }, [])) });
    const outer = ladder.end(budget, []);
    expect(inner).toEqual([outer]);
    expect((await outer).steps.at(-1)?.name).toBe('force');
  });

  it('never rejects, whatever the hooks throw', async () => {
    const fail = () => {
      throw new Error('foreign');
    };
    const { ladder } = rung({ closeDoor: fail, force: fail, settle: fail });
    const report = await ladder.end(budget, [
      step('throws', fail),
      step('rejects', () => Promise.reject(new Error('x'))),
    ]);
    expect(report.steps.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'skipped']);
  });

  it.each<[string, (ladder: Ladder, controller: AbortController) => void]>([
    ['end(force)', (ladder) => void ladder.end({ force: true, timeout: 0 }, [])],
    ['an abort', (_ladder, controller) => controller.abort()],
  ])('is forced by %s from inside a step that is being asked', async (_name, force) => {
    const controller = new AbortController();
    const { log, ladder } = rung({ force: soon });
    const ask = () => {
      force(ladder, controller);
      return forever;
    };
    const report = await ladder.end({ ...budget, signal: controller.signal }, [step('close', ask, 1000)]);
    expect(report.steps.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['close', 'timeout'],
      ['force', 'ok'],
    ]);
    expect(log).toEqual(['door', 'force', 'settle']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('names each of many that were forced together and do not end, and leaves no timer when all do', async () => {
    const ends: (() => void)[] = [];
    const many = Array.from({ length: 3 }, () => rung({ force: (ended) => ends.push(ended) > 0 }).ladder);
    const reports = Promise.all(many.map((ladder) => ladder.end({ force: true, timeout: 0 }, [])));
    await vi.advanceTimersByTimeAsync(10);
    ends[1]!();
    await vi.advanceTimersByTimeAsync(990);
    expect((await reports).map(({ abandoned }) => abandoned)).toEqual([['socket'], [], ['socket']]);
    expect(vi.getTimerCount()).toBe(0);

    const others = [rung({ force: soon }), rung({ force: soon })];
    await Promise.all(others.map(({ ladder }) => ladder.end({ force: true, timeout: 0 }, [])));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes an end that is reported while it destroys, and one that is reported twice', async () => {
    const { log, ladder } = rung({
      force(ended) {
        ended();
        ended();
        return true;
      },
    });
    const report = await ladder.end({ force: true, timeout: 0 }, []);
    expect(report.steps.map(({ name, outcome }) => [name, outcome])).toEqual([['force', 'ok']]);
    expect(log).toEqual(['door', 'force', 'settle']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('names what even force did not end', async () => {
    const { ladder } = rung({ force: () => true, settle: () => ['receive loop of context a'] });
    const ending = ladder.end({ force: true, timeout: 0 }, []);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await ending).abandoned).toEqual(['socket', 'receive loop of context a']);
  });
});
