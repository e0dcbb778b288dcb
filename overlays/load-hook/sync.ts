import type { Patcher } from './patcher.ts';
import type { Progress } from './status.ts';

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
  load(url: string, context: LoadContext, next: (url: string, context: object) => Loaded): Loaded;
}

interface LoadContext {
  conditions: Iterable<string>;
}

interface Loaded {
  source?: string | Uint8Array;
  format: string;
  shortCircuit?: boolean;
}

/**
 * The hook for `module.registerHooks`, which runs in the thread that loads.
 *
 * @param entry URL of the program that Node was started with
 */
export function hooksFor(patcher: Patcher, progress: Progress, entry: string | undefined): SyncHooks {
  return {
    load(url, context, next) {
      if (url === entry) progress.add('entry');
      const source = patcher.moduleOf(url);
      if (source !== undefined) return { format: 'module', source, shortCircuit: true };
      const imported = [...context.conditions].includes('import') ? patcher.importedCommonJsOf(url) : undefined;
      return imported === undefined ? next(url, context) : { format: 'commonjs', source: imported, shortCircuit: true };
    },
  };
}
