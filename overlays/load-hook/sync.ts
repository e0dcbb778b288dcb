import type { Patcher } from './patcher.ts';
import type { Progress } from './status.ts';

/** `module.registerHooks` as far as it is used: types for Node 20 do not have it. */
export interface SyncHooks {
  load(url: string, context: object, next: (url: string, context: object) => Loaded): Loaded;
}

interface Loaded {
  source?: string | Uint8Array;
  format: string;
  shortCircuit?: boolean;
}

/**
 * The hook for `module.registerHooks` (Node 22.15 and later), which runs in the thread that loads.
 *
 * @param entry URL of the program that Node was started with
 */
export function hooksFor(patcher: Patcher, progress: Progress, entry: string | undefined): SyncHooks {
  return {
    load(url, context, next) {
      if (url === entry) progress.add('entry');
      const source = patcher.moduleOf(url);
      return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true };
    },
  };
}
