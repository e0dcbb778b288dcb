import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import type { Sdk } from '../overlays/sdk.ts';
import { seal } from '../patching/seal.ts';

/**
 * Bundles the `runtime.ts` of an SDK into one readable CommonJS file. The entry assigns `module.exports` itself: for an entry
 * that exports, esbuild would set `__esModule`, and Node and bundlers would take the default import of an `.mjs` file
 * differently.
 *
 * @param version of hangup
 */
export async function bundleRuntime(root: string, version: string, sdk: Sdk): Promise<string> {
  const entry = `overlays/${sdk.name}/runtime.ts`;
  const { outputFiles, warnings } = await build({
    // Paths in the bundle's comments are relative to this.
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'neutral',
    target: 'node20',
    // Node reads and parses it faster so.
    charset: 'ascii',
    legalComments: 'inline',
    logLevel: 'silent',
    logOverride: { 'commonjs-variable-in-esm': 'silent' },
  });
  const text = outputFiles[0]!.text;
  if (warnings.length > 0)
    throw new Error(`esbuild warns about ${entry}: ${warnings.map(({ text }) => text).join('; ')}`);
  const alien = /^(?:import|export)\b.*|\bimport\.meta\b|\brequire\(.*|__esModule|.*[^\n -~].*/m.exec(text);
  if (alien) throw new Error(`${entry} must stand alone in ASCII, and its bundle contains "${alien[0]}"`);
  const module = { exports: {} };
  runInNewContext(text, { module });
  const names = Reflect.ownKeys(module.exports).join();
  if (names !== 'install') throw new Error(`${entry} must export install and nothing else, and it exports "${names}"`);
  return seal(version, text);
}

/** The library `esnext.disposable`, as far as the types need it: TypeScript before 5.2 has none. @types/node declares the same. */
const disposable = `declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol;
    readonly asyncDispose: unique symbol;
  }
  interface Disposable {
    [Symbol.dispose](): void;
  }
  interface AsyncDisposable {
    [Symbol.asyncDispose](): PromiseLike<void>;
  }
}
`;

/** The types that a patched SDK adds to its public ones. Stated once, in core/disconnectable.ts. */
export function runtimeTypes(root: string, version: string): string {
  const source = readFileSync(join(root, 'core/disconnectable.ts'), 'utf8');
  const other = source.split('\n').find((line) => /^[a-z]/.test(line) && !/^export (interface|type) /.test(line));
  if (other) throw new Error(`core/disconnectable.ts may declare types only, and it contains "${other}"`);
  return seal(version, `${disposable}\n${source}`);
}
