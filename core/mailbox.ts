import { ReceiveTimeoutError, type StreamPhase } from './errors.ts';

/** The array is cut down when more places than this at its front are empty, and they are more than half of it. */
const spare = 256;

/**
 * The queue between a socket's messages and one receive loop. It can be ended from outside: dropped quietly, or cut with a
 * cause that is thrown once everything that had arrived was delivered.
 */
export class Mailbox<T> {
  readonly contextId: string;
  #started = false;
  #items: (T | undefined)[] = [];
  /** The index of the next item. It moves, because `Array.shift()` copies a long array for each item. */
  #next = 0;
  #ended = false;
  #cause: Error | undefined;
  #wake: (() => void) | undefined;
  readonly #timeout: number | undefined;

  /** @param timeout the longest silence in ms, unlimited by default */
  constructor(contextId: string, timeout?: number) {
    this.contextId = contextId;
    this.#timeout = timeout;
  }

  /** Tells whether something had arrived. */
  get phase(): StreamPhase {
    return this.#started ? 'between-chunks' : 'first-chunk';
  }

  deliver(item: T): void {
    if (this.#ended) return;
    this.#started = true;
    this.#items.push(item);
    this.#wakeLoop();
  }

  /** Ends it with a cause, once everything that had arrived was delivered. */
  cut(cause: Error): void {
    if (this.#ended) return;
    this.#cause = cause;
    this.#end();
  }

  /** Ends it quietly and at once. Everything that had arrived is dropped. */
  drop(): void {
    if (this.#ended) return;
    this.#release(this.#items.length);
    this.#end();
  }

  #end(): void {
    this.#ended = true;
    this.#wakeLoop();
  }

  #wakeLoop(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Takes the next item without waiting. Returns `undefined` when there is none. */
  shift(): T | undefined {
    const next = this.#next;
    if (next === this.#items.length) return undefined;
    const item = this.#items[next];
    this.#items[next] = undefined;
    this.#next = next + 1;
    if (this.#next > spare && this.#next * 2 > this.#items.length) this.#release(this.#next);
    return item;
  }

  #release(count: number): void {
    this.#items.splice(0, count);
    this.#next = 0;
  }

  /** The item that arrived last, if it was not taken yet. */
  protected get last(): T | undefined {
    return this.#items.at(-1);
  }

  get isOpen(): boolean {
    return !this.#ended;
  }

  get isDropped(): boolean {
    return this.#ended && this.#cause === undefined;
  }

  /** Nothing more will come. @throws the cause, if there was one */
  isOver(): boolean {
    if (this.#cause !== undefined) throw this.#cause;
    return this.#ended;
  }

  /**
   * Settles when there is something to look at. It makes one promise per message and nothing else: this is the hot path.
   *
   * @throws {ReceiveTimeoutError} after a silence longer than the timeout
   */
  arrival(): Promise<void> {
    const timeout = this.#timeout;
    if (timeout === undefined) {
      return new Promise((resolve) => {
        this.#wake = resolve;
      });
    }
    return new Promise((resolve, reject) => {
      const onTimeout = () => reject(new ReceiveTimeoutError(this.phase, timeout, this.contextId));
      const timer = setTimeout(onTimeout, timeout);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
