import { copyFileSync, cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { barePackage, patchedPackage, root, runFolderVariable, versions } from '../support/sdk.ts';

const programs = fileURLToPath(new URL('programs', import.meta.url));
const newest = versions.at(-1)!;

/** Inside the repository, so that `ws` can be found from there. */
export const scratch = (name: string): string => join(process.env[runFolderVariable]!, `bundles-${name}`);

export type Kind = 'bare' | 'patched';

/** An app's folder as a bundler finds it: the programs, and in node_modules the SDK and hangup. */
export function makeApp(folder: string, kind: Kind): string {
  const app = join(folder, kind);
  const modules = join(app, 'node_modules');
  mkdirSync(join(modules, '@cartesia'), { recursive: true });
  // Without it, the repository's own package.json would say what "hangup" is.
  writeFileSync(join(app, 'package.json'), '{"private":true}');
  for (const name of readdirSync(programs)) copyFileSync(join(programs, name), join(app, name));
  symlinkSync(kind === 'bare' ? barePackage(newest) : patchedPackage(newest), join(modules, '@cartesia/cartesia-js'));
  // As published, but the sources: npm run package checks the tarball and its exports.
  const hangup = join(modules, 'hangup');
  const exports = {
    '.': './core/index.ts',
    './cartesia': './overlays/cartesia/index.ts',
    './verify': './scripts/verify.ts',
  };
  for (const source of ['core', 'overlays', 'patching', 'register', 'scripts'])
    cpSync(join(root, source), join(hangup, source), { recursive: true });
  writeFileSync(join(hangup, 'package.json'), JSON.stringify({ name: 'hangup', type: 'module', exports }));
  return app;
}
