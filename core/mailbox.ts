import { ReceiveTimeoutError, type StreamPhase } from './errors.ts';
import { Line } from './line.ts';

/**
 * The queue between a socket's messages and one receive loop. It can be ended from outside: dropped quietly, or cut with a
 * cause that is thrown once everything that had arrived was delivered.
 */
export class Mailbox<T> {
  readonly contextId: string;
  #started = false;
  readonly #items = new Line<T>();
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
    this.#items.clear();
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
    return this.#items.shift();
  }

  /** The item that arrived last, if it was not taken yet. */
  protected get last(): T | undefined {
    return this.#items.last;
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
