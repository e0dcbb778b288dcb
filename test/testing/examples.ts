import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { patchedPackage, root, runFolderVariable } from '../support/sdk.ts';

/** The modules of hangup, by their names in apps. */
export const sources = {
  hangup: join(root, 'core/index.ts'),
  'hangup/cartesia': join(root, 'overlays/cartesia/index.ts'),
  'hangup/lifecycle': join(root, 'lifecycle/index.ts'),
  'hangup/testing': join(root, 'testing/index.ts'),
  'hangup/verify': join(root, 'scripts/verify.ts'),
};

/**
 * Writes the files of docs/testing.md as an app has them, beside the patched SDK.
 *
 * @returns the folder
 */
export function writeExamples(name: string): string {
  const folder = join(process.env[runFolderVariable]!, name);
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(dirname(patchedPackage('4.2.0')), join(folder, 'node_modules/@cartesia'));
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  const text = readFileSync(join(root, 'docs/testing.md'), 'utf8');
  const blocks = [...text.matchAll(/^```(?:ts|js)\n\/\/ (\S+)\n(.*?)^```$/gms)];
  for (const [, file, code] of blocks) writeFileSync(join(folder, file!), code!);
  return folder;
}
