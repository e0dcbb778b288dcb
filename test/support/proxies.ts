/** Apps put objects behind proxies: tracing wrappers, reactive state. Each of these does it in another way. */
export type Wrap = <T extends object>(target: T) => T;

/** Wraps every object that it hands out, as reactive state does. It calls maps on themselves. */
export function deep<T extends object>(target: T): T {
  return new Proxy(target, {
    get(object, key, receiver) {
      const isMap = object instanceof Map;
      const value: unknown = Reflect.get(object, key, isMap ? object : receiver);
      if (isMap && typeof value === 'function') {
        return (...args: unknown[]) => {
          const result: unknown = value.apply(object, args);
          return typeof result === 'object' && result !== null ? deep(result) : result;
        };
      }
      return isPlain(value) ? deep(value) : value;
    },
  });
}

/** Calls every function as it is, and hands out something else than its result where the function has none. */
export function traced<T extends object>(target: T): T {
  return new Proxy(target, {
    get(object, key, receiver) {
      const value: unknown = Reflect.get(object, key, receiver);
      if (typeof value !== 'function') return value;
      return function (this: unknown, ...args: unknown[]) {
        return value.apply(this, args) ?? Promise.resolve();
      };
    },
  });
}

/** Wraps every object that it hands out, and reads from the object itself: tools for tracing do, because of private members. */
export function deepOverTarget<T extends object>(target: T): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key);
      return isPlain(value) ? deepOverTarget(value) : value;
    },
  });
}

export const readOnly: Wrap = (target) => new Proxy(target, { defineProperty: () => false });
export const transparent: Wrap = (target) => new Proxy(target, {});

/** Sockets and promises have members that no proxy can call. */
const isPlain = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !(value instanceof Promise) &&
  !('addEventListener' in value) &&
  Object.prototype.toString.call(value) !== '[object Promise]';
