/** Random shutdowns: calls, tasks and members in all phases, and signals, errors and forces at any time. */
import assert from 'node:assert/strict';
import { constants } from 'node:os';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, it, vi } from 'vitest';
import { createShutdown, type Phase, ScopeClosedError, type ShutdownReport } from '../../lifecycle/index.ts';
import { sequencesOf } from '../contract/sequences.ts';
import { type Drawn, event as eventOfCalls, longest, type Member, member, pause, rounding, World } from './calls.ts';

const sequences = sequencesOf('createShutdown()', 500);
const signal = 'SIGUSR2';
const [drain, timeout] = [500, 1500];
/** The time of an end that is forced: the phases, then the flush. */
const forced = 600;
/** The time on top of a budget that `end()` is given: the forced part, and the shortest flush. */
const onTop = 400;

const ms = fc.integer({ min: 0, max: longest });
const phaseMember = fc.record({
  kind: fc.constant('phase member' as const),
  phase: fc.constantFrom<Phase[]>('sessions', 'servers', 'resources', 'flush'),
  manners: member,
  wait: fc.constant(0),
});
const act = fc.record({
  kind: fc.constantFrom('signal', 'signal', 'uncaught', 'shut down', 'shut down now'),
  timeout: ms,
  wait: ms,
});
const event = fc.oneof(
  { weight: 4, arbitrary: eventOfCalls },
  { weight: 1, arbitrary: phaseMember },
  { weight: 1, arbitrary: act },
);
type Event = Drawn<typeof event>;

class Service extends World {
  readonly shutdown = createShutdown({
    signals: [signal],
    watchdog: false,
    exit: false,
    logger: false,
    drain,
    timeout,
  });
  /** How often each member of a phase was called. */
  readonly calls: number[] = [];
  readonly thrown: string[] = [];
  #firstSignal: number | undefined;
  #isInsisted = false;
  /** `performance.now()` by which the process must have ended. */
  #due = Number.POSITIVE_INFINITY;
  report: ShutdownReport | undefined;
  /** The test runner listens for errors as well, and must not hear of these. */
  readonly #onUncaught = process.listeners('uncaughtException').at(-1)!;

  constructor() {
    super();
    this.shutdown.use('drain', 'calls', (limit) => this.store.drain(limit));
    this.shutdown.use('sessions', 'sessions', this.store);
    this.shutdown.signal.addEventListener('abort', () => {
      void this.shutdown.end().then((report) => {
        this.report = report;
      });
    });
  }

  /** Until its report is complete. */
  get #isListening(): boolean {
    return process.listeners('uncaughtException').includes(this.#onUncaught);
  }

  #limit(budget: number): void {
    this.#due = Math.min(this.#due, performance.now() + budget);
  }

  shutDown(options?: { timeout?: number; force?: boolean }): Promise<ShutdownReport> {
    this.#limit(drain + timeout);
    if (options?.timeout !== undefined) this.#limit(options.timeout === 0 ? forced : options.timeout + onTop);
    if (options?.force) this.#limit(forced);
    return this.shutdown.end('a call', options);
  }

  happenHere(event: Event): void {
    if (event.kind === 'phase member') this.#usePhase(event.phase, event.manners);
    else if (event.kind === 'shut down') void this.shutDown({ timeout: event.timeout });
    else if (event.kind === 'shut down now') void this.shutDown({ force: true });
    else if (event.kind === 'signal') this.#onSignal();
    else if (event.kind === 'uncaught') this.#throw();
    else this.happen(event as Parameters<World['happen']>[0]);
  }

  #onSignal(): void {
    if (!this.#isListening) return;
    this.#limit(drain + timeout);
    if (this.#firstSignal === undefined) this.#firstSignal = performance.now();
    else if (performance.now() - this.#firstSignal >= 300) {
      this.#isInsisted = true;
      this.#limit(forced);
    }
    process.emit(signal, signal);
  }

  #throw(): void {
    if (!this.#isListening) return;
    this.#limit(drain + timeout);
    const message = `bug ${this.thrown.length}`;
    this.thrown.push(message);
    this.#onUncaught(new Error(message), 'uncaughtException');
  }

  #usePhase(phase: Phase, manners: Member): void {
    const n = this.calls.push(0) - 1;
    const wasReady = this.shutdown.ready;
    const { takes, hears, ending, cap, force } = manners;
    const end = (limit: { signal: AbortSignal }) => {
      this.calls[n]!++;
      if (ending === 'throws') throw new Error('throws');
      return (async () => {
        await pause(takes, hears ? limit.signal : undefined);
        if (ending === 'rejects') throw new Error('rejects');
        if (ending === 'is stuck') await new Promise(() => {});
        if (ending === 'ends its session') await this.shutDown();
        if (ending === 'ends all') await this.endAll();
        if (ending === 'forces all') await this.shutDown({ force: true });
      })();
    };
    const onForce = () => {
      if (force === 'throws') throw new Error('force');
    };
    try {
      this.shutdown.use(phase, `member ${n}`, end, {
        ...(cap !== undefined && { timeout: cap }),
        ...(force !== 'none' && { force: onForce }),
      });
      assert.ok(wasReady);
    } catch (error) {
      assert.ok(!wasReady && error instanceof ScopeClosedError, String(error));
    }
  }

  override check(): void {
    super.check();
    const late = performance.now() - this.#due;
    assert.ok(this.report !== undefined || late <= rounding, `the process is ${late} ms late`);
  }

  override checkEnd(): void {
    super.checkEnd();
    assert.ok(this.report !== undefined);
    const { outcome, exitCode, abandoned, errors } = this.report;
    for (const count of this.calls) assert.equal(count, 1, 'a member of a phase is called once');
    assert.deepEqual(
      errors.map(({ message }) => message),
      this.thrown,
    );
    const failed = Number(outcome === 'forced' || this.thrown.length > 0);
    assert.equal(exitCode, this.#isInsisted ? 128 + constants.signals[signal] : failed);
    if (outcome === 'graceful') assert.deepEqual(abandoned, []);
    JSON.stringify(this.report);
    assert.equal(process.listenerCount(signal), 0);
  }
}

async function play(events: readonly Event[]): Promise<void> {
  const service = new Service();
  const advance = async (time: number) => {
    for (let left = time; left > 0; left -= 50) {
      await vi.advanceTimersByTimeAsync(Math.min(50, left));
      service.check();
    }
  };
  try {
    for (const event of events) {
      service.happenHere(event);
      await advance(event.wait);
    }
    void service.shutDown();
    // Those that are abandoned come to their end as well.
    await advance(5 * longest);
    service.checkEnd();
    assert.equal(vi.getTimerCount(), 0, 'timers that are left');
    assert.deepEqual(unhandled.splice(0), []);
  } finally {
    service.shutdown[Symbol.dispose]();
  }
}

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);
beforeAll(() => void process.on('unhandledRejection', onUnhandled));
afterAll(() => void process.off('unhandledRejection', onUnhandled));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it(`each process ends in time, and cleans up once (${sequences.title})`, { retry: 0, timeout: 600_000 }, async () => {
  await sequences.hold(() => fc.asyncProperty(fc.array(event, { maxLength: 15 }), play));
});
