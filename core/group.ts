import { Deadline } from './deadline.ts';
import type { EndReport, ForceReason } from './disconnectable.ts';
import type { Ladder } from './ladder.ts';

/** A part of something bigger, with an end of its own. */
export interface Member {
  /** The longest that its polite end may take, in ms. Default: all the time that is left. */
  readonly cap?: number | undefined;
  /** Begins its end, or adds the limit to it. */
  end(limit: Deadline): Ladder;
}

/**
 * The members of one level: they end together or in order, are all forced in one tick, and report. A group has no limit of
 * its own: the level above hands its limit down, and each member bounds how long its force may take.
 */
export class Group {
  readonly #members: readonly Member[];
  /** The ends that have begun, in the order of the members. */
  readonly #endings: Ladder[] = [];

  constructor(members: readonly Member[]) {
    this.#members = members;
  }

  /** The reports of the members that have ended, in the order of the members. */
  get reports(): EndReport[] {
    const reports: EndReport[] = [];
    for (const { report } of this.#endings) if (report !== undefined) reports.push(report);
    return reports;
  }

  /** Ends all members at once. @returns `undefined` when there are none */
  together(limit: Deadline): Promise<void> | undefined {
    for (const index of this.#members.keys()) this.#begin(index, limit);
    if (this.#members.length === 0) return undefined;
    return new Promise((resolve) => {
      if (!this.#whenEnded(resolve)) resolve();
    });
  }

  /** Ends one member after the other. @returns `undefined` when there are none */
  inOrder(limit: Deadline): Promise<void> | undefined {
    if (this.#members.length === 0) return undefined;
    return new Promise((resolve) => {
      const next = (index: number) => {
        if (index === this.#members.length) resolve();
        else if (limit.reason === undefined) this.#begin(index, limit).onEnd(() => next(index + 1));
      };
      next(0);
    });
  }

  /**
   * Forces all members that have not ended, also those whose turn has not come.
   *
   * @returns false when all have ended; `ended` is not called then
   */
  force(ended: () => void, reason: ForceReason): boolean {
    const spent = Deadline.spent(reason);
    for (const index of this.#members.keys()) {
      if (this.#endings[index]?.report === undefined) this.#begin(index, spent);
    }
    return this.#whenEnded(ended);
  }

  #begin(index: number, limit: Deadline): Ladder {
    const member = this.#members[index]!;
    const { cap } = member;
    // A cap that is longer than the time that is left changes nothing.
    const own = cap === undefined || cap >= limit.timeout ? limit : limit.within(cap);
    const ending = member.end(own);
    this.#endings[index] = ending;
    if (own !== limit) ending.onEnd(() => own.stop());
    return ending;
  }

  /** @returns false when all members have ended; `listener` is not called then */
  #whenEnded(listener: () => void): boolean {
    const left = this.#endings.filter(({ report }) => report === undefined);
    let count = left.length;
    const onEnd = () => {
      count -= 1;
      if (count === 0) listener();
    };
    for (const ending of left) ending.onEnd(onEnd);
    return left.length > 0;
  }
}
