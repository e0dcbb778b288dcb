import type { Deadline } from './deadline.ts';
import type { EndReport, StepReport } from './disconnectable.ts';
import type { Endable } from './endable.ts';
import { isHeard, publish } from './publish.ts';
import { plainError, scrubError } from './scrub.ts';
import { shared } from './shared.ts';

/** Keeps the reports of the steps of one end, and publishes its course. */
export class Journal {
  steps: StepReport[] = [];
  hasFailed = false;
  readonly start = performance.now();
  #last = this.start;
  readonly #endable: Endable;
  #id: number | undefined;

  constructor(endable: Endable) {
    this.#endable = endable;
  }

  get #end(): { id: number; name: string } {
    // All copies of hangup count together.
    this.#id ??= ++shared('ends@1', () => ({ count: 0 })).count;
    return { id: this.#id, name: this.#endable.name };
  }

  begin(limit: Deadline): void {
    if (isHeard('hangup.end.start')) publish('hangup.end.start', () => ({ ...this.#end, timeout: limit.timeout }));
  }

  /** @param start by the clock of `performance.now()`; a step that was skipped has none */
  add(name: string, outcome: StepReport['outcome'], start?: number, error?: unknown): void {
    const step: StepReport = { name, outcome, durationMs: start === undefined ? 0 : rounded(this.look() - start) };
    if (outcome === 'failed') {
      this.hasFailed = true;
      step.error = this.#readable(error);
    }
    // A push, or a spread, would leave room for many more.
    this.steps = this.steps.concat(step);
    if (isHeard('hangup.end.step')) this.#publish(step);
  }

  #publish(step: StepReport): void {
    publish('hangup.end.step', () => ({ ...this.#end, step: copyOfStep(step) }));
  }

  #readable(error: unknown): Error {
    try {
      const cleaned = this.#endable.clean === undefined ? scrubError(error, []) : this.#endable.clean(error);
      if (cleaned !== undefined) return plainError(cleaned);
    } catch {
      // The error, or the code that cleans it, cannot be trusted to be readable.
    }
    return new Error('the step gave no error that can be read');
  }

  /** When the last step ended: the next one begins then. To look at the clock is slow, and thousands may end together. */
  get last(): number {
    return this.#last;
  }

  /** Looks at the clock where other code has run since the last step. */
  look(): number {
    this.#last = performance.now();
    return this.#last;
  }

  /** From the begin to the end of the last step. */
  get durationMs(): number {
    return rounded(this.#last - this.start);
  }

  finish(report: EndReport): void {
    if (isHeard('hangup.end.finish')) publish('hangup.end.finish', () => ({ ...this.#end, report: copyOf(report) }));
  }
}

// The report is that of the caller of `disconnect()`: a subscriber gets a copy, and may change it.

function copyOf(report: EndReport): EndReport {
  const { steps, abandoned, members } = report;
  const copy = { ...report, steps: steps.map(copyOfStep), abandoned: [...abandoned] };
  return members === undefined ? copy : { ...copy, members: members.map(copyOf) };
}

function copyOfStep(step: StepReport): StepReport {
  return step.error === undefined ? { ...step } : { ...step, error: plainError(step.error) };
}

/** ms, to the microsecond: more digits say nothing. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

/** ms since `start`, to the microsecond. */
export const elapsed = (start: number): number => rounded(performance.now() - start);
