/** Random tasks in one scope, which is ended in random ways: bounded, nothing lost, nothing started late. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, it, vi } from 'vitest';
import { forceCap } from '../../core/limits.ts';
import { type EndReport, ScopeClosedError, TaskScope } from '../../lifecycle/index.ts';
import { sequencesOf } from '../contract/sequences.ts';

const sequences = sequencesOf('TaskScope', 500);
const longest = 1000;
const ms = fc.integer({ min: 0, max: longest });

/** The manners of a task: it works for `work` ms or until its abort, then cleans up for `clean` ms, then does as `last` says. */
const manners = fc.record({
  work: ms,
  clean: fc.oneof(fc.constant(0), ms),
  hearsAbort: fc.boolean(),
  last: fc.constantFrom('returns', 'throws', 'ends the scope', 'ends it and waits', 'forces it', 'spawns'),
});
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('run' as const), manners, wait: ms }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('interval' as const),
      manners,
      every: fc.integer({ min: 1, max: 300 }),
      wait: ms,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('end' as const, 'abort' as const, 'force' as const),
      timeout: ms,
      wait: ms,
    }),
  },
);
type Manners = Parameters<Parameters<typeof manners.map>[0]>[0];
type Event = Parameters<Parameters<typeof event.map>[0]>[0];

class World {
  readonly controller = new AbortController();
  readonly errors: unknown[] = [];
  readonly scope = new TaskScope({ signal: this.controller.signal, onError: (error) => this.errors.push(error) });
  started = 0;
  thrown = 0;
  /** Tasks whose code has not come to its end. */
  readonly running = new Set<string>();
  /** Tasks that have called for the end. */
  readonly callers = new Set<string>();
  /** `performance.now()` of the first end, and by which it must be over. */
  due = Number.POSITIVE_INFINITY;
  report: EndReport | undefined;

  end(timeout: number, force = false): Promise<EndReport> {
    this.due = Math.min(this.due, performance.now() + (force ? 0 : timeout));
    const ended = this.scope.end({ timeout, force });
    void ended.then((report) => {
      this.report = report;
    });
    return ended;
  }

  run(manners: Manners): void {
    const wasOpen = !this.scope.signal.aborted;
    const before = this.started;
    const result = this.scope.run(`task ${before}`, this.task(manners));
    assert.equal(this.started, wasOpen ? before + 1 : before);
    if (!wasOpen) void result.catch((error) => assert.ok(error instanceof ScopeClosedError));
  }

  task({ work, clean, hearsAbort, last }: Manners) {
    return async (signal: AbortSignal) => {
      assert.equal(signal.aborted, false);
      const name = `task ${this.started++}`;
      this.running.add(name);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, work);
        if (!hearsAbort) return;
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      });
      await new Promise((resolve) => setTimeout(resolve, clean));
      if (last.startsWith('ends') || last === 'forces it') this.callers.add(name);
      if (last === 'ends the scope') void this.end(longest);
      else if (last === 'ends it and waits') await this.end(longest);
      else if (last === 'forces it') await this.end(0, true);
      else if (last === 'spawns') this.run({ work, clean, hearsAbort, last: 'returns' });
      this.running.delete(name);
      if (last !== 'throws') return;
      this.thrown++;
      throw new Error(name);
    };
  }

  happen(event: Event): void {
    if (event.kind === 'run') this.run(event.manners);
    else if (event.kind === 'end') void this.end(event.timeout);
    else if (event.kind === 'force') void this.end(event.timeout, true);
    else if (event.kind === 'abort') {
      this.controller.abort();
      void this.end(2000);
    } else if (event.kind === 'interval' && !this.scope.signal.aborted)
      this.scope.interval('interval', event.every, this.task(event.manners));
  }

  check(): void {
    const late = performance.now() - this.due;
    assert.ok(this.report !== undefined || late <= forceCap + 3, `not over ${late} ms after its deadline`);
  }
}

async function play(events: readonly Event[]): Promise<void> {
  const world = new World();
  const advance = async (time: number) => {
    for (let left = time; left > 0; left -= 50) {
      const { report } = world;
      await vi.advanceTimersByTimeAsync(Math.min(50, left));
      world.check();
      if (report === undefined && world.report !== undefined) checkReport(world, world.report);
    }
  };
  for (const event of events) {
    world.happen(event);
    await advance(event.wait);
  }
  void world.end(longest);
  // Those that are abandoned come to their end as well: at most a task that was spawned late, after its parent.
  await advance(5 * longest);
  assert.ok(world.report !== undefined);
  assert.equal(world.scope.size, 0);
  assert.equal(world.errors.length, world.thrown);
  assert.equal(vi.getTimerCount(), 0, 'timers that are left');
  assert.deepEqual(unhandled.splice(0), []);
}

function checkReport({ running, callers }: World, { outcome, abandoned }: EndReport): void {
  if (outcome === 'graceful') assert.deepEqual(abandoned, []);
  // The clock goes on by up to 50 ms between the report and this check: some of the abandoned have ended since.
  for (const name of running) {
    const isNamed = abandoned.some((text) => text.includes(`"${name}"`) || text.includes('"interval"'));
    assert.ok(isNamed || callers.has(name), `${name} is lost`);
  }
}

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);
beforeAll(() => void process.on('unhandledRejection', onUnhandled));
afterAll(() => void process.off('unhandledRejection', onUnhandled));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it(`each scope ends in time and loses no task (${sequences.title})`, { retry: 0, timeout: 600_000 }, async () => {
  await sequences.hold(() => fc.asyncProperty(fc.array(event, { maxLength: 12 }), play));
});
