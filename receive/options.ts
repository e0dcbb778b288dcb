import { type StreamEnd, StreamEndedError } from '../core/errors.ts';
import { turnSilence } from '../core/limits.ts';
import { checkKeys, checkMs, checkSignal } from '../core/options.ts';

export interface ReceiveQueueOptions {
  /** The number of items in line from which `push()` answers false; from 1, default 1000. Nothing is refused or dropped. */
  bound?: number;
  /** Default for `receive()`, for each item of a loop and for the first item of `drain()`, ms of silence; default none. */
  timeout?: number;
  /** Texts that no error may contain: close reason, cause, message, stack. */
  secrets?: readonly string[];
  /** The class of the error that reports the end. Default `StreamEndedError`. */
  errorClass?: new (
    message: string,
    end: StreamEnd,
  ) => StreamEndedError;
}

export interface ReceiveOptions {
  /**
   * Leaves the line and rejects with its reason. It takes no item along: a turn puts back what it had taken. Use
   * `AbortSignal.timeout()` for a ceiling that `touch()` does not move.
   */
  signal?: AbortSignal;
  /** Longest silence in ms, started anew by `touch()` and by every item that arrives. 0 takes only what is there. */
  timeout?: number;
}

export interface DrainOptions<T> extends ReceiveOptions {
  /** Silence after the first item that ends the turn, ms. `touch()` does not break it. Default 500. */
  silence?: number;
  /** Most ms from the first item on. Default none. */
  limit?: number;
  /** Ends the turn with this item, also when it is the first (a turn without audio). */
  isLast?(item: T): boolean;
  /**
   * Tells silent items, because a phone line never stops sending. They neither begin a turn nor keep it open. Those before
   * a turn are dropped, those inside it are kept.
   */
  isSilence?(item: T): boolean;
}

/** One turn of the peer's, whole. */
export interface Turn<T> {
  items: T[];
  endedBy: 'last' | 'silence' | 'limit' | 'stream';
}

/** @throws {TypeError} */
export function readQueueOptions(options: ReceiveQueueOptions) {
  checkKeys('ReceiveQueue', options, ['bound', 'timeout', 'secrets', 'errorClass']);
  const { bound = 1000, timeout, secrets = [], errorClass = StreamEndedError } = options;
  if (typeof bound !== 'number' || !(bound >= 1)) {
    throw new TypeError(`ReceiveQueue: bound: ${String(bound)} is not a number of items from 1`);
  }
  if (timeout !== undefined) checkMs('ReceiveQueue: timeout', timeout);
  if (!Array.isArray(secrets) || secrets.some((secret) => typeof secret !== 'string')) {
    throw new TypeError('ReceiveQueue: secrets must be an array of strings');
  }
  if (typeof errorClass !== 'function') throw new TypeError('ReceiveQueue: errorClass must be a class');
  // A copy: an app may clear its list before the end comes.
  return { bound, timeout, secrets: [...secrets] as readonly string[], errorClass };
}

/** @throws {TypeError} */
export function readReceiveOptions(options: ReceiveOptions): ReceiveOptions {
  checkKeys('receive()', options, ['signal', 'timeout']);
  return checkWait('receive()', options);
}

/** @throws {TypeError} */
export function readDrainOptions<T>(options: DrainOptions<T>) {
  checkKeys('drain()', options, ['signal', 'timeout', 'silence', 'limit', 'isLast', 'isSilence']);
  checkWait('drain()', options);
  const { silence = turnSilence, limit, isLast, isSilence } = options;
  checkMs('drain(): silence', silence);
  if (limit !== undefined) checkMs('drain(): limit', limit);
  for (const [name, test] of Object.entries({ isLast, isSilence })) {
    if (test !== undefined && typeof test !== 'function') throw new TypeError(`drain(): ${name} must be a function`);
  }
  return options;
}

/** @throws {TypeError} */
export function readPumpOptions(options: { signal?: AbortSignal }): AbortSignal | undefined {
  checkKeys('pump()', options, ['signal']);
  return checkWait('pump()', options).signal;
}

function checkWait(call: string, options: ReceiveOptions): ReceiveOptions {
  const { signal, timeout } = options;
  checkSignal(call, signal);
  if (timeout !== undefined) checkMs(`${call}: timeout`, timeout);
  return options;
}
