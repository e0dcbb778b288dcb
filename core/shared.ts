/**
 * State that all copies of hangup in a process share: each patched SDK has a runtime of its own, and they watch the same
 * globals. The name carries the version of its shape, because the copies may be of different versions.
 */
export function shared<T extends object>(name: string, make: () => T): T {
  const key = Symbol.for(`hangup.${name}`);
  const known = (globalThis as { [key: symbol]: T | undefined })[key];
  if (known !== undefined) return known;
  const value = make();
  Object.defineProperty(globalThis, key, { value, configurable: true });
  return value;
}
