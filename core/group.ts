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
  readonly #endings: (Ladder | undefined)[];

  constructor(members: readonly Member[]) {
    this.#members = members;
    // A list that grows would make room for many more.
    this.#endings = new Array(members.length);
  }

  /** The reports of the members that have ended, in the order of the members. */
  get reports(): EndReport[] {
    const reports: EndReport[] = [];
    for (const ending of this.#endings) if (ending?.report !== undefined) reports.push(ending.report);
    return reports;
  }

  /** Ends all members at once. @returns `undefined` when there are none */
  together(limit: Deadline): Promise<void> | undefined {
    if (this.#members.length === 0) return undefined;
    // Members with the same cap share one deadline: thousands may end together.
    const limits = new Map<number | undefined, Deadline>();
    for (let index = 0; index < this.#members.length; index++) {
      const { cap } = this.#members[index]!;
      let own = limits.get(cap);
      if (own === undefined) {
        own = within(limit, cap);
        limits.set(cap, own);
      }
      this.#end(index, own);
    }
    return new Promise((resolve) => {
      const over = () => {
        for (const own of limits.values()) if (own !== limit) own.stop();
        resolve();
      };
      if (!this.#whenEnded(over)) over();
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
    for (let index = 0; index < this.#members.length; index++) {
      if (this.#endings[index]?.report === undefined) this.#end(index, spent);
    }
    return this.#whenEnded(ended);
  }

  #begin(index: number, limit: Deadline): Ladder {
    const own = within(limit, this.#members[index]!.cap);
    const ending = this.#end(index, own);
    if (own !== limit) ending.onEnd(() => own.stop());
    return ending;
  }

  #end(index: number, limit: Deadline): Ladder {
    const ending = this.#members[index]!.end(limit);
    this.#endings[index] = ending;
    return ending;
  }

  /** @returns false when all members have ended; `listener` is not called then */
  #whenEnded(listener: () => void): boolean {
    const left = this.#endings.filter(isUnderWay);
    if (left.length === 0) return false;
    let count = left.length;
    const onEnd = () => {
      count -= 1;
      if (count === 0) listener();
    };
    for (const ending of left) ending.onEnd(onEnd);
    return true;
  }
}

const isUnderWay = (ending: Ladder | undefined): ending is Ladder =>
  ending !== undefined && ending.report === undefined;

/** A cap that is longer than the time that is left changes nothing. */
const within = (limit: Deadline, cap: number | undefined): Deadline =>
  cap === undefined || cap >= limit.timeout ? limit : limit.within(cap);
