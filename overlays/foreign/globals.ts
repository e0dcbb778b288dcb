import { shared } from '../../core/shared.ts';
import { replaceMembers } from './members.ts';

/** A value that hangup has put in the place of a member for a moment. */
interface Replacement {
  /** The member that was there. */
  readonly before: PropertyDescriptor | undefined;
  isOver: boolean;
}

/** All copies of hangup share this map, because they replace the same globals. */
const replacements = () => shared('replacements@1', () => new WeakMap<object, Replacement>());

/**
 * Replaces a member of an object that all code uses. The returned function puts the former member back. When somebody else
 * has replaced the member meanwhile, theirs stays.
 *
 * @param value a function or a class that is not in that place already
 * @throws {TypeError} when the member is frozen
 */
export function replaceForMoment(object: object, key: string, value: object): () => void {
  const before = Object.getOwnPropertyDescriptor(object, key);
  const replacement: Replacement = { before, isOver: false };
  replacements().set(value, replacement);
  // The app may assign another value, and must find the member as enumerable as before.
  const enumerable = before?.enumerable ?? false;
  Object.defineProperty(object, key, { value, writable: true, configurable: true, enumerable });
  return () => {
    replacement.isOver = true;
    if (Object.getOwnPropertyDescriptor(object, key)?.value !== value) return;
    const former = formerOf(before);
    if (former === undefined) Reflect.deleteProperty(object, key);
    else Object.defineProperty(object, key, former);
  };
}

/** Skips values of hangup whose moment is over: moments may end in any order. */
function formerOf(before: PropertyDescriptor | undefined): PropertyDescriptor | undefined {
  const replacement = replacements().get(before?.value as object);
  return replacement?.isOver ? formerOf(replacement.before) : before;
}

/** Runs `action` while `globalThis[key]` is `value`. */
export function withGlobal<R>(key: string, value: object, action: () => R): R {
  const restore = replaceForMoment(globalThis, key, value);
  try {
    return action();
  } finally {
    restore();
  }
}

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
    // In an asynchronous factory, the error that stops the constructor ends up in a promise. The app may have replaced the
    // global Promise: an asynchronous function goes on to return one of the engine's.
    (constructed as Partial<Promise<unknown>> | undefined)?.then?.(undefined, () => {});
  } catch (error) {
    if (error !== stop) throw error;
  } finally {
    restore();
  }
  return instance;
}
