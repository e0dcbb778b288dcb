import { existsSync } from 'node:fs';
import { basename, dirname, relative, sep } from 'node:path';
import type { PatchSet } from '../../patching/manifest.ts';
import { findCopies } from '../disk/find-copies.ts';
import { pnpCopies } from '../disk/pnp.ts';
import { noSdk, refusal } from '../outcome.ts';
import { hasLockfile } from './detect.ts';

/** A version of an SDK that a project has installed. */
export interface Installed {
  set: PatchSet;
  version: string;
  /** The names of the folders that hold it: the package's own, and aliases. */
  folders: Set<string>;
  /** Relative to the root; in an archive, the archive's place. */
  paths: string[];
}

/**
 * The versions that the project itself has installed; projects inside it with a lockfile of their own do not count.
 *
 * @throws {PatchError} `ERR_PATCH_NO_SDK`, `ERR_PATCH_UNSUPPORTED`
 */
export function findInstalled(root: string, sets: readonly PatchSet[]): Installed[] {
  const names = sets.map((set) => set.package);
  const onDisk = findCopies(root, names).copies.filter(({ directory }) => !isOfAnother(root, directory));
  const copies = [...onDisk, ...pnpCopies(root, sets)];
  if (copies.length === 0) throw noSdk(root, names);
  const setOf = (name: string) => sets.find((set) => set.package === name)!;
  const unknown = copies.filter(({ name, version }) => !Object.hasOwn(setOf(name).versions, version));
  const error = refusal(
    unknown.map((copy) => ({ ...copy, state: 'unsupported', files: [] })),
    (name) => Object.keys(setOf(name).versions),
  );
  if (error !== undefined) throw error;
  const installed = new Map<string, Installed>();
  for (const { name, version, directory } of copies) {
    const key = `${name}@${version}`;
    const one = installed.get(key) ?? { set: setOf(name), version, folders: new Set(), paths: [] };
    one.folders.add(folderOf(directory) ?? name);
    one.paths.push(relative(root, directory));
    installed.set(key, one);
  }
  return [...installed.values()];
}

function isOfAnother(root: string, directory: string): boolean {
  if (relative(root, directory).startsWith('..')) return false;
  for (let folder = dirname(directory); folder.length > root.length; folder = dirname(folder)) {
    if (hasLockfile(folder) && existsSync(`${folder}/package.json`)) return true;
  }
  return false;
}

/** The name below node_modules, with its scope. */
function folderOf(directory: string): string | undefined {
  const scope = basename(dirname(directory));
  const name = scope.startsWith('@') ? `${scope}/${basename(directory)}` : basename(directory);
  return directory.endsWith(`node_modules${sep}${name.replace('/', sep)}`) ? name : undefined;
}
