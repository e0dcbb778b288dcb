import type { DisconnectReport, StepReport } from './disconnectable.ts';

/** One polite step. `ask` returns a promise for its end, or `undefined` when there is nothing to do. */
export interface Step {
  readonly name: string;
  /** The most this step may take, in ms. The deadline of the whole ladder may cut it shorter. */
  readonly cap: number;
  ask(): Promise<unknown> | undefined;
}

/** How the ladder reaches one kind of thing that can hang: a socket, a session, a process. */
export interface Rung {
  /** Refuse new work. Runs first, in the tick of `end()`. */
  closeDoor(): void;
  /** Destroy it. Returns a promise for its end, or `undefined` when it has ended already. */
  force(): Promise<unknown> | undefined;
  /** Release every waiter and name what had not ended by itself. Runs last. */
  settle(): string[];
}

export interface Budget {
  force: boolean;
  /** ms for everything together. */
  timeout: number;
  signal?: AbortSignal | undefined;
}

export type LadderState = 'open' | 'closing' | 'forcing' | 'closed';

/** How long a destroyed thing gets to report its end, in ms, before it is named as abandoned. */
const forceCap = 1000;

/**
 * Ends one thing within one deadline: close the door, ask politely, force, settle, report.
 *
 *     open ──end()──▶ closing ──steps done──▶ closed
 *                        └── budget spent, aborted, or end(force) ──▶ forcing ──▶ closed
 *
 * `end()` is idempotent, never rejects, and may be called from inside anything that it is itself ending. Its timers are
 * never unref'd: a stuck promise must not let the process exit 0 with the work undone.
 */
export class Ladder {
  #state: LadderState = 'open';
  #report: Promise<DisconnectReport> | undefined;
  #forced = false;
  #stepsOver = false;
  #wakeForced: () => void = () => {};
  readonly #whenForced = new Promise<void>((resolve) => {
    this.#wakeForced = resolve;
  });
  readonly #release: (() => void)[] = [];
  readonly #rung: Rung;

  constructor(rung: Rung) {
    this.#rung = rung;
  }

  get state(): LadderState {
    return this.#state;
  }

  /** Starts the end, or, when it has started already, only adds the limits of `budget` to it. */
  end(budget: Budget, steps: readonly Step[]): Promise<DisconnectReport> {
    if (this.#report !== undefined) {
      if (!this.#stepsOver) this.#limit(budget);
      return this.#report;
    }
    this.#state = 'closing';
    let settled: (report: DisconnectReport) => void = () => {};
    // Set before the door closes: closing it may call end() again.
    this.#report = new Promise((resolve) => {
      settled = resolve;
    });
    this.#limit(budget);
    void this.#climb(steps).then(settled);
    return this.#report;
  }

  #limit({ force, timeout, signal }: Budget): void {
    if (force || timeout === 0 || signal?.aborted) {
      this.#escalate();
      return;
    }
    const escalate = () => this.#escalate();
    const timer = setTimeout(escalate, timeout);
    this.#release.push(() => clearTimeout(timer));
    if (signal !== undefined) {
      signal.addEventListener('abort', escalate, { once: true });
      this.#release.push(() => signal.removeEventListener('abort', escalate));
    }
  }

  #escalate(): void {
    this.#forced = true;
    this.#wakeForced();
  }

  async #climb(steps: readonly Step[]): Promise<DisconnectReport> {
    const start = performance.now();
    const reports: StepReport[] = [];
    const abandoned: string[] = [];
    quietly(() => this.#rung.closeDoor());
    for (const step of steps) {
      const taken = this.#forced ? skipped(step.name) : take(step, this.#whenForced);
      // No await for a step that was skipped: `end(true)` has to destroy, and `close()` to send its frame, in this tick.
      reports.push(taken instanceof Promise ? await taken : taken);
    }
    this.#stepsOver = true;
    for (const release of this.#release) release();

    let destroyed: Promise<unknown> | undefined;
    quietly(() => {
      destroyed = this.#rung.force();
    });
    if (destroyed !== undefined) {
      this.#state = 'forcing';
      const report = await take({ name: 'force', cap: forceCap, ask: () => destroyed });
      reports.push(report);
      if (report.outcome === 'timeout') abandoned.push('socket');
    } else {
      reports.push(skipped('force'));
    }
    quietly(() => abandoned.push(...this.#rung.settle()));
    this.#state = 'closed';
    return {
      outcome: destroyed === undefined ? 'graceful' : 'forced',
      durationMs: performance.now() - start,
      steps: reports,
      abandoned,
    };
  }
}

const skipped = (name: string): StepReport => ({ name, outcome: 'skipped', durationMs: 0 });

/** Runs one step until it ends, its cap is spent, or `interrupt` settles. */
function take({ name, cap, ask }: Step, interrupt?: Promise<void>): StepReport | Promise<StepReport> {
  const start = performance.now();
  let asked: Promise<unknown> | undefined;
  try {
    asked = ask();
  } catch {
    return { name, outcome: 'failed', durationMs: performance.now() - start };
  }
  if (asked === undefined) return skipped(name);
  const ended = asked;
  return new Promise((resolve) => {
    const end = (outcome: StepReport['outcome']) => {
      clearTimeout(timer);
      resolve({ name, outcome, durationMs: performance.now() - start });
    };
    const timer = setTimeout(() => end('timeout'), cap);
    ended.then(
      () => end('ok'),
      () => end('failed'),
    );
    interrupt?.then(() => end('timeout'));
  });
}

/** Foreign code runs in the door, force and settle hooks; whatever it throws must not stop the ladder. */
function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // The report tells what did not end.
  }
}
