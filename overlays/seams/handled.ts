/** Marks a promise as handled: a late call must not kill the process. A promise derived from it is the caller's. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Tells a promise by its `then`: apps replace the global `Promise`, and asynchronous functions return the engine's. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
