import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Patcher } from './patcher.ts';

/** `module.registerHooks` as far as it is used: types for Node 20 do not have it. */
export interface SyncHooks {
  resolve(
    specifier: string,
    context: { parentURL?: string },
    next: (specifier: string, context: object) => Resolved,
  ): Resolved;
  load(url: string, context: object, next: (url: string, context: object) => Loaded): Loaded;
}

interface Resolved {
  url: string;
  format?: string;
  shortCircuit?: boolean;
}

interface Loaded {
  source?: string | Uint8Array;
  format?: string;
  shortCircuit?: boolean;
}

/**
 * The hooks for `module.registerHooks` (Node 22.15 and later), which run in the thread that loads.
 *
 * @param onResolve called whenever a module is asked for
 */
export function hooksFor(patcher: Patcher, onResolve: () => void): SyncHooks {
  return {
    resolve(specifier, context, next) {
      onResolve();
      const parent = pathOf(context.parentURL);
      const added = parent && patcher.resolveAdded(specifier, parent);
      if (!added) return next(specifier, context);
      return { url: pathToFileURL(added).href, format: 'commonjs', shortCircuit: true };
    },
    load(url, context, next) {
      const path = pathOf(url);
      if (path === undefined) return next(url, context);
      const added = patcher.addedSource(path);
      if (added !== undefined) return { format: 'commonjs', source: added, shortCircuit: true };
      let published: Loaded | undefined;
      const read = () => {
        published = next(url, context);
        return published.source!;
      };
      const source = patcher.patch(path, read);
      published ??= next(url, context);
      return source === undefined ? published : { ...published, source };
    },
  };
}

export function pathOf(url: string | undefined): string | undefined {
  return url?.startsWith('file:') ? fileURLToPath(url) : undefined;
}
