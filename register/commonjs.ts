import Module from 'node:module';
import type { Patcher } from './patcher.ts';

/** The parts of Node's CommonJS loader that programs have always replaced. Its types do not show them. */
interface CommonJsLoader {
  _cache: Record<string, unknown>;
  _extensions: Record<string, Compile>;
  _resolveFilename(request: string, parent: { filename?: string } | undefined, ...rest: unknown[]): string;
}

const loader = Module as unknown as CommonJsLoader;

type Compile = (module: { _compile(source: string, filename: string): void }, filename: string) => void;

/** Lists the files that `require()` has loaded. */
export const loadedCommonJs = (): string[] => Object.keys(loader._cache);

/**
 * Patches modules as `require()` loads them. TypeScript loaders (tsx, ts-node) put in compilers of their own, which read from
 * disk. The one of hangup goes before them, whichever came first.
 */
export function hookCommonJs(patcher: Patcher): void {
  const ours = new Set<Compile>();

  function goBefore(extension: string): void {
    const other = loader._extensions[extension] ?? loader._extensions['.js']!;
    if (ours.has(other)) return;
    const compile: Compile = (module, filename) => {
      const source = patcher.commonJsOf(filename);
      if (source === undefined) other(module, filename);
      else module._compile(source, filename);
    };
    ours.add(compile);
    loader._extensions[extension] = compile;
  }

  const goFirst = () => {
    goBefore('.js');
    goBefore('.cjs');
  };
  const { _resolveFilename } = loader;
  loader._resolveFilename = function (request, parent, ...rest) {
    goFirst();
    return patcher.resolveAdded(request, parent?.filename) ?? _resolveFilename.call(this, request, parent, ...rest);
  };
}
