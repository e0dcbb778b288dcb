import { PatchError } from '../core/errors.ts';

/** What is on a prototype that hangup has patched, whichever way it came there. */
export interface Mark {
  /** Version of the hangup that did it. */
  readonly version: string;
  readonly family: string;
  /** The functions that were put in, by name: a mark without them proves nothing. */
  readonly functions: Readonly<Record<string, unknown>>;
}

/** In the global registry, so that a patch on disk, the load hook and an overlay recognise each other's work. */
export const marker: unique symbol = Symbol.for('hangup.patched') as never;

export type Members = Record<PropertyKey, PropertyDescriptor>;

/**
 * Puts members, not enumerable, on an object that is not ours, and returns what takes them off again. With `setMember`, the
 * only place in hangup that redefines members of foreign objects.
 *
 * @throws {PatchError} when the object is frozen or a member cannot be replaced; then nothing has been changed
 */
export function replaceMembers(object: object, name: string, members: Members): () => void {
  const keys = Reflect.ownKeys(members);
  const before = new Map(keys.map((key) => [key, Object.getOwnPropertyDescriptor(object, key)]));
  for (const [key, descriptor] of before) {
    const fixed = descriptor === undefined ? !Object.isExtensible(object) : descriptor.configurable === false;
    if (!fixed) continue;
    throw new PatchError(
      'ERR_PATCH_FROZEN',
      `${name} cannot be overlaid`,
      `it is frozen or sealed, so ${String(key)} cannot be put in`,
      'Call overlay() before whatever freezes it',
    );
  }
  for (const key of keys) {
    Object.defineProperty(object, key, { ...members[key as string], configurable: true, enumerable: false });
  }
  return () => {
    for (const [key, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(object, key);
      else Object.defineProperty(object, key, descriptor);
    }
  };
}

/** Puts one member on a single object of the SDK's that lives no longer than a stream or a socket, and needs no undo. */
export function setMember(object: object, key: PropertyKey, descriptor: PropertyDescriptor): void {
  Object.defineProperty(object, key, { ...descriptor, configurable: true });
}

/** The mark on a prototype or above it. */
export function findMark<M extends Mark>(prototype: object): M | undefined {
  return (prototype as { [marker]?: M })[marker];
}

/**
 * Checks that the class which the app really uses is patched: put it at app start-up. It looks at the class's own
 * functions, so it holds in bundles and with several copies of the SDK. Costs microseconds.
 *
 * @throws {PatchError} `ERR_PATCH_MISSING` when the class is bare, `ERR_PATCH_FOREIGN` when the mark is there but the
 *   functions are not
 */
export function assertPatched(Class: abstract new (...args: never[]) => unknown): void {
  const prototype: unknown = Class?.prototype;
  if (typeof Class !== 'function' || typeof prototype !== 'object' || prototype === null) throw noClass(Class);
  const mark = findMark(prototype);
  if (mark === undefined) throw missing(Class.name);
  // What every patched class has, and a mark alone does not give it.
  if (Object.keys(mark.functions).length === 0 || !('connected' in prototype))
    throw foreign(Class.name, 'disconnect()');
  for (const key of Object.keys(mark.functions)) {
    if ((prototype as Record<string, unknown>)[key] !== mark.functions[key]) throw foreign(Class.name, key);
  }
}

// Functions of their own: the first call, at start-up, compiles no more than it runs.

const noClass = (Class: unknown) =>
  new TypeError(`assertPatched(): ${String(Class)} is not a class; hand in the SDK class that the app uses`);

const missing = (name: string) =>
  new PatchError(
    'ERR_PATCH_MISSING',
    `${name} is not patched`,
    'this process has loaded the bare one, or it is no class of a supported SDK',
    'Run "npx hangup apply", or call overlay() on this class before the first connection',
  );

const foreign = (name: string, key: string) =>
  new PatchError(
    'ERR_PATCH_FOREIGN',
    `${name} is only marked as patched`,
    `${key} is not hangup's: a subclass or something else overrides it, or the mark was forged`,
    'Hand in the class of the SDK itself; find what overrides it, or reinstall the SDK and run "npx hangup apply"',
  );

/**
 * Runs `construct`, catches the first assignment to `this[key]` in it, and returns that `this`: it finds the class
 * behind a factory function without letting the constructor go on to open a connection. Everything is synchronous, so
 * no other code sees the accessor that does the catching.
 */
export function catchInstance(key: string, construct: () => unknown): object | undefined {
  const stop = new Error('stop');
  let instance: object | undefined;
  const restore = replaceMembers(Object.prototype, 'Object.prototype', {
    [key]: {
      set(this: object) {
        instance = this;
        throw stop;
      },
    },
  });
  try {
    const constructed = construct();
    // In an asynchronous factory, what stops the constructor ends up in a promise.
    if (constructed instanceof Promise) constructed.catch(() => {});
  } catch (error) {
    if (error !== stop) throw error;
  } finally {
    restore();
  }
  return instance;
}

/** Runs `action` while `globalThis[key]` is `value`. */
export function withGlobal<R>(key: string, value: unknown, action: () => R): R {
  const restore = replaceMembers(globalThis, 'globalThis', { [key]: { value, writable: true } });
  try {
    return action();
  } finally {
    restore();
  }
}
