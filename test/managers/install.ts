import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatManifest } from '../../patching/format-manifest.ts';
import { parseManifest } from '../../patching/manifest.ts';
import { packageRoot } from '../../patching/package-json.ts';
import { type ManagerCase, newerNode } from './managers.ts';

const root = packageRoot();
/** The folder of the installed managers. Git ignores it. */
export const cache = join(root, '.cache/managers');

/** Installs the package managers of the cases side by side under their ids, unless they are there already. */
export function installManagers(cases: readonly ManagerCase[]): void {
  const wanted = Object.fromEntries(cases.map((one) => [one.id, `npm:${one.package}@${one.version}`]));
  if (cases.some((one) => one.newerNode)) wanted.node = `npm:${newerNode.package}@${newerNode.version}`;
  mkdirSync(cache, { recursive: true });
  const file = join(cache, 'package.json');
  const present = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { dependencies?: object }) : {};
  const dependencies = { ...present.dependencies, ...wanted };
  const isThere = (id: string) => existsSync(join(cache, 'node_modules', id));
  const isSame = JSON.stringify(dependencies) === JSON.stringify(present.dependencies);
  if (isSame && Object.keys(wanted).every(isThere)) return;
  console.log(`installing ${Object.values(wanted).join(', ').replaceAll('npm:', '')}`);
  writeFileSync(file, JSON.stringify({ private: true, dependencies }));
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: cache,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/** Fills a folder for the PATH, in which the manager and its Node have their usual names. */
export function makeBin(folder: string, { command, program, newerNode }: ManagerCase): void {
  mkdirSync(folder, { recursive: true });
  const node = newerNode ? join(cache, 'node_modules/node/bin/node') : process.execPath;
  symlinkSync(node, join(folder, 'node'));
  const path = join(cache, program);
  const script = join(folder, command);
  const call = /\.[cm]?js$/.test(path) ? `"${node}" "${path}"` : `"${path}"`;
  writeFileSync(script, `#!/bin/sh\nexec ${call} "$@"\n`);
  chmodSync(script, 0o755);
}

/**
 * Packs hangup without the patch of one version, so that the steps can meet a version without a patch.
 *
 * @returns the path of the tarball
 */
export function packHangup(scratch: string, without: string): string {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch];
  const [packed] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8', stdio: 'pipe' })) as [
    { filename: string },
  ];
  const tarball = join(scratch, packed.filename);
  execFileSync('tar', ['-xzf', tarball, '-C', scratch]);
  const patches = join(scratch, 'package/patches/@cartesia/cartesia-js');
  const manifest = parseManifest(readFileSync(join(patches, 'manifest.json'), 'utf8'));
  delete manifest.versions[without];
  writeFileSync(join(patches, 'manifest.json'), formatManifest(manifest));
  rmSync(join(patches, `${without}.patch`));
  // Some managers run the script "prepare" of a package from a tarball, or warn about it.
  const packageFile = join(scratch, 'package/package.json');
  const { scripts: _, ...rest } = JSON.parse(readFileSync(packageFile, 'utf8')) as Record<string, unknown>;
  writeFileSync(packageFile, JSON.stringify(rest));
  const { status, stderr } = spawnSync('tar', ['-czf', tarball, '-C', scratch, 'package'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return tarball;
}
