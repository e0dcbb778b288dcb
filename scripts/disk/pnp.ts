import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PatchError } from '../../core/errors.ts';
import type { PatchSet } from '../../patching/patch-sets.ts';
import type { Copy } from './find-copies.ts';

/** A copy in an archive. */
export interface ArchivedCopy extends Copy {
  /** Returns the bytes of a file that a patch concerns; `undefined` where there is no such file. */
  read(path: string): Buffer | undefined;
}

interface Found extends Copy {
  /** In base64, `null` where there is no such file. */
  files: Record<string, string | null>;
}

/**
 * Reads the copies of a project under Yarn Plug'n'Play, which keeps packages in archives. A process of its own does that with
 * the project's `.pnp.cjs`, because that changes `fs` for good.
 *
 * @throws {PatchError} `ERR_PATCH_IO` when they cannot be read
 */
export function readArchives(root: string, sets: readonly PatchSet[]): ArchivedCopy[] {
  const pnp = join(root, '.pnp.cjs');
  if (!existsSync(pnp)) return [];
  // Most projects get no further, and loading this module takes longer than the hashes of a copy.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const files = Object.fromEntries(sets.map((set) => [set.package, set.paths]));
  const { status, output, stderr, error } = spawnSync(process.execPath, ['--require', pnp, '--eval', reader], {
    cwd: root,
    encoding: 'utf8',
    input: JSON.stringify({ pnp, files }),
    // The command itself may run under Plug'n'Play, which the environment would set up a second time.
    env: { ...process.env, NODE_OPTIONS: '' },
    // A preloaded module may print, hence the answer has a channel of its own.
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    maxBuffer: 256 * 1024 * 1024,
    timeout: 60_000,
  });
  if (status !== 0) {
    const why = error?.message ?? stderr.trim().split('\n').slice(0, 6).join(' ');
    throw new PatchError(
      'ERR_PATCH_IO',
      `cannot read the packages of ${pnp}`,
      why,
      'Run "yarn install", then try again',
    );
  }
  return (JSON.parse(output[3]!) as Found[]).map(({ files, ...copy }) => ({
    ...copy,
    read(path) {
      const bytes = files[path];
      return bytes == null ? undefined : Buffer.from(bytes, 'base64');
    },
  }));
}

// An alias has a name of its own, but names the package in its reference.
const reader = `
const fs = require('node:fs');
const { pnp, files } = JSON.parse(fs.readFileSync(0, 'utf8'));
const api = require(pnp);
const found = new Map();
for (const locator of api.getAllLocators()) {
  const names = Object.keys(files);
  if (!names.some((name) => locator.name === name || locator.reference.includes(name) || locator.reference.includes(encodeURIComponent(name)))) continue;
  const { packageLocation } = api.getPackageInformation(locator);
  const directory = api.resolveVirtual(packageLocation) ?? packageLocation;
  const { name, version } = JSON.parse(fs.readFileSync(directory + 'package.json', 'utf8'));
  if (!names.includes(name)) continue;
  const contents = {};
  for (const path of files[name]) {
    contents[path] = fs.existsSync(directory + path) ? fs.readFileSync(directory + path, 'base64') : null;
  }
  found.set(directory, { name, version, directory: directory.replace(/[/]$/, ''), files: contents });
}
fs.writeFileSync(3, JSON.stringify([...found.values()]));
`;
