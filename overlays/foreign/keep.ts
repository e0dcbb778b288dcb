import { shared } from '../../core/shared.ts';
import { setMember } from './members.ts';

interface Store {
  /** The member that was called last leaves its value here. */
  handed: unknown;
  /** The values of objects that take no new members. */
  readonly fixed: WeakMap<object, Map<PropertyKey, unknown>>;
  /** There has been such an object: most apps have none, and need not look for it with every message. */
  hasFixed: boolean;
}

let store: Store | undefined;
/** All copies of hangup share it: one copy reads the values that another one keeps. */
const theStore = (): Store => {
  store ??= shared('kept@1', () => ({ handed: undefined, fixed: new WeakMap(), hasFixed: false }));
  return store;
};

/**
 * Keeps a value with an object of the SDK. Apps put objects behind proxies, for tracing or as reactive state, and the SDK
 * itself goes on with the object: the identity of `this` tells one from the other, and the object's own members do not.
 *
 * The member is a function that hands the value over beside its result, because some proxies wrap all that they return. A
 * getter would do the same, and give each object a hidden class of its own.
 */
export function keep<T>(object: object, key: PropertyKey, value: T): void {
  const hand = () => {
    theStore().handed = value;
  };
  try {
    setMember(object, key, { value: hand });
  } catch {
    // The object is frozen, or a proxy that takes no members.
    const store = theStore();
    const values = store.fixed.get(object) ?? new Map<PropertyKey, unknown>();
    store.fixed.set(object, values.set(key, value));
    store.hasFixed = true;
  }
}

/** The value that is kept with an object, or with one that it inherits from. */
export function kept<T>(object: object, key: PropertyKey): T | undefined {
  const store = theStore();
  const hand = (object as Record<PropertyKey, unknown>)[key];
  if (typeof hand === 'function') hand();
  const { handed } = store;
  store.handed = undefined;
  const fixed = store.hasFixed ? store.fixed.get(object)?.get(key) : undefined;
  return (fixed ?? handed) as T | undefined;
}

/** The value that is kept with this very object. */
export function keptOwn<T>(object: object, key: symbol): T | undefined {
  const store = theStore();
  const isOwn = Object.hasOwn(object, key) || (store.hasFixed && store.fixed.get(object)?.has(key) === true);
  return isOwn ? kept(object, key) : undefined;
}

/** Keeps the value no longer. */
export function drop(object: object, key: symbol): void {
  Reflect.deleteProperty(object, key);
  theStore().fixed.get(object)?.delete(key);
}
