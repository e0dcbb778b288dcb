/** Levels above one another: each hands its limit down, one force reaches all, and reports nest. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadline } from '../../core/deadline.ts';
import type { EndReport } from '../../core/disconnectable.ts';
import type { Endable } from '../../core/endable.ts';
import { Group, type Member } from '../../core/group.ts';
import { Ladder } from '../../core/ladder.ts';
import { asLastResort } from '../../core/last-resort.ts';
import { forceCap } from '../../core/limits.ts';

const forever = new Promise<never>(() => {});

/** How a leaf ends: it takes `polite` ms to end by itself, or `forced` ms when it is destroyed. */
interface Manners {
  polite?: number;
  forced?: number;
  cap?: number;
  /** Its own parts that are left behind when it is forced. */
  parts?: readonly string[];
}

const never = Number.POSITIVE_INFINITY;
const after = (ms: number) => (ms === never ? forever : new Promise<void>((resolve) => setTimeout(resolve, ms)));

class Leaf implements Member {
  readonly cap: number | undefined;
  readonly told: number[] = [];
  /** `performance.now()` of its force. */
  forcedAt: number | undefined;
  #isOver = false;
  readonly #ladder: Ladder;

  constructor(name: string, { polite = 0, forced = 0, cap, parts = [] }: Manners = {}) {
    this.cap = cap;
    const endable: Endable = {
      name,
      steps: () => [
        {
          name: 'close',
          ask: (limit) => {
            this.told.push(limit.timeout);
            return after(polite).then(() => {
              this.#isOver = true;
            });
          },
        },
      ],
      force: (ended) => {
        if (this.#isOver) return false;
        this.forcedAt = performance.now();
        if (forced === 0) ended();
        else if (forced !== never) setTimeout(ended, forced);
        return true;
      },
      settle: () => (this.#isOver ? [] : parts),
    };
    this.#ladder = new Ladder(endable);
  }

  end(limit: Deadline): Ladder {
    return this.#ladder.end(limit);
  }

  get report(): EndReport | undefined {
    return this.#ladder.report;
  }
}

/** A level above: a client, a session, a process. */
function level(name: string, members: readonly Member[], order: 'together' | 'inOrder' = 'together', cap?: number) {
  const group = new Group(members);
  const ladder = new Ladder({
    name,
    forceCap: null,
    steps: () => [{ name: 'members', ask: (limit) => group[order](limit) }],
    force: (ended, reason) => group.force(ended, reason),
    members: () => group.reports,
  });
  return { ladder, cap, end: (limit: Deadline | { timeout: number }) => ladder.end(limit) };
}

const outcomesOf = (report: EndReport | undefined) => report?.members?.map(({ name, outcome }) => `${name} ${outcome}`);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount(), 'timers that are left').toBe(0);
  vi.useRealTimers();
});

describe('members in order', () => {
  it('share one budget: three stuck ones under 300 ms take 300 ms', async () => {
    const members = ['a', 'b', 'c'].map((name) => new Leaf(name, { polite: never }));
    const { ladder } = level('session', members, 'inOrder');
    ladder.end({ timeout: 300 });
    await vi.advanceTimersByTimeAsync(300);
    expect(ladder.report).toMatchObject({ outcome: 'forced', durationMs: 300 });
    expect(outcomesOf(ladder.report)).toEqual(['a forced', 'b forced', 'c forced']);
    expect(members.map(({ told }) => told)).toEqual([[300], [], []]);
  });

  it('are told what is left, and no more', async () => {
    const members = [new Leaf('a', { polite: 120 }), new Leaf('b', { polite: 50 })];
    const { ladder } = level('session', members, 'inOrder');
    ladder.end({ timeout: 600 });
    await vi.advanceTimersByTimeAsync(170);
    expect(members.map(({ told }) => told)).toEqual([[600], [480]]);
    expect(ladder.report).toMatchObject({ outcome: 'graceful', durationMs: 170 });
  });

  it('may each be cut by a cap, which leaves the others their time', async () => {
    const members = [new Leaf('stuck', { polite: never, cap: 100 }), new Leaf('well', { polite: 50, cap: 100 })];
    const { ladder } = level('session', members, 'inOrder');
    ladder.end({ timeout: 1000 });
    await vi.advanceTimersByTimeAsync(150);
    expect(outcomesOf(ladder.report)).toEqual(['stuck forced', 'well graceful']);
    expect(ladder.report?.members?.[0]).toMatchObject({ reason: 'deadline' });
    expect(ladder.report).toMatchObject({ outcome: 'forced', durationMs: 150 });
    expect(ladder.report).not.toHaveProperty('reason');
  });
});

describe('members together', () => {
  it('race with nobody: two that cannot be destroyed are both named, one constant after the deadline', async () => {
    const members = ['a', 'b'].map((at) => new Leaf(`socket ${at}`, { polite: never, forced: never, parts: ['x'] }));
    const { ladder } = level('client', members);
    ladder.end({ timeout: 100 });
    await vi.advanceTimersByTimeAsync(100 + forceCap + 1);
    expect(ladder.report?.abandoned).toEqual([
      'client › socket a',
      'client › socket a › x',
      'client › socket b',
      'client › socket b › x',
    ]);
    expect(ladder.report?.durationMs).toBeLessThanOrEqual(100 + forceCap + 1);
  });

  it('hand nothing on to a level without members', async () => {
    const { ladder } = level('client', []);
    expect(await ladder.end({ timeout: 100 }).ended).toMatchObject({ outcome: 'graceful', members: [] });
  });
});

/** process › session › {task, client › two sockets}, with one thing stuck at every level. */
function process_() {
  const leaves = {
    'socket a': new Leaf('socket a', { polite: 20 }),
    'socket b': new Leaf('socket b', { polite: never, forced: never, parts: ['context 1'] }),
    task: new Leaf('task "assessment"', { polite: never, forced: never }),
    logger: new Leaf('logger', { polite: never }),
    other: new Leaf('session 43', { polite: 30 }),
  };
  const client = level('client', [leaves['socket a'], leaves['socket b']]);
  const session = level('session 42', [leaves.task, client], 'together', 1500);
  const sessions = level('sessions', [session, leaves.other]);
  const whole = level('process', [sessions, leaves.logger], 'inOrder');
  return { whole: whole.ladder, leaves };
}

describe('process › session › {task, client › two sockets}', () => {
  it('names every stuck thing with its path, costs the well ones nothing, and ends one constant after its deadline', async () => {
    const { whole, leaves } = process_();
    whole.end({ timeout: 1000 });
    await vi.advanceTimersByTimeAsync(30);
    expect(leaves['socket a'].report?.outcome).toBe('graceful');
    expect(leaves.other.report?.outcome).toBe('graceful');
    await vi.advanceTimersByTimeAsync(970 + forceCap + 1);
    expect(whole.report?.abandoned).toEqual([
      'process › sessions › session 42 › task "assessment"',
      'process › sessions › session 42 › client › socket b',
      'process › sessions › session 42 › client › socket b › context 1',
    ]);
    expect(whole.report?.durationMs).toBeLessThanOrEqual(1000 + forceCap + 1);
    expect(whole.report?.members?.map(({ name, outcome, reason }) => [name, outcome, reason])).toEqual([
      ['sessions', 'forced', 'deadline'],
      ['logger', 'forced', 'deadline'],
    ]);
  });

  it.each([
    ['end(true)', (whole: Ladder) => whole.end({ force: true, timeout: 0 })],
    ['an abort', (_whole: Ladder, controller: AbortController) => controller.abort()],
    ['the last resort', (whole: Ladder) => asLastResort(() => whole.end(Deadline.spent('force')))],
  ])('%s reaches the last socket in its tick', async (_name, force) => {
    const { whole, leaves } = process_();
    const controller = new AbortController();
    whole.end({ timeout: 1000, signal: controller.signal });
    await vi.advanceTimersByTimeAsync(10);
    force(whole, controller);
    const { other: _other, ...forced } = leaves;
    for (const [name, { forcedAt }] of Object.entries(forced)) expect(forcedAt, name).toBe(performance.now());
    await vi.advanceTimersByTimeAsync(forceCap + 1);
    expect(whole.report?.abandoned).toHaveLength(3);
  });

  it('a member that is ended by itself meanwhile is reported as well', async () => {
    const { whole, leaves } = process_();
    leaves['socket a'].end(Deadline.spent('force'));
    whole.end({ timeout: 500 });
    await vi.advanceTimersByTimeAsync(500 + forceCap + 1);
    expect(whole.report?.outcome).toBe('forced');
  });
});

describe('a limit handed on as DisconnectOptions', () => {
  it('ends a foreign member in time, in the tick of a force', async () => {
    const seen: unknown[] = [];
    const { ladder } = level('session', []);
    const leaf = new Ladder({
      name: 'bridge',
      steps: () => [
        {
          name: 'close',
          ask: ({ timeout, signal }) => {
            seen.push(timeout);
            signal.addEventListener('abort', () => seen.push('aborted'));
            return forever;
          },
        },
      ],
      force: () => false,
    });
    await ladder.end({ timeout: 1 }).ended;
    leaf.end({ timeout: 400 });
    leaf.end({ force: true, timeout: 0 });
    expect(seen).toEqual([400, 'aborted']);
  });
});
