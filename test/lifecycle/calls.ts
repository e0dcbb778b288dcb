/** Random calls in one store, with random manners, which end in random ways. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { forceCap } from '../../core/limits.ts';
import { type EndReport, ScopeClosedError, type Session, SessionStore, whyAlive } from '../../lifecycle/index.ts';

export const longest = 1000;
const ms = fc.integer({ min: 0, max: longest });
const which = fc.nat({ max: 20 });

/** A member that is a function. */
export const member = fc.record({
  kind: fc.constant('member' as const),
  at: which,
  takes: ms,
  /** Hears that its time is over. */
  hears: fc.boolean(),
  ending: fc.constantFrom('returns', 'rejects', 'throws', 'is stuck', 'ends its session', 'ends all', 'forces all'),
  cap: fc.option(ms, { nil: undefined }),
  force: fc.constantFrom('none', 'fine', 'throws'),
  wait: fc.constant(0),
});
const task = fc.record({
  kind: fc.constant('task' as const),
  at: which,
  takes: ms,
  hears: fc.boolean(),
  ending: fc.constantFrom('returns', 'rejects', 'ends its session', 'ends all'),
  wait: ms,
});
const act = fc.record({
  kind: fc.constantFrom('end' as const, 'force' as const, 'end all' as const, 'force all' as const, 'drain' as const),
  at: which,
  timeout: ms,
  wait: ms,
});
const open = fc.record({ kind: fc.constant('open' as const), at: which, wait: fc.constant(0) });
export const event = fc.oneof(
  { weight: 3, arbitrary: open },
  { weight: 6, arbitrary: member },
  { weight: 3, arbitrary: task },
  { weight: 1, arbitrary: act },
);
export type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never;
export type Event = Drawn<typeof event>;
export type Member = Drawn<typeof member>;

/** Timers round up to whole ms, one after the other. */
export const rounding = 10;

/** One call: its members in order, and how often each was called. */
class Call {
  readonly session: Session;
  readonly calls: number[] = [];
  readonly forces: number[] = [];
  /** `performance.now()` by which it must have ended. */
  due = Number.POSITIVE_INFINITY;
  report: EndReport | undefined;

  constructor(session: Session) {
    this.session = session;
    void session.closed.then((report) => {
      this.report = report;
    });
  }

  limit(budget: number): void {
    if (this.report === undefined) this.due = Math.min(this.due, performance.now() + budget);
  }
}

export class World {
  readonly store = new SessionStore({ sessionTimeout: 800, timeout: 1500, onError: () => {} });
  readonly all: Call[] = [];
  drained = 0;
  drains = 0;

  at(index: number): Call | undefined {
    return this.all[index % Math.max(1, this.all.length)];
  }

  end(call: Call, options?: { timeout: number; force?: boolean }): Promise<EndReport> {
    call.limit(options?.force ? 0 : (options?.timeout ?? 800));
    return call.session.end(options);
  }

  endAll(options?: { timeout: number; force?: boolean }): Promise<EndReport> {
    for (const call of this.all) call.limit(options?.force ? 0 : Math.min(800, options?.timeout ?? 1500));
    return this.store.end(options);
  }

  happen(event: Event): void {
    const call = this.at(event.at);
    if (event.kind === 'open') this.open();
    else if (event.kind === 'end all') void this.endAll({ timeout: event.timeout });
    else if (event.kind === 'force all') void this.endAll({ timeout: 0, force: true });
    else if (event.kind === 'drain') this.drain(event.timeout);
    else if (call === undefined) return;
    else if (event.kind === 'end') void this.end(call, { timeout: event.timeout });
    else if (event.kind === 'force') void this.end(call, { timeout: 0, force: true });
    else if (event.kind === 'member') this.use(call, event);
    else if (event.kind === 'task') this.spawn(call, event);
  }

  open(): void {
    const { accepting, size } = this.store;
    try {
      this.all.push(new Call(this.store.open(`${this.all.length}`)));
      assert.ok(accepting);
      assert.equal(this.store.size, size + 1);
    } catch (error) {
      assert.ok(!accepting && error instanceof ScopeClosedError, String(error));
    }
  }

  drain(timeout: number): void {
    this.drains++;
    void this.store.drain({ timeout }).then(() => {
      this.drained++;
    });
  }

  use(call: Call, manners: Member): void {
    const n = call.calls.push(0) - 1;
    call.forces.push(0);
    const force = () => {
      call.forces[n]!++;
      if (manners.force === 'throws') throw new Error('force');
    };
    const wasOpen = call.session.state === 'open';
    try {
      call.session.use(`member ${n}`, this.member(call, n, manners), {
        ...(manners.cap !== undefined && { timeout: manners.cap }),
        ...(manners.force !== 'none' && { force }),
      });
      assert.ok(wasOpen);
    } catch (error) {
      assert.ok(!wasOpen && error instanceof ScopeClosedError, String(error));
    }
  }

  member(call: Call, n: number, { takes, hears, ending }: Member) {
    return (limit: { timeout: number; signal: AbortSignal }) => {
      call.calls[n]!++;
      if (ending === 'throws') throw new Error('throws');
      return (async () => {
        await pause(takes, hears ? limit.signal : undefined);
        if (ending === 'rejects') throw new Error('rejects');
        if (ending === 'is stuck') await new Promise(() => {});
        if (ending === 'ends its session') await this.end(call);
        if (ending === 'ends all') await this.endAll();
        if (ending === 'forces all') await this.endAll({ timeout: 0, force: true });
      })();
    };
  }

  spawn(call: Call, { takes, hears, ending }: Drawn<typeof task>): void {
    const run = async (signal: AbortSignal) => {
      await pause(takes, hears ? signal : undefined);
      if (ending === 'rejects') throw new Error('rejects');
      if (ending === 'ends its session') await this.end(call);
      if (ending === 'ends all') await this.endAll();
    };
    call.session.tasks.run('task', run).catch(() => {});
  }

  check(): void {
    for (const { due, report, session } of this.all) {
      const late = performance.now() - due;
      assert.ok(
        report !== undefined || late <= forceCap + rounding,
        `session ${session.id} is ${session.state} ${late} ms late`,
      );
      if (session.state !== 'open') assert.equal(this.store.get(session.id), undefined);
    }
  }

  checkEnd(): void {
    for (const { calls, forces, report, session } of this.all) {
      assert.ok(report !== undefined);
      assert.equal(session.state, 'closed');
      for (const count of calls) assert.equal(count, 1, 'a clean-up runs once');
      for (const count of forces) assert.ok(count <= 1, 'a force runs once');
      if (report.outcome === 'graceful') assert.deepEqual(report.abandoned, []);
      JSON.stringify(report);
    }
    assert.equal(this.store.size, 0);
    assert.equal(this.drained, this.drains);
    assert.deepEqual([whyAlive().sessions, whyAlive().members, whyAlive().tasks], [[], [], []]);
  }
}

export function pause(time: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, time);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
