import { ReceiveTimeoutError, type StreamPhase } from './errors.ts';

/**
 * The queue between a socket's messages and one receive loop. It can be ended from outside: quietly, or with a cause
 * that is thrown once what had arrived was delivered.
 */
export class Mailbox<T> {
  readonly contextId: string;
  #started = false;
  #queue: T[] = [];
  #ended = false;
  #cause: Error | undefined;
  #wake: (() => void) | undefined;
  readonly #timeout: number | undefined;

  /** @param timeout the longest silence in ms, unlimited by default */
  constructor(contextId: string, timeout?: number) {
    this.contextId = contextId;
    this.#timeout = timeout;
  }

  /** Whether something had arrived. */
  get phase(): StreamPhase {
    return this.#started ? 'between-chunks' : 'first-chunk';
  }

  deliver(item: T): void {
    if (this.#ended) return;
    this.#started = true;
    this.#queue.push(item);
    this.#wakeLoop();
  }

  /** With a cause, what had arrived is delivered first; without one it is dropped. */
  end(cause?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cause = cause;
    if (cause === undefined) this.#queue = [];
    this.#wakeLoop();
  }

  #wakeLoop(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** The next item without waiting, `undefined` when there is none. */
  shift(): T | undefined {
    return this.#queue.shift();
  }

  /** It was ended without a cause. */
  get isEndedQuietly(): boolean {
    return this.#ended && this.#cause === undefined;
  }

  /** Nothing more will come. @throws the cause, if there was one */
  isOver(): boolean {
    if (this.#cause !== undefined) throw this.#cause;
    return this.#ended;
  }

  /**
   * Settles when there is something to look at. One promise a message and no more: this is the hot path.
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
