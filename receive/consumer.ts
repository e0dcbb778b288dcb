import { ReceiveTimeoutError, type StreamEndedError, type StreamPhase } from '../core/errors.ts';

const ignore = () => {};

/** A consumer as the line sees it, whatever it waits for. */
export type Waiting<T> = Omit<Consumer<T, unknown>, 'promise' | 'resolve'>;

/** Somebody who waits in line for items. */
export abstract class Consumer<T, Result> {
  readonly promise: Promise<Result>;
  /** It has what it waits for, or an error. */
  isSettled = false;
  /** Its neighbours, while it is in line. */
  next: Waiting<T> | undefined;
  previous: Waiting<T> | undefined;
  isInLine = false;
  /** Takes its listener off the caller's signal. */
  off: (() => void) | undefined;
  /** Longest silence in ms. */
  readonly timeout: number | undefined;
  /** Time may end its wait. */
  readonly isTimed: boolean;
  /** When it last looked at the clock, which is that of `performance.now()`. */
  seenAt: number;
  #resolve!: (result: Result) => void;
  #reject!: (reason: unknown) => void;

  constructor(timeout: number | undefined, isTimed = timeout !== undefined) {
    this.timeout = timeout;
    this.isTimed = isTimed;
    this.seenAt = isTimed ? performance.now() : 0;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /**
   * Takes the next item.
   *
   * @returns whether the item breaks the silence
   */
  abstract offer(item: T): boolean;

  /**
   * Nothing more will come.
   *
   * @param _isStopped by this side
   */
  end(error: StreamEndedError, _isStopped: boolean): void {
    this.reject(error);
  }

  /** The items that it gives back when it leaves early. */
  get taken(): readonly T[] {
    return [];
  }

  /** When it gives up. */
  due(heardAt: number): number {
    return this.timeout === undefined ? Number.POSITIVE_INFINITY : Math.max(this.seenAt, heardAt) + this.timeout;
  }

  /** Gives up, because its time has come. */
  expire(phase: StreamPhase): void {
    this.reject(new ReceiveTimeoutError(phase, this.timeout!));
  }

  resolve(result: Result): void {
    this.isSettled = true;
    this.#resolve(result);
  }

  /** The rejection is handled, so that nobody has to await the promise. */
  reject(reason: unknown): void {
    this.isSettled = true;
    this.promise.catch(ignore);
    this.#reject(reason);
  }
}

/** A `receive()`. */
export class Receiver<T> extends Consumer<T, T> {
  #refused: readonly T[] = none;

  /** @throws {TypeError} on an item that a promise cannot hand out */
  offer(item: T): boolean {
    if (isThenable(item)) {
      this.#refused = [item];
      throw notReceivable();
    }
    this.resolve(item);
    return true;
  }

  override get taken(): readonly T[] {
    return this.#refused;
  }
}

const none: readonly never[] = [];

/** A promise that is resolved with such an item calls its `then()`, and resolves with something else. */
export function isThenable(item: unknown): boolean {
  return typeof (item as { then?: unknown } | null | undefined)?.then === 'function';
}

export const notReceivable = () =>
  new TypeError(
    'receive(): the next item has a method then(), and no promise can give it: take it by a loop or by drain()',
  );
