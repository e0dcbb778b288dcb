// Checks in the very tick in which an SDK goes on to dial. A check before that is too early, because an end may come between.

import { setMember } from './members.ts';

/** @returns a view of an object that calls back before each look at one of its properties. What it throws, the look throws. */
export function beforeLook<T>(object: T, name: keyof T, check: () => void): T {
  if (typeof object !== 'object' || object === null) return object;
  return new Proxy(object, {
    get(target, key) {
      if (key === name) check();
      return Reflect.get(target, key);
    },
  });
}

/**
 * Checks when a promise is fulfilled, and once more when the SDK goes on with the value. The second check needs an SDK that is
 * compiled to call `then()`: the engine's own `await` does not.
 */
export function beforeResume<T>(promise: Promise<T>, check: () => void): Promise<T> {
  // The compiled SDK waits longer for a promise that is no instance of the global `Promise`, which the app may have replaced.
  const checked = Promise.resolve(promise).then((value) => {
    check();
    return value;
  });
  const { then } = checked;
  const value = (onValue: unknown, onError: unknown) => {
    // `then()` takes all that is no function for nothing.
    if (typeof onValue !== 'function') return then.call(checked, undefined, onError as undefined);
    const resume = (result: T) => {
      try {
        check();
      } catch (error) {
        if (typeof onError !== 'function') throw error;
        return onError(error);
      }
      return onValue(result);
    };
    return then.call(checked, resume, onError as undefined);
  };
  setMember(checked, 'then', { value, writable: true });
  return checked;
}
