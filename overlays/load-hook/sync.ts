import { pathToFileURL } from 'node:url';
import type { Patcher } from './patcher.ts';
import type { Progress } from './status.ts';

/** `module.registerHooks` as far as it is used: types for Node 20 do not have it. */
export interface SyncHooks {
  resolve(specifier: string, context: ResolveContext, next: (specifier: string, context: object) => Resolved): Resolved;
  load(url: string, context: { format?: string | null }, next: (url: string, context: object) => Loaded): Loaded;
}

interface ResolveContext {
  parentURL?: string | undefined;
  conditions: readonly string[];
}

interface Resolved {
  url: string;
  format?: string;
  shortCircuit?: boolean;
}

interface Loaded {
  source?: string | Uint8Array;
  format: string;
  shortCircuit?: boolean;
}

/**
 * The hooks for `module.registerHooks` (Node 22.15 and later), which run in the thread that loads.
 *
 * @param onResolve called whenever a module is asked for
 * @param entry URL of the program that Node was started with
 */
export function hooksFor(
  patcher: Patcher,
  onResolve: () => void,
  progress: Progress,
  entry: string | undefined,
): SyncHooks {
  return {
    resolve(specifier, context, next) {
      onResolve();
      const added = resolveAdded(patcher, specifier, context.parentURL);
      if (added === undefined) return next(specifier, context);
      const format = context.conditions.includes('import') ? 'module' : 'commonjs';
      return { url: added, format, shortCircuit: true };
    },
    load(url, context, next) {
      if (url === entry) progress.add('entry');
      const source = patcher.sourceOf(url);
      if (source === undefined) return next(url, context);
      const format = context.format ?? next(url, context).format;
      const isImported = format === 'module' && url.endsWith('.cjs');
      return { format, source: isImported ? facade : source, shortCircuit: true };
    },
  };
}

/**
 * An ES module in place of the CommonJS module with the same URL. Node would search that for what it exports, which takes
 * longer than all else that is done here.
 */
const facade = `const { createRequire } = process.getBuiltinModule('node:module');
export default createRequire(import.meta.url)(import.meta.filename);`;

/** The URL of a module that a patch adds: as if it had been written to disk. */
export function resolveAdded(patcher: Patcher, specifier: string, parent: string | undefined): string | undefined {
  const path = patcher.resolveAdded(specifier, parent);
  return path && pathToFileURL(path).href;
}
