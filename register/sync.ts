import type { Patcher } from './patcher.ts';

/**
 * Whether this Node has `module.registerHooks`, and hands imported CommonJS without a source to the loader of `require()`.
 * Other versions (22.15.0 to 22.22.2, 23, 24.0.0 to 24.11.0, 25.0) do not: with one such hook, no imported CommonJS module
 * gets to that loader, the program itself included, nor does a module that it requires.
 */
export function hasSyncHooks(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const since: Readonly<Record<number, readonly [number, number]>> = { 22: [22, 3], 24: [11, 1], 25: [1, 0] };
  const [least, first] = since[major] ?? [major > 25 ? 0 : Number.POSITIVE_INFINITY, 0];
  return minor > least || (minor === least && patch >= first);
}

/** The hooks that `module.registerHooks` takes, as far as they are used. The types for Node 20 do not have them. */
export interface SyncHooks {
  load(url: string, context: LoadContext, next: (url: string, context: object) => object): object;
}

interface LoadContext {
  conditions: Iterable<string>;
}

/** Makes the hook for `module.registerHooks`, which runs in the thread that loads. */
export function hooksFor(patcher: Patcher): SyncHooks {
  return {
    // A required module passes here too, and is patched where `require()` compiles it.
    load: (url, context, next) =>
      patcher.answer(url, () => [...context.conditions].includes('import')) ?? next(url, context),
  };
}
