/** Every error of any copy of hangup has it: a patched SDK throws errors of the runtime that is in the SDK. */
export const brand = Symbol.for('hangup.error');

/**
 * Makes `instanceof` hold for the errors of other copies, by their code. A subclass of a user's tells its own by itself.
 *
 * @param name given to the class again, because Node prints that of the class, and bundlers rename classes
 */
export function tellByCode(Class: abstract new (...args: never[]) => Error, name: string, codes: RegExp): void {
  Object.defineProperty(Class, 'name', { value: name });
  const value = function (this: unknown, error: unknown): boolean {
    if (Function.prototype[Symbol.hasInstance].call(this, error)) return true;
    if (this !== Class || typeof error !== 'object' || error === null || !(brand in error)) return false;
    const { code } = error as { code?: unknown };
    return typeof code === 'string' && codes.test(code);
  };
  Object.defineProperty(Class, Symbol.hasInstance, { value });
}
