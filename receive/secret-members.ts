import { plainError } from '../core/scrub.ts';

/** So deep does Node print the members of an error. */
const printed = 3;
/** The most values of one error that are looked at. */
const most = 1000;

/** Parts of an error that `scrubError()` has cleaned. */
const cleaned: readonly unknown[] = ['name', 'message', 'stack', 'code', 'cause', 'errors'];
const inspected = Symbol.for('nodejs.util.inspect.custom');

/**
 * Members of an error's own may hold a key, as those of a failed request do, and a log shows them. Only plain data can be
 * looked through: a `Map`, `Headers`, a `URL`, a getter and private members are taken for secret.
 *
 * @param isSecret tells whether a text contains a secret
 * @returns the error itself when it holds nothing secret, else a copy. The copy keeps texts and numbers that are clean
 */
export function withoutSecretMembers(error: Error & { errors?: unknown }, isSecret: (text: string) => boolean): Error {
  const part = (value: unknown) => (value instanceof Error ? withoutSecretMembers(value, isSecret) : value);
  const cause = part(error.cause);
  const errors = Array.isArray(error.errors) ? error.errors.map(part) : undefined;
  const isSame = cause === error.cause && errors?.every((one, n) => one === (error.errors as unknown[])[n]) !== false;
  const members = Reflect.ownKeys(error).filter((key) => !cleaned.includes(key));
  const isPrinted = 'toJSON' in error || inspected in error;
  const whole = new Look(isSecret);
  if (isSame && !isPrinted && members.every((key) => whole.isClean(error, key, printed))) return error;
  const copy = plainError(error);
  const add = (key: PropertyKey, value: unknown, enumerable: boolean) =>
    Object.defineProperty(copy, key, { value, writable: true, configurable: true, enumerable });
  const texts = new Look(isSecret);
  for (const key of members) if (texts.isClean(error, key, 0)) add(key, (error as never)[key], true);
  if (cause !== undefined) add('cause', cause, false);
  if (errors !== undefined) add('errors', errors, false);
  return copy;
}

/** Looks for secrets in the members of one error. */
class Look {
  #left = most;
  readonly #isSecret: (text: string) => boolean;

  constructor(isSecret: (text: string) => boolean) {
    this.#isSecret = isSecret;
  }

  /** @param depth of the objects in it that are looked through */
  isClean(object: object, key: string | symbol, depth: number): boolean {
    const member = Object.getOwnPropertyDescriptor(object, key)!;
    this.#left -= 1;
    return this.#left >= 0 && 'value' in member && this.#isCleanText(key) && this.#isCleanValue(member.value, depth);
  }

  #isCleanText(text: string | symbol): boolean {
    return !this.#isSecret(String(text));
  }

  #isCleanValue(value: unknown, depth: number): boolean {
    if (typeof value === 'string' || typeof value === 'symbol') return this.#isCleanText(value);
    if (typeof value === 'function') return false;
    // Bytes are printed as numbers.
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return true;
    return depth > 0 && isPlain(value) && Reflect.ownKeys(value).every((key) => this.isClean(value, key, depth - 1));
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
