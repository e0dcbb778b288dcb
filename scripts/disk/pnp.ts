import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PatchError } from '../../core/errors.ts';
import type { PatchSet } from '../../patching/manifest.ts';
import { type Classified, classifyWith } from './classify.ts';

interface Found {
  name: string;
  version: string;
  directory: string;
  /** In base64, `null` where there is no such file. */
  files: Record<string, string | null>;
}

/**
 * The copies of a project under Yarn Plug'n'Play, which keeps packages in archives. A process of its own reads them with
 * the project's `.pnp.cjs`, because that changes `fs` for good.
 *
 * @throws {PatchError} `ERR_PATCH_IO` when they cannot be read
 */
export function pnpCopies(root: string, sets: readonly PatchSet[]): Classified[] {
  const pnp = join(root, '.pnp.cjs');
  if (!existsSync(pnp)) return [];
  // Most projects get no further: loading it takes longer than their hashes.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const files = Object.fromEntries(sets.map((set) => [set.package, set.paths]));
  const { status, output, stderr, error } = spawnSync(process.execPath, ['--require', pnp, '--eval', reader], {
    cwd: root,
    encoding: 'utf8',
    input: JSON.stringify({ pnp, files }),
    // What runs this may have set up Plug'n'Play too.
    env: { ...process.env, NODE_OPTIONS: '' },
    // Whatever else is loaded may print.
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
  return (JSON.parse(output[3]!) as Found[]).map(({ files, ...copy }) =>
    classifyWith(copy, sets.find((set) => set.package === copy.name)!, (path) => {
      const bytes = files[path];
      return bytes == null ? undefined : Buffer.from(bytes, 'base64');
    }),
  );
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
