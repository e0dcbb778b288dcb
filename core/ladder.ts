import { type Budget, Deadline } from './deadline.ts';
import type { EndReport, ForceReason, StepReport } from './disconnectable.ts';
import { forceCap } from './limits.ts';
import { makeReport } from './report.ts';
import { plainError, scrubError } from './scrub.ts';

/** One polite step. */
export interface Step {
  readonly name: string;
  /** The longest that this step may take, in ms. The deadline of the whole end may cut it shorter. Default: no cap. */
  readonly cap?: number | undefined;
  /**
   * Begins the step. The promise settles when the step is done; `undefined` says that there is nothing to do.
   *
   * @param limit the time that is left to this step, to be handed on to everything that the step ends
   */
  ask(limit: Deadline): PromiseLike<unknown> | undefined;
}

/** A thing that can hang, and how the ladder reaches it: a socket, a client, a session, a process. */
export interface Endable {
  /** Names it in reports: `socket tts`, `session 42`. */
  readonly name: string;
  /** How long it may take to report its end after {@link force}, in ms. `null`: no limit, because its members have theirs. */
  readonly forceCap?: number | null;
  /** Refuses new work. Runs first, in the tick of `end()`. */
  closeDoor?(): void;
  /** The polite steps, in order. Called once, when the end begins. When it throws, there are none, and the report says so. */
  steps(): readonly Step[];
  /**
   * Destroys it, and calls `ended` when it has gone. Called once. Only as the last resort, a level whose `forceCap` is `null`
   * is called again while its first call stands, so that it reaches the members whose turn has not come.
   *
   * @returns false when nothing was left to destroy; `ended` is not called then
   */
  force(ended: () => void, reason: ForceReason): boolean;
  /** Releases every waiter. Runs last. @returns the names of all that had not ended by itself */
  settle?(): readonly string[];
  /** The reports of its members, when it has some. */
  members?(): EndReport[];
  /** Takes secrets out of an error that goes into the report. */
  clean?(error: unknown): Error | undefined;
}

export type LadderState = 'open' | 'closing' | 'forcing' | 'closed';

/**
 * Ends one thing within one deadline: closes the door, asks politely, forces, settles, reports.
 *
 *     open ──end()──▶ closing ──steps done──▶ closed
 *                        └── deadline, abort, or end(force) ──▶ forcing ──▶ closed
 *
 * It climbs by callbacks and not by promises, so that a force reaches everything below in the tick in which it comes: also
 * inside `process.on('exit')`, after which no promise settles. It may be ended from inside anything that it is itself
 * ending. Its timers are never unref'd: a stuck promise must not let the process exit 0 with the work undone.
 */
export class Ladder {
  #state: LadderState = 'open';
  #report: EndReport | undefined;
  #ended: Promise<EndReport> | undefined;
  #listeners: (() => void)[] | undefined;
  #start = 0;
  #steps: readonly Step[] = [];
  #next = 0;
  /** Foreign code runs in which this ladder must not climb on, unless it is the last thing that runs. */
  #isCalling = false;
  #hasFailed = false;
  readonly #stepReports: StepReport[] = [];
  /** Made when the end begins. */
  #limit: Deadline = unlimited;
  /** Runs when the time is spent. */
  #interrupt: () => void = ignore;
  readonly #endable: Endable;

  constructor(endable: Endable) {
    this.#endable = endable;
  }

  get state(): LadderState {
    return this.#state;
  }

  get name(): string {
    return this.#endable.name;
  }

  /** How it ended; `undefined` until it has. */
  get report(): EndReport | undefined {
    return this.#report;
  }

  /** Settles with the report, and never rejects. Every look gives the same promise. */
  get ended(): Promise<EndReport> {
    this.#ended ??= new Promise((resolve) => this.onEnd(() => resolve(this.#report!)));
    return this.#ended;
  }

  /** Calls back in the tick in which it ends; at once when it has ended already. */
  onEnd(listener: () => void): void {
    if (this.#report !== undefined) listener();
    else if (this.#listeners === undefined) this.#listeners = [listener];
    else this.#listeners.push(listener);
  }

  /**
   * Begins the end. When it has begun already, only adds the limit: the earliest of all counts.
   *
   * @param steps taken in place of those of the endable
   */
  end(limit: Budget | Deadline, steps = () => this.#endable.steps()): this {
    if (this.#state === 'open') this.#begin(limit, steps);
    else if (this.#state === 'closing') this.#limit.add(limit);
    if (isLastResort) this.#forceAgain(this.#limit.reason);
    return this;
  }

  /** As the last resort: the stack may stand inside the very call that was about to force the rest, and never come back. */
  #forceAgain(reason: ForceReason | undefined): void {
    if (this.#state === 'closing' && reason !== undefined) {
      this.#interrupt();
      // The step under way may be over though its call has not returned.
      this.#climb();
    } else if (this.#state === 'forcing' && this.#endable.forceCap === null) {
      this.#call(() => this.#endable.force(ignore, reason ?? 'force'));
    }
  }

  #begin(limit: Budget | Deadline, steps: () => readonly Step[]): void {
    this.#state = 'closing';
    this.#start = performance.now();
    this.#limit = new Deadline(() => this.#interrupt());
    this.#limit.add(limit);
    // As the last resort, a force that comes while the door closes does not wait for that.
    this.#interrupt = () => this.#climb();
    this.#call(() => this.#endable.closeDoor?.());
    this.#call(
      () => {
        this.#steps = steps();
      },
      (error) => this.#reportStep('steps', 'failed', this.#start, error),
    );
    this.#climb();
  }

  /** Takes one step after the other, in this tick as far as that goes. */
  #climb(): void {
    if (this.#isCalling && !(isLastResort && this.#limit.reason !== undefined)) return;
    while (this.#state === 'closing' && this.#next < this.#steps.length) {
      const step = this.#steps[this.#next++]!;
      if (this.#limit.reason !== undefined) this.#stepReports.push(skipped(step.name));
      else if (this.#take(step)) return;
    }
    if (this.#state === 'closing') this.#force();
  }

  /** Begins one step. @returns whether it is under way: then it climbs on by itself when it is over */
  #take({ name, cap, ask }: Step): boolean {
    const start = performance.now();
    let isOver = false;
    const end = (outcome: StepReport['outcome'], error?: unknown) => {
      if (isOver) return;
      isOver = true;
      if (limit !== this.#limit) limit.stop();
      this.#reportStep(name, outcome, start, error);
      this.#climb();
    };
    this.#interrupt = () => end('timeout');
    const limit = cap === undefined ? this.#limit : this.#limit.within(cap, this.#interrupt);
    this.#isCalling = true;
    try {
      const asked = ask(limit);
      if (asked === undefined) end('skipped');
      else {
        asked.then(
          () => end('ok'),
          (error: unknown) => end('failed', error),
        );
        limit.watch();
      }
    } catch (error) {
      end('failed', error);
    }
    this.#isCalling = false;
    return !isOver;
  }

  #reportStep(name: string, outcome: StepReport['outcome'], start: number, error: unknown): void {
    const report: StepReport = { name, outcome, durationMs: outcome === 'skipped' ? 0 : performance.now() - start };
    if (outcome === 'failed') {
      this.#hasFailed = true;
      report.error = new Error('the step gave no error that can be read');
      this.#call(() => {
        const { clean = (unclean: unknown) => scrubError(unclean, []) } = this.#endable;
        const cleaned = clean.call(this.#endable, error);
        if (cleaned !== undefined) report.error = plainError(cleaned);
      });
    }
    this.#stepReports.push(report);
  }

  #force(): void {
    this.#state = 'forcing';
    const start = performance.now();
    const reason = this.#limit.reason ?? (this.#hasFailed ? 'failed' : 'deadline');
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const end = (outcome: StepReport['outcome'], error?: unknown) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      this.#reportStep('force', outcome, start, error);
      this.#finish(outcome, reason);
    };
    let isLeft = true;
    try {
      isLeft = this.#endable.force(() => end('ok'), reason);
    } catch (error) {
      end('failed', error);
    }
    // A step that failed, or was cut, may have left something behind that has the limit.
    if (isLeft || this.#hasFailed) this.#limit.spend(reason);
    else this.#limit.stop();
    if (!isLeft) end('skipped');
    const { forceCap: cap = forceCap } = this.#endable;
    if (isOver || cap === null) return;
    timer = setTimeout(() => {
      // An event loop that was busy runs this timer before it sees the end that has come: it looks once more.
      timer = setTimeout(() => end('timeout'), 0);
    }, cap);
  }

  #finish(forced: StepReport['outcome'], reason: ForceReason): void {
    const { name } = this.#endable;
    let own: readonly string[] = [];
    let reports: EndReport[] | undefined;
    this.#call(() => {
      own = this.#endable.settle?.() ?? [];
    });
    this.#call(() => {
      reports = this.#endable.members?.();
    });
    // Members may have died of the limit before this level got to them.
    const isCut = this.#limit.reason !== undefined && reports?.some(({ outcome }) => outcome === 'forced');
    this.#report = makeReport({
      name,
      reason: forced !== 'skipped' || this.#hasFailed || isCut || own.length > 0 ? reason : undefined,
      durationMs: performance.now() - this.#start,
      steps: this.#stepReports,
      members: reports,
      isAbandoned: forced === 'timeout' || forced === 'failed',
      unfinished: own,
    });
    this.#state = 'closed';
    const listeners = this.#listeners;
    this.#listeners = undefined;
    for (const listener of listeners ?? []) this.#call(listener, throwLater);
  }

  /** Runs foreign code; an error that it throws must not stop the ladder. */
  #call(run: () => void, onError: (error: unknown) => void = ignore): void {
    const wasCalling = this.#isCalling;
    this.#isCalling = true;
    try {
      run();
    } catch (error) {
      onError(error);
    }
    this.#isCalling = wasCalling;
  }
}

const unlimited = new Deadline();
const ignore = () => {};
const throwLater = (error: unknown) =>
  queueMicrotask(() => {
    throw error;
  });

let isLastResort = false;

/**
 * Runs what forces ladders where nothing runs afterwards: inside `process.on('exit')`, or inside the function that blocks the
 * event loop. There a force climbs also when the stack stands inside foreign code that the same ladder has called.
 */
export function asLastResort(run: () => void): void {
  const wasLastResort = isLastResort;
  isLastResort = true;
  try {
    run();
  } finally {
    isLastResort = wasLastResort;
  }
}

const skipped = (name: string): StepReport => ({ name, outcome: 'skipped', durationMs: 0 });
