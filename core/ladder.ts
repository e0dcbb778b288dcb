import { type Budget, Deadline } from './deadline.ts';
import type { EndReport, ForceReason, StepReport } from './disconnectable.ts';
import type { Endable, Step } from './endable.ts';
import { Journal } from './journal.ts';
import { isLastResort } from './last-resort.ts';
import { forceCap } from './limits.ts';
import { makeReport } from './report.ts';

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
  #resolve: ((report: EndReport) => void) | undefined;
  #listeners: (() => void)[] | undefined;
  #steps = none;
  #next = 0;
  /** Foreign code runs in which this ladder must not climb on, unless it is the last thing that runs. */
  #isCalling = false;
  // These are made when the end begins.
  #limit!: Deadline;
  #journal!: Journal;
  /** Ends the step under way, when the time is spent. */
  #interrupt: (() => void) | undefined;
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
    this.#ended ??= new Promise((resolve) => {
      if (this.#report === undefined) this.#resolve = resolve;
      else resolve(this.#report);
    });
    return this.#ended;
  }

  /** Calls back in the tick in which it ends; at once when it has ended already. */
  onEnd(listener: () => void): void {
    if (this.#report !== undefined) listener();
    else if (this.#listeners === undefined) this.#listeners = [listener];
    // A push would make room for many more.
    else if (this.#listeners.length === 1) this.#listeners = [this.#listeners[0]!, listener];
    else this.#listeners.push(listener);
  }

  /**
   * Begins the end. When it has begun already, only adds the limit: the earliest of all counts.
   *
   * @param steps taken in place of those of the endable
   */
  end(limit: Budget | Deadline, steps?: () => readonly Step[]): this {
    if (this.#state === 'open') this.#begin(limit, steps);
    else if (this.#state === 'closing') this.#limit.add(limit);
    if (isLastResort()) this.#forceAgain(this.#limit.reason);
    return this;
  }

  /** As the last resort: the stack may stand inside the very call that was about to force the rest, and never come back. */
  #forceAgain(reason: ForceReason | undefined): void {
    if (this.#state === 'closing' && reason !== undefined) {
      this.#interrupt?.();
      // The step under way may be over though its call has not returned.
      this.#climb();
    } else if (this.#state === 'forcing' && this.#endable.forceCap === null) {
      try {
        this.#endable.force(ignore, reason ?? 'force');
      } catch {
        // The call that stands tells of its own error.
      }
    }
  }

  #begin(limit: Budget | Deadline, steps: (() => readonly Step[]) | undefined): void {
    const endable = this.#endable;
    this.#state = 'closing';
    this.#isCalling = true;
    this.#journal = new Journal(endable);
    this.#limit = Deadline.from(limit, () => this.#onSpent());
    this.#journal.begin(this.#limit);
    try {
      endable.closeDoor?.();
    } catch {
      // The end goes on.
    }
    this.#isCalling = true;
    try {
      this.#steps = steps === undefined ? endable.steps() : steps();
    } catch (error) {
      this.#journal.add('steps', 'failed', this.#journal.start, error);
    }
    this.#isCalling = false;
    this.#climb();
  }

  #onSpent(): void {
    if (this.#interrupt !== undefined) this.#interrupt();
    // As the last resort, a force that comes while the door closes does not wait for that.
    else this.#climb();
  }

  /** Takes one step after the other, in this tick as far as that goes. */
  #climb(): void {
    if (this.#isCalling && !(isLastResort() && this.#limit.reason !== undefined)) return;
    while (this.#state === 'closing' && this.#next < this.#steps.length) {
      const step = this.#steps[this.#next++]!;
      if (this.#limit.reason !== undefined) this.#journal.add(step.name, 'skipped');
      else if (this.#take(step)) return;
    }
    if (this.#state === 'closing') this.#force();
  }

  /** Begins one step. @returns whether it is under way: then it climbs on by itself when it is over */
  #take({ name, cap, ask }: Step): boolean {
    const start = this.#journal.last;
    let isOver = false;
    const end = (outcome: StepReport['outcome'], error?: unknown) => {
      if (isOver) return;
      isOver = true;
      if (limit !== this.#limit) limit.stop();
      this.#journal.add(name, outcome, outcome === 'skipped' ? undefined : start, error);
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

  #force(): void {
    this.#state = 'forcing';
    const spent = this.#limit.reason;
    const reason = spent ?? (this.#journal.hasFailed ? 'failed' : 'deadline');
    // A polite end comes here in the tick of its last step: the clock needs no look.
    const isPolite = spent === undefined && !this.#journal.hasFailed;
    const start = isPolite ? this.#journal.last : this.#journal.look();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const end = (outcome: StepReport['outcome'], error?: unknown) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      this.#journal.add('force', outcome, outcome === 'skipped' ? undefined : start, error);
      this.#finish(outcome, reason);
    };
    let isLeft = true;
    try {
      isLeft = this.#endable.force(() => end('ok'), reason);
    } catch (error) {
      end('failed', error);
    }
    // A step that failed, or was cut, may have left something behind that has the limit.
    if (isLeft || this.#journal.hasFailed) this.#limit.spend(reason);
    else this.#limit.stop();
    if (!isLeft) {
      if (!isPolite) this.#journal.look();
      end('skipped');
    }
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
    try {
      own = this.#endable.settle?.() ?? own;
    } catch {
      // Its parts cannot be named.
    }
    try {
      reports = this.#endable.members?.();
    } catch {
      // The report has none.
    }
    // Members may have died of the limit before this level got to them.
    const isCut = this.#limit.reason !== undefined && reports?.some(({ outcome }) => outcome === 'forced');
    this.#report = makeReport({
      name,
      reason: forced !== 'skipped' || this.#journal.hasFailed || isCut || own.length > 0 ? reason : undefined,
      durationMs: this.#journal.durationMs,
      steps: this.#journal.steps,
      members: reports,
      isAbandoned: forced === 'timeout' || forced === 'failed',
      unfinished: own,
    });
    this.#state = 'closed';
    this.#journal.finish(this.#report);
    this.#resolve?.(this.#report);
    const listeners = this.#listeners;
    this.#resolve = this.#listeners = undefined;
    if (listeners === undefined) return;
    // Thousands may end together, and each iterator is an object.
    for (let index = 0; index < listeners.length; index++) {
      try {
        listeners[index]!();
      } catch (error) {
        // A listener must not stop the ladder.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

const none: readonly Step[] = [];
const ignore = () => {};
