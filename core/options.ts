import { type Budget, Deadline } from './deadline.ts';
import { maxDelay } from './limits.ts';

/** @throws {TypeError} unless `value` is a finite number of ms that a timer can hold */
export function checkMs(name: string, value: unknown, least = 0): number {
  if (typeof value === 'number' && value >= least && value <= maxDelay) return value;
  throw new TypeError(
    `${name}: ${typeof value === 'string' ? JSON.stringify(value) : String(value)} is not a number of ms from ${least} to ${maxDelay}`,
  );
}

/** @throws {TypeError} when `value` is no object, or has a key that is not in `known` */
export function checkKeys(name: string, value: unknown, known: readonly string[]): asserts value is object {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`${name}: ${String(value)} is not an options object; known options: ${known.join(', ')}`);
  }
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new TypeError(`${name}: unknown option "${unknown}"; known: ${known.join(', ')}`);
}

/** @throws {TypeError} when a signal is given that is none */
export function checkSignal(call: string, signal: AbortSignal | undefined): void {
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw new TypeError(`${call}: signal must be an AbortSignal`);
  }
}

const budgetKeys = ['force', 'timeout', 'drain', 'signal'];

/**
 * Reads the argument of `disconnect()`, or of another `call` that ends something. Apps hand the method over as a callback, which
 * gets an event, the name of a signal or the result of a promise: such a value counts as no argument.
 *
 * @throws {TypeError} on an invalid budget or an unknown option
 */
export function readBudget(input: unknown, defaultTimeout: number, call = 'disconnect()'): Budget | Deadline {
  if (input instanceof Deadline) return input;
  if (!isOptions(input)) return { force: input === true, timeout: defaultTimeout };
  if (!isLimit(input)) checkKeys(call, input, budgetKeys);
  const { force, timeout, drain, signal } = input as Record<'force' | 'timeout' | 'drain', unknown> & {
    signal?: AbortSignal;
  };
  if (force !== undefined && typeof force !== 'boolean') throw new TypeError(`${call}: force must be true or false`);
  checkSignal(call, signal);
  const drained = drain === undefined ? 0 : checkMs(`${call}: drain`, drain);
  return {
    force: force === true,
    timeout:
      timeout === undefined ? Math.min(defaultTimeout + drained, maxDelay) : checkMs(`${call}: timeout`, timeout),
    drain: drained,
    signal,
  };
}

/** A plain object is one, so that a misspelt option is told; but a report is not, which `.then(ws.disconnect)` hands over. */
function isOptions(input: unknown): input is object {
  if (typeof input !== 'object' || input === null) return false;
  if (isPlain(input)) return !('outcome' in input && 'steps' in input);
  const keys = Object.keys(input);
  return isLimit(input) || (keys.length > 0 && keys.every((key) => budgetKeys.includes(key)));
}

/** The `Limit` of another copy of hangup, which has getters. */
const isLimit = (input: object): boolean => !isPlain(input) && 'timeout' in input && 'signal' in input;

/** Also of another realm. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null || (!Array.isArray(object) && Object.getPrototypeOf(prototype) === null);
}
