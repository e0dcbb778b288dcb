/** Marks a promise as handled: a late call must not kill the process. A promise derived from it is the caller's. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
