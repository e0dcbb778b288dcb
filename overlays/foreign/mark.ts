import { PatchError } from '../../core/errors.ts';
import { marker } from '../../core/symbols.ts';

/** The mark on a prototype that hangup has patched, by whichever delivery. */
export interface Mark {
  /** Version of the hangup that did it. */
  readonly version: string;
  /** The SDK and the family: `cartesia/client`. */
  readonly family: string;
  /** The functions that were put in, by name: a mark without them proves nothing. */
  readonly functions: Readonly<Record<string, unknown>>;
}

/** The mark on a prototype or above it. */
export function findMark<M extends Mark>(prototype: object): M | undefined {
  return (prototype as { [marker]?: M })[marker];
}

/**
 * Checks that the class which the app really uses is patched: put it at app start-up. It looks at the class's own
 * functions, so it holds in bundles and with several copies of the SDK. Costs microseconds.
 *
 * @throws {PatchError} `ERR_PATCH_MISSING` when the class is bare, `ERR_PATCH_FOREIGN` when the mark is there but the
 *   functions are not
 */
export function assertPatched(Class: abstract new (...args: never[]) => unknown): void {
  const prototype: unknown = Class?.prototype;
  if (typeof Class !== 'function' || typeof prototype !== 'object' || prototype === null) throw noClass(Class);
  const mark = findMark(prototype);
  if (mark === undefined) throw missing(Class.name);
  // Every patched class has these, and a mark alone does not give them.
  if (Object.keys(mark.functions).length === 0 || !('connected' in prototype))
    throw foreign(Class.name, 'disconnect()');
  for (const key of Object.keys(mark.functions)) {
    if ((prototype as Record<string, unknown>)[key] !== mark.functions[key]) throw foreign(Class.name, key);
  }
}

// Functions of their own: the first call, at start-up, compiles no more than it runs.

const noClass = (Class: unknown) =>
  new TypeError(`assertPatched(): ${String(Class)} is not a class; hand in the SDK class that the app uses`);

const missing = (name: string) =>
  new PatchError(
    'ERR_PATCH_MISSING',
    `${name} is not patched`,
    'this process has loaded the bare one, or it is no class of a supported SDK',
    'Call overlay() before the first connection, or start with "node --import hangup/register". For the Cartesia SDK, you can also run "npx hangup apply", remove the caches of your bundler (node_modules/.vite, node_modules/.cache, .next/cache) and build again',
  );

const foreign = (name: string, key: string) =>
  new PatchError(
    'ERR_PATCH_FOREIGN',
    `${name} is only marked as patched`,
    `${key} is not hangup's: a subclass or something else overrides it, or the mark was forged`,
    'Hand in the class of the SDK itself; find what overrides it, or reinstall the SDK and run "npx hangup apply"',
  );
