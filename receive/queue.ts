import { onAbort } from '../core/deadline.ts';
import type { StreamEnd, StreamEndedError, StreamPhase } from '../core/errors.ts';
import { Line } from '../core/line.ts';
import { type Consumer, isThenable, notReceivable, Receiver, type Waiting } from './consumer.ts';
import { Drain } from './drain.ts';
import { endError } from './end-error.ts';
import { Loop, Step } from './loop.ts';
import {
  type DrainOptions,
  type ReceiveOptions,
  type ReceiveQueueOptions,
  readDrainOptions,
  readPumpOptions,
  readQueueOptions,
  readReceiveOptions,
  type Turn,
} from './options.ts';
import { pump } from './pump.ts';
import { WaitingLine } from './waiting-line.ts';

/**
 * Stands between one receive loop and its consumers. Each item reaches one consumer: the first who came gets the first item.
 * Any value can be an item.
 *
 * A timeout that waits keeps the process alive. Nothing else here does.
 */
export class ReceiveQueue<T> implements AsyncIterable<T> {
  readonly #options: ReturnType<typeof readQueueOptions>;
  readonly #items = new Line<T>();
  readonly #waiting = new WaitingLine<T>(() => this.#phase);
  #phase: StreamPhase = 'first-chunk';
  #error: StreamEndedError | undefined;
  #isStopped = false;
  #isServing = false;
  /** The promise that `room()` has given. */
  #room: Promise<void> | undefined;
  #giveRoom: (() => void) | undefined;
  readonly #onEnd = new Set<() => void>();

  /** @throws {TypeError} on an unknown option, a `bound` below 1, and a time that is no number of ms */
  constructor(options: ReceiveQueueOptions = {}) {
    this.#options = readQueueOptions(options);
  }

  /** The number of items in line. */
  get size(): number {
    return this.#items.size;
  }

  get ended(): boolean {
    return this.#error !== undefined;
  }

  /** The one error that every receiver gets after the end. */
  get error(): StreamEndedError | undefined {
    return this.#error;
  }

  /**
   * Adds an item.
   *
   * @returns whether there is room for more. After the end it is false, and the item is ignored. Never throws.
   */
  push(item: T): boolean {
    if (this.#error !== undefined) return false;
    this.#phase = 'between-chunks';
    const first = this.#waiting.first;
    if (first === undefined || this.#isServing) this.#items.push(item);
    else this.#hand(first, item);
    return this.#items.size < this.#options.bound;
  }

  /** Resolves when there is room below the bound, after `clear()` and at the end. Never rejects. */
  room(): Promise<void> {
    if (this.#hasRoom) return Promise.resolve();
    this.#room ??= new Promise((resolve) => {
      this.#giveRoom = resolve;
    });
    return this.#room;
  }

  /** Tells that the peer is alive (ping, keep-alive): the timeouts of all that wait start anew. */
  touch(): void {
    this.#waiting.heard();
  }

  /**
   * Ends the queue. The first call counts. Items that had arrived are still handed out.
   *
   * @param cause nothing: you have stopped it. An `Error`: the receive loop crashed, and it becomes the `cause`. A
   *   `StreamEnd`: the peer closed.
   * @returns whether this call has ended it
   */
  end(cause?: Error | StreamEnd): boolean {
    if (this.#error !== undefined) return false;
    this.#error = endError(cause, this.#phase, this.#options);
    this.#isStopped = cause === undefined;
    this.#serve();
    for (const tell of this.#onEnd) tell();
    return true;
  }

  /** Drops the items in line: for a barge-in, or when you disconnect. @returns how many there were */
  clear(): number {
    const count = this.#items.clear();
    this.#tellRoom();
    return count;
  }

  /**
   * Pushes a source until it ends, holding to the bound. The queue ends with the source: by its crash, its return or the
   * abort of `signal`, which counts as stopped by you. When the queue ends first, the source's `return()` is called. A
   * source that waits for its next item hears of that when the item has come: give it the signal too.
   *
   * @returns a promise that resolves at the end of the queue, and never rejects
   * @throws {TypeError} at once, on an unknown option
   */
  pump(source: AsyncIterable<T>, options: { signal?: AbortSignal } = {}): Promise<void> {
    return pump(source, this, this.#onEnd, readPumpOptions(options));
  }

  /**
   * Takes one item. Nobody has to await the promise: its rejection is handled.
   *
   * @throws {StreamEndedError} at once, for every waiter and ever after, when all that had arrived is gone
   * @throws {ReceiveTimeoutError} with the `phase` 'first-chunk' until anything had arrived, then 'between-chunks'
   * @throws {TypeError} on an unknown or a bad option, and when the next item has a method `then()`: no promise can give
   *   that, so it stays in line for a loop or `drain()`. Like the others, it rejects the promise.
   */
  receive(options: ReceiveOptions = defaults): Promise<T> {
    try {
      const { timeout = this.#options.timeout, signal } = options === defaults ? defaults : readReceiveOptions(options);
      if (this.#canTake && !signal?.aborted) return Promise.resolve(this.#takeReceivable());
      return this.#join(new Receiver<T>(timeout), signal);
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * Takes one turn, whole. It holds its place in line until the turn is over, and later consumers wait.
   *
   * @throws {StreamEndedError} when the queue ended before the first item; after it, the turn is `endedBy` 'stream'
   * @throws {ReceiveTimeoutError} with the `phase` 'first-chunk', when the turn does not begin
   * @throws {TypeError} on an unknown or a bad option; and any error of `isLast()` and `isSilence()`. All of these reject
   *   the promise, which is handled as that of `receive()`, and take no item along.
   */
  drain(options: DrainOptions<T> = defaults): Promise<Turn<T>> {
    try {
      const { timeout = this.#options.timeout, signal } = readDrainOptions(options);
      return this.#join(new Drain(timeout, options), signal);
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * Takes item after item, as `receive()` does. The loop ends quietly after `end()`, and throws the `error` after any other
   * end. `break` leaves the queue as it is.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return new Loop<T>({
      next: (loop) =>
        this.#canTake
          ? Promise.resolve({ value: this.#take(), done: false })
          : this.#join(new Step(this.#options.timeout, loop)),
      leave: (loop) => {
        for (let consumer = this.#waiting.first; consumer !== undefined; consumer = consumer.next) {
          if (!(consumer instanceof Step) || consumer.loop !== loop) continue;
          consumer.leave();
          this.#waiting.remove(consumer);
        }
      },
    });
  }

  get #canTake(): boolean {
    return this.#waiting.first === undefined && this.#items.size > 0;
  }

  #takeReceivable(): T {
    const item = this.#items.shift() as T;
    if (isThenable(item)) {
      this.#items.unshift([item]);
      throw notReceivable();
    }
    this.#tellRoom();
    return item;
  }

  #take(): T {
    const item = this.#items.shift() as T;
    this.#tellRoom();
    return item;
  }

  get #hasRoom(): boolean {
    return this.#error !== undefined || this.#items.size < this.#options.bound;
  }

  #tellRoom(): void {
    if (this.#giveRoom === undefined || !this.#hasRoom) return;
    this.#giveRoom();
    this.#room = this.#giveRoom = undefined;
  }

  /** Puts a consumer into the line, and serves it at once if it can. */
  #join<R>(consumer: Consumer<T, R>, signal?: AbortSignal): Promise<R> {
    if (signal?.aborted) {
      consumer.reject(signal.reason);
      return consumer.promise;
    }
    this.#waiting.add(consumer);
    if (signal !== undefined) consumer.off = onAbort(signal, () => this.#cancel(consumer, signal.reason));
    if (this.#items.size > 0 || this.#error !== undefined) this.#serve();
    this.#waiting.watch(consumer);
    return consumer.promise;
  }

  /** Hands out what has arrived, and then the end. */
  #serve(): void {
    // An `isLast()` of the app's may call any method of the queue.
    if (this.#isServing) return;
    this.#isServing = true;
    for (let first = this.#waiting.first; first !== undefined; first = this.#waiting.first) {
      if (this.#items.size > 0) this.#offer(first, this.#items.shift() as T);
      else if (this.#error !== undefined) {
        first.end(this.#error, this.#isStopped);
        this.#waiting.remove(first);
      } else {
        this.#waiting.watch(first);
        break;
      }
    }
    this.#isServing = false;
    if (this.#error !== undefined) this.#waiting.stop();
    this.#tellRoom();
  }

  /** Hands an item over that need not enter the line. */
  #hand(first: Waiting<T>, item: T): void {
    this.#isServing = true;
    this.#offer(first, item);
    this.#isServing = false;
    // An `isLast()` of the app's may have ended the queue: those who wait behind it learn of that here.
    if (this.#items.size > 0 || !first.isSettled || this.#error !== undefined) this.#serve();
  }

  #offer(consumer: Waiting<T>, item: T): void {
    try {
      const isHeard = consumer.offer(item);
      if (consumer.isSettled) this.#waiting.remove(consumer);
      if (isHeard) this.#waiting.heard();
    } catch (error) {
      this.#cancel(consumer, error);
    }
  }

  /** Takes a consumer out of the line, and puts back what it had taken. */
  #cancel(consumer: Waiting<T>, reason: unknown): void {
    if (consumer.isSettled) return;
    if (consumer.taken.length > 0) this.#items.unshift(consumer.taken);
    consumer.reject(reason);
    this.#waiting.remove(consumer);
    this.#serve();
  }
}

const defaults: ReceiveOptions = Object.freeze({});

/** A rejection that nobody has to handle. */
function rejected(error: unknown): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(() => {});
  return promise;
}
