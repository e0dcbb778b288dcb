import type { Patcher } from './patcher.ts';

/**
 * Whether this Node has `module.registerHooks`, and hands CommonJS without a source to what `require()` loads. Where it does
 * not (from 22.15.0 to 22.22.2, 23, from 24.0.0 to 24.11.0, 25.0), one such hook is enough for no imported CommonJS to get there, the
 * program itself included, nor anything that it requires.
 */
export function hasSyncHooks(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const since: Readonly<Record<number, readonly [number, number]>> = { 22: [22, 3], 24: [11, 1], 25: [1, 0] };
  const [least, first] = since[major] ?? [major > 25 ? 0 : Number.POSITIVE_INFINITY, 0];
  return minor > least || (minor === least && patch >= first);
}

/** `module.registerHooks` as far as it is used: types for Node 20 do not have it. */
export interface SyncHooks {
  load(url: string, context: LoadContext, next: (url: string, context: object) => object): object;
}

interface LoadContext {
  conditions: Iterable<string>;
}

/** The hook for `module.registerHooks`, which runs in the thread that loads. */
export function hooksFor(patcher: Patcher): SyncHooks {
  return {
    // What is required passes here too, and is patched where `require()` compiles it.
    load: (url, context, next) =>
      patcher.answer(url, () => [...context.conditions].includes('import')) ?? next(url, context),
  };
}
