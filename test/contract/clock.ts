import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

const tick = 20;
/** The limit of each step of the preparation, in ms. It does not depend on the patience. */
const preparation = 8_000;

/** The preparation of a scenario failed. This says nothing about the SDK, so no control accepts it as a defect. */
export class Unprepared extends Error {}

/** Limits that a busy machine does not make wrong. A promise that is not kept in time is an `AssertionError`. */
export class Clock {
  /**
   * @param patience how long anything that must settle may take, in ms
   * @param over aborted when there is nothing left to learn: then all patience is spent
   */
  constructor(
    readonly patience: number,
    private readonly over?: AbortSignal,
  ) {}

  /** Waits for a promise that is tested. It has to settle in time. */
  async within<T>(promise: PromiseLike<T>, what: string, patience = this.patience): Promise<T> {
    let clock: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      let left = patience;
      // In ticks, not by the wall: while the machine stands still nothing becomes late.
      clock = setInterval(() => {
        left -= tick;
        if (left <= 0 || this.over?.aborted) reject(new assert.AssertionError({ message: tooLate(what, patience) }));
      }, tick);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearInterval(clock);
    }
  }

  /** Waits for a condition that is tested. It has to become true in time. */
  async until(condition: () => boolean, what: string, patience = this.patience): Promise<void> {
    for (let left = patience; !condition(); left -= 3) {
      if (left <= 0 || this.over?.aborted) assert.fail(tooLate(what, patience));
      await sleep(3);
    }
  }

  /**
   * Waits for a part of the preparation.
   *
   * @throws {Unprepared} when it rejects, or takes longer than 8 s
   */
  prepared<T>(promise: PromiseLike<T>, what: string): Promise<T> {
    return this.within(promise, what, preparation).catch((error: Error) => {
      throw new Unprepared(error.message, { cause: error });
    });
  }

  /**
   * Waits for a condition that is a part of the preparation.
   *
   * @throws {Unprepared} when it takes longer than 8 s
   */
  ready(condition: () => boolean, what: string): Promise<void> {
    return this.prepared(this.until(condition, what, preparation), what);
  }
}

const tooLate = (what: string, patience: number) => `${what}: not within ${patience} ms`;
