import { replaceMembers } from './members.ts';

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

/** Runs `action` while `globalThis[key]` is `value`. */
export function withGlobal<R>(key: string, value: unknown, action: () => R): R {
  const restore = replaceMembers(globalThis, 'globalThis', { [key]: { value, writable: true } });
  try {
    return action();
  } finally {
    restore();
  }
}
