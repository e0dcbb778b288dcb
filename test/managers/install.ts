import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
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

/** Fills a folder for the PATH, in which the managers and their Node have their usual names. */
export function makeBin(folder: string, ...managers: readonly ManagerCase[]): void {
  mkdirSync(folder, { recursive: true });
  const node = managers.some((one) => one.newerNode) ? join(cache, 'node_modules/node/bin/node') : process.execPath;
  symlinkSync(node, join(folder, 'node'));
  for (const { command, program } of managers) {
    const path = join(cache, program);
    const scripts = { [command]: path, ...(command === 'npm' && { npx: path.replace('npm-cli', 'npx-cli') }) };
    for (const [name, target] of Object.entries(scripts)) {
      const call = /\.[cm]?js$/.test(target) ? `"${node}" "${target}"` : `"${target}"`;
      writeFileSync(join(folder, name), `#!/bin/sh\nexec ${call} "$@"\n`);
      chmodSync(join(folder, name), 0o755);
    }
  }
}

/**
 * The environment of a process that must see neither the npm nor the CI around it.
 *
 * @param home the folder of `bin`, and of the caches and stores of the managers
 * @param registry the registry that the variables name. Without it, the files in `home` name one
 */
export function managerEnv(home: string, registry: string | undefined): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => /(^|_)(ssl|ca|certs?|proxy)(_|$)/i.test(name));
  return {
    ...Object.fromEntries(kept),
    ...(registry && { npm_config_registry: registry, YARN_NPM_REGISTRY_SERVER: registry }),
    PATH: [join(home, 'bin'), '/usr/bin', '/bin'].join(delimiter),
    HOME: home,
    // For root, Yarn 1 has one cache for the whole machine, which may hold another tarball of this version.
    YARN_CACHE_FOLDER: join(home, '.yarn-cache'),
  };
}

/**
 * Builds and packs hangup, as it is published.
 *
 * @returns the path of the tarball
 */
export function packHangup(scratch: string): string {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch];
  const [packed] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8', stdio: 'pipe' })) as [
    { filename: string },
  ];
  return join(scratch, packed.filename);
}

/** Packs hangup without the patch of one version, so that the steps can meet a version without a patch. */
export function packWithout(scratch: string, without: string): string {
  const tarball = packHangup(scratch);
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
