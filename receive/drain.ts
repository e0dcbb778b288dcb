import type { StreamEndedError } from '../core/errors.ts';
import { turnSilence } from '../core/limits.ts';
import { Consumer } from './consumer.ts';
import type { DrainOptions, Turn } from './options.ts';

/** A `drain()`: it keeps its place in line until the turn is over. */
export class Drain<T> extends Consumer<T, Turn<T>> {
  readonly #items: T[] = [];
  /** The functions are called as its methods. */
  readonly #options: DrainOptions<T>;
  readonly #isLast: ((item: T) => boolean) | undefined;
  readonly #isSilence: ((item: T) => boolean) | undefined;
  readonly #silence: number;
  readonly #limit: number;
  /** When the first item came. From then on, `seenAt` is when the last one came that was not silent. */
  #begunAt: number | undefined;

  constructor(timeout: number | undefined, options: DrainOptions<T>) {
    super(timeout, true);
    // Read once: the caller may use the object again for another turn, with other values.
    this.#options = options;
    this.#isLast = options.isLast;
    this.#isSilence = options.isSilence;
    this.#silence = options.silence ?? turnSilence;
    this.#limit = options.limit ?? Number.POSITIVE_INFINITY;
  }

  offer(item: T): boolean {
    // It is taken before the app's functions run: they may throw, or end this very turn, and it must not get lost.
    this.#items.push(item);
    const isLast = this.#isLast?.call(this.#options, item);
    const isSilent = !isLast && this.#isSilence?.call(this.#options, item);
    if (this.isSettled) return false;
    if (isLast) this.#finish('last');
    else if (!isSilent) {
      this.seenAt = performance.now();
      this.#begunAt ??= this.seenAt;
    } else if (this.#begunAt === undefined) this.#items.pop();
    return !isSilent;
  }

  override end(error: StreamEndedError): void {
    if (this.#begunAt === undefined) this.reject(error);
    else this.#finish('stream');
  }

  override get taken(): readonly T[] {
    return this.#items;
  }

  override due(heardAt: number): number {
    return this.#begunAt === undefined ? super.due(heardAt) : Math.min(this.#silenceEnd, this.#limitEnd);
  }

  override expire(): void {
    if (this.#begunAt === undefined) super.expire('first-chunk');
    else this.#finish(this.#limitEnd < this.#silenceEnd ? 'limit' : 'silence');
  }

  get #silenceEnd(): number {
    return this.seenAt + this.#silence;
  }

  get #limitEnd(): number {
    return this.#begunAt! + this.#limit;
  }

  #finish(endedBy: Turn<T>['endedBy']): void {
    this.resolve({ items: this.#items, endedBy });
  }
}
