import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { seal } from '../patching/seal.ts';

/**
 * Bundles the entry, which assigns `module.exports` itself, into one readable CommonJS file. esbuild would set `__esModule`
 * for an entry that exports: then the default import of an `.mjs` file would mean one thing to Node, another to bundlers.
 */
export async function bundleRuntime(root: string, version: string, entry: string): Promise<string> {
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

/** The types that a patched SDK adds to its public ones. Stated once, in core/disconnectable.ts. */
export function runtimeTypes(root: string, version: string): string {
  const source = readFileSync(join(root, 'core/disconnectable.ts'), 'utf8');
  const other = source.split('\n').find((line) => /^[a-z]/.test(line) && !/^export (interface|type) /.test(line));
  if (other) throw new Error(`core/disconnectable.ts may declare types only, and it contains "${other}"`);
  return seal(version, `/// <reference lib="esnext.disposable" />\n\n${source}`);
}
