import { plainError } from '../core/scrub.ts';

/** So deep does Node print the members of an error. */
const printed = 3;
/** So deep are they looked through when every kind of object may be. */
const deepest = 8;
/** The most values of one error that are looked at. */
const most = 1000;

/** Parts of an error that `scrubError()` has cleaned. */
const cleaned: readonly unknown[] = ['name', 'message', 'stack', 'code', 'cause', 'errors'];
const inspected = Symbol.for('nodejs.util.inspect.custom');

/**
 * Members of an error's own may hold a key, as those of a failed request do, and a log shows them.
 *
 * An app that names its secrets wants no error to have them. Only plain data can be looked through to the ground, so a `Map`,
 * `Headers`, a `URL`, a getter and private members are taken for secret then. Without that, they are looked through as far as
 * they can be: there is only what looks like a key to be found, and the app gets the error that it has thrown.
 *
 * @param isSecret tells whether a text contains a secret
 * @param isStrict the app has named secrets
 * @returns the error itself when it holds nothing secret, else a copy. The copy keeps texts and numbers that are clean
 */
export function withoutSecretMembers(
  error: Error & { errors?: unknown },
  isSecret: (text: string) => boolean,
  isStrict: boolean,
): Error {
  const part = (value: unknown) => (value instanceof Error ? withoutSecretMembers(value, isSecret, isStrict) : value);
  const cause = part(error.cause);
  const errors = Array.isArray(error.errors) ? error.errors.map(part) : undefined;
  const isSame = cause === error.cause && errors?.every((one, n) => one === (error.errors as unknown[])[n]) !== false;
  const members = Reflect.ownKeys(error).filter((key) => !cleaned.includes(key));
  const isPrinted = isStrict && ('toJSON' in error || inspected in error);
  const whole = new Look(isSecret, isStrict);
  const depth = isStrict ? printed : deepest;
  if (isSame && !isPrinted && members.every((key) => whole.isClean(error, key, depth))) return error;
  const copy = plainError(error);
  const add = (key: PropertyKey, value: unknown, enumerable: boolean) =>
    Object.defineProperty(copy, key, { value, writable: true, configurable: true, enumerable });
  const texts = new Look(isSecret, true);
  for (const key of members) if (texts.isClean(error, key, 0)) add(key, (error as never)[key], true);
  if (cause !== undefined) add('cause', cause, false);
  if (errors !== undefined) add('errors', errors, false);
  return copy;
}

/** Looks for secrets in the members of one error. */
class Look {
  #left = most;
  readonly #isSecret: (text: string) => boolean;
  readonly #isStrict: boolean;
  readonly #seen = new Set<object>();

  constructor(isSecret: (text: string) => boolean, isStrict: boolean) {
    this.#isSecret = isSecret;
    this.#isStrict = isStrict;
  }

  /** @param depth of the objects in it that are looked through */
  isClean(object: object, key: string | symbol, depth: number): boolean {
    this.#left -= 1;
    if (this.#left < 0 || !this.#isCleanText(key)) return false;
    try {
      const member = Object.getOwnPropertyDescriptor(object, key)!;
      return 'value' in member ? this.#isCleanValue(member.value, depth) : !this.#isStrict;
    } catch {
      // A proxy may refuse to be looked at.
      return false;
    }
  }

  #isCleanText(text: string | symbol): boolean {
    return !this.#isSecret(String(text));
  }

  #isCleanValue(value: unknown, depth: number): boolean {
    if (typeof value === 'string' || typeof value === 'symbol') return this.#isCleanText(value);
    if (typeof value === 'function' && this.#isStrict) return false;
    // Bytes are printed as numbers.
    if (Object(value) !== value || ArrayBuffer.isView(value)) return true;
    const object = value as object;
    if (!this.#isStrict) {
      if (this.#seen.has(object)) return true;
      this.#seen.add(object);
    }
    if (depth <= 0 || (this.#isStrict && !isPlain(object))) return false;
    return (
      Reflect.ownKeys(object).every((key) => this.isClean(object, key, depth - 1)) &&
      hidden(object).every((part) => {
        this.#left -= 1;
        return this.#left >= 0 && this.#isCleanValue(part, depth - 1);
      })
    );
  }
}

/** The values that an object of JavaScript or of the web prints besides its members. */
function hidden(object: object): unknown[] {
  if (object instanceof URL) return [object.href];
  const isList = [Map, Set, Headers, URLSearchParams].some((List) => object instanceof List);
  return isList ? [...(object as Iterable<unknown>)] : [];
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
