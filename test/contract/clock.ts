import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

const tick = 20;

/** Limits that a busy machine does not make wrong. */
export class Clock {
  /**
   * @param patience how long anything that must settle may take, in ms
   * @param over aborted when there is nothing left to learn: then all patience is spent
   */
  constructor(
    readonly patience: number,
    private readonly over?: AbortSignal,
  ) {}

  async within<T>(promise: PromiseLike<T>, what: string, patience = this.patience): Promise<T> {
    let clock: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      let left = patience;
      // In ticks, not by the wall: while the machine stands still nothing becomes late.
      clock = setInterval(() => {
        left -= tick;
        if (left <= 0 || this.over?.aborted)
          reject(new assert.AssertionError({ message: `${what}: not within ${patience} ms` }));
      }, tick);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearInterval(clock);
    }
  }

  async until(condition: () => boolean, what: string, patience = this.patience): Promise<void> {
    for (let left = patience; !condition(); left -= 3) {
      if (left <= 0 || this.over?.aborted) assert.fail(`${what}: not within ${patience} ms`);
      await sleep(3);
    }
  }
}
