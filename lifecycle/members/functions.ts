import type { Limit } from '../../core/deadline.ts';
import { isLastResort } from '../../core/last-resort.ts';
import { functionGrace } from '../limits.ts';
import { Work } from '../work.ts';
import type { Manner } from './kinds.ts';

/** A call of a function that ends something. */
class Call extends Work {
  #excuse!: () => void;

  protected override excuse(): void {
    this.#excuse();
  }

  /** Settles as `code` does, or when it waits for the end that it is a part of. */
  settled(code: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#excuse = () => resolve(undefined);
      this.run(code).then(resolve, reject);
    });
  }
}

const forever = new Promise<never>(() => {});

export const byFunction = (end: (limit: Limit) => unknown, level: object): Manner => ({
  step: 'call',
  grace: functionGrace,
  // As the last resort nothing can be waited for, and the function might block the process.
  ask: (limit) => (isLastResort() ? forever : new Call(level).settled(() => end(limit))),
});
