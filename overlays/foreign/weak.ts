// Some engines have no weak references: Workers of older compatibility dates, Hermes, hardened realms. There hangup holds
// strongly. An import of this module asks nothing of the engine.

/** Refers to an object without keeping it, where the engine can do that. */
export function refTo<T extends object>(object: T): { deref(): T | undefined } {
  return typeof WeakRef === 'undefined' ? { deref: () => object } : new WeakRef(object);
}

/** Calls back when an object was collected; never, where the engine does not tell. */
export function collections<H>(onCollected: (held: H) => void): { register(object: object, held: H): void } {
  return typeof FinalizationRegistry === 'undefined' ? { register() {} } : new FinalizationRegistry(onCollected);
}
