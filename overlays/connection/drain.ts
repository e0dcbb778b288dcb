import type { Deadline } from '../../core/deadline.ts';
import type { Step } from '../../core/endable.ts';

/**
 * The time in which the provider may finish what was sent before an end: the step and the option `drain` of `disconnect()`. The door is
 * closed then, and the streams go on.
 */
export class Drain {
  #isUnderWay: boolean;
  #limit: Deadline | undefined;
  #onLost: (error?: Error) => void = () => {};
  #ms: number;
  readonly #dropStreams: (isForced: boolean) => void;

  /**
   * @param ms 0 means that there is no such time
   * @param dropStreams ends the streams that are left when the time is over
   */
  constructor(ms: number, dropStreams: (isForced: boolean) => void) {
    this.#isUnderWay = ms > 0;
    this.#ms = ms;
    this.#dropStreams = dropStreams;
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /**
   * Puts a step before those of the end. The first of these ends the streams that are left.
   *
   * @param ask asks the provider to finish; `undefined` when nothing is open
   */
  before(steps: readonly Step[], ask: () => Promise<unknown> | undefined): readonly Step[] {
    const first: Step = { name: 'drain', cap: this.#ms, ask: (limit) => this.#begin(limit, ask) };
    const rest = steps.map((step): Step => {
      const begin = (limit: Deadline) => {
        this.end(false);
        return step.ask(limit);
      };
      return { ...step, ask: begin };
    });
    return [first, ...rest];
  }

  #begin(limit: Deadline, ask: () => Promise<unknown> | undefined): Promise<unknown> | undefined {
    // A subscriber or a listener has asked for an end without a drain, before this one began.
    if (this.#ms === 0) return undefined;
    this.#limit = limit;
    const lost = new Promise<void>((resolve, reject) => {
      this.#onLost = (error) => (error === undefined ? resolve() : reject(error));
    });
    // It is lost in the tick in which there is nothing to wait for.
    lost.catch(() => {});
    const finished = ask();
    return finished && Promise.race([finished, lost]);
  }

  /**
   * The connection is lost, and finishes nothing.
   *
   * @param error says so, when the provider had not finished: then the step fails
   */
  lose(error?: Error): void {
    this.#onLost(error);
  }

  /** It takes no longer than so many ms from now. */
  shorten(ms: number): void {
    if (this.#limit === undefined) this.#ms = Math.min(this.#ms, ms);
    else this.#limit.add({ timeout: ms });
  }

  end(isForced: boolean): void {
    if (!this.#isUnderWay) return;
    this.#isUnderWay = false;
    this.#dropStreams(isForced);
  }
}

/** No such time. It keeps nothing, so that all connections share it. */
export const noDrain = new Drain(0, () => {});
