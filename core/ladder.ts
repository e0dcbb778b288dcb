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
  /** Destroy it, and call back when it has ended. Returns false, and never calls, when it had ended already. */
  force(ended: () => void): boolean;
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
  #resolve: (report: DisconnectReport) => void = () => {};
  #start = 0;
  readonly #steps: StepReport[] = [];
  #forced = false;
  #stepsOver = false;
  /** Ends the step that is being taken. */
  #interrupt: () => void = () => {};
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
    this.#start = performance.now();
    // Set before the door closes: closing it may call end() again.
    this.#report = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#limit(budget);
    void this.#climb(steps);
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
    this.#interrupt();
  }

  async #climb(steps: readonly Step[]): Promise<void> {
    quietly(() => this.#rung.closeDoor());
    for (const step of steps) {
      const taken = this.#forced ? skipped(step.name) : this.#take(step);
      // No await for a step that was skipped: `end(true)` has to destroy, and `close()` to send its frame, in this tick.
      this.#steps.push(taken instanceof Promise ? await taken : taken);
    }
    this.#stepsOver = true;
    for (const release of this.#release) release();
    this.#force();
  }

  /** Runs one step until it ends, its cap is spent, or it is interrupted. */
  #take({ name, cap, ask }: Step): StepReport | Promise<StepReport> {
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
      this.#interrupt = () => end('timeout');
      ended.then(
        () => end('ok'),
        () => end('failed'),
      );
      // Asking runs foreign code, which may have forced the end: there was no step to interrupt yet.
      if (this.#forced) end('timeout');
    });
  }

  /** By callback and not by promises: a thousand things may be forced in one tick. */
  #force(): void {
    const start = performance.now();
    let release = () => {};
    let isOver = false;
    const end = (outcome: StepReport['outcome']) => {
      if (isOver) return;
      isOver = true;
      release();
      this.#steps.push({ name: 'force', outcome, durationMs: outcome === 'skipped' ? 0 : performance.now() - start });
      this.#finish(outcome);
    };
    let isEnding = false;
    this.#state = 'forcing';
    quietly(() => {
      isEnding = this.#rung.force(() => end('ok'));
    });
    if (!isEnding) end('skipped');
    else if (!isOver) release = afterForceCap(() => end('timeout'));
  }

  #finish(forced: StepReport['outcome']): void {
    const abandoned = forced === 'timeout' ? ['socket'] : [];
    quietly(() => abandoned.push(...this.#rung.settle()));
    this.#state = 'closed';
    this.#resolve({
      outcome: forced === 'skipped' ? 'graceful' : 'forced',
      durationMs: performance.now() - this.#start,
      steps: this.#steps,
      abandoned,
    });
  }
}

interface Batch {
  readonly waiting: Set<() => void>;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** What is being forced in this tick: a thousand things share one timer, which costs less than a thousand. */
let batch: Batch | undefined;

/** @returns what is to be called when it has ended before */
function afterForceCap(expire: () => void): () => void {
  if (batch === undefined) {
    const waiting = new Set<() => void>();
    const timer = setTimeout(() => {
      for (const one of waiting) one();
    }, forceCap);
    batch = { waiting, timer };
    queueMicrotask(() => {
      batch = undefined;
    });
  }
  const own = batch;
  own.waiting.add(expire);
  return () => {
    own.waiting.delete(expire);
    if (own.waiting.size > 0) return;
    clearTimeout(own.timer);
    if (batch === own) batch = undefined;
  };
}

const skipped = (name: string): StepReport => ({ name, outcome: 'skipped', durationMs: 0 });

/** Foreign code runs in the door, force and settle hooks; whatever it throws must not stop the ladder. */
function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // The report tells what did not end.
  }
}
