import { type Budget, Deadline } from '../core/deadline.ts';
import type { DisconnectOptions, EndReport } from '../core/disconnectable.ts';
import type { Endable } from '../core/endable.ts';
import { Ladder } from '../core/ladder.ts';
import { readBudget } from '../core/options.ts';
import { nest, waitable } from './work.ts';

/** The budget of an `end()`: `timeout` is the whole budget in ms, `force` skips the polite part, `signal` forces when aborted. */
export type EndOptions = Omit<DisconnectOptions, 'drain'>;

/**
 * Reads the argument of an `end()`.
 *
 * @throws {TypeError} on an invalid budget or an unknown option. A level has no `drain`: a phase of the shutdown is for that.
 */
export function readEnd(options: unknown, timeout: number): Budget | Deadline {
  const budget = readBudget(options, timeout, 'end()');
  if (budget instanceof Deadline || !budget.drain) return budget;
  throw new TypeError('end(): unknown option "drain"; known: force, timeout, signal');
}

/** Key under which a level takes its place in a level above. */
export const levelKey: unique symbol = Symbol.for('hangup.level@1') as never;

/** Something that ends on one ladder: a scope, a session, a store. */
export abstract class Level implements AsyncDisposable {
  readonly #timeout: number;
  #ladder: Ladder | undefined;
  #ended: Promise<EndReport> | undefined;

  /** @param timeout the budget in ms of an end that is given none */
  constructor(timeout: number, above?: object) {
    this.#timeout = timeout;
    if (above !== undefined) nest(this, above);
  }

  protected abstract endable(): Endable;

  /** It is made on first use, because the fields of a subclass come after those of this class. */
  protected get ladder(): Ladder {
    this.#ladder ??= new Ladder(this.endable());
    return this.#ladder;
  }

  /**
   * Ends it and all its members within one budget. Every call gives the same promise. It never rejects, and settles at most
   * 250 ms after the budget is spent. A task or a function of its own that waits for this
   * promise is not waited for.
   *
   * @param options `true` forces, also during an end that has begun
   * @throws {TypeError} at once, on a budget that is negative, NaN or not finite, and on an unknown option
   */
  end(options?: boolean | EndOptions): Promise<EndReport> {
    this.ladder.end(readEnd(options, this.#timeout));
    return this.ended;
  }

  /** Ends it within its default budget. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  protected get ended(): Promise<EndReport> {
    this.#ended ??= waitable(this.ladder.ended, this);
    return this.#ended;
  }

  static ladderOf(level: Level): Ladder {
    return level.ladder;
  }

  /** Begins the end as a part of a level above. */
  [levelKey](limit: Budget | Deadline): Ladder {
    return this.ladder.end(limit);
  }
}
