import type { StreamEndedError } from '../core/errors.ts';
import { Consumer } from './consumer.ts';

const over = { value: undefined, done: true } as const;

/** A `next()` that waits. */
export class Step<T> extends Consumer<T, IteratorResult<T, undefined>> {
  readonly loop: Loop<T>;

  constructor(timeout: number | undefined, loop: Loop<T>) {
    super(timeout);
    this.loop = loop;
  }

  offer(item: T): boolean {
    this.resolve({ value: item, done: false });
    return true;
  }

  override end(error: StreamEndedError, isStopped: boolean): void {
    if (isStopped) this.leave();
    else this.reject(error);
  }

  leave(): void {
    this.resolve(over);
  }
}

/** The side of a queue that a loop sees. */
interface Source<T> {
  next(loop: Loop<T>): Promise<IteratorResult<T, undefined>>;
  /** Takes every `next()` of the loop out of the line. */
  leave(loop: Loop<T>): void;
}

/** A `for await` over a queue. */
export class Loop<T> implements AsyncIterableIterator<T> {
  readonly #source: Source<T>;
  #isLeft = false;

  constructor(source: Source<T>) {
    this.#source = source;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return this.#isLeft ? Promise.resolve(over) : this.#source.next(this);
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#isLeft = true;
    this.#source.leave(this);
    return Promise.resolve(over);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
