import { existsSync } from 'node:fs';
import { basename, dirname, relative, sep } from 'node:path';
import type { PatchSet } from '../../patching/patch-sets.ts';
import { inspect, namesOf } from '../disk/inspect.ts';
import { noSdk, refusal } from '../outcome.ts';
import { hasLockfile } from './detect.ts';
import type { Installed } from './manager.ts';

/**
 * Finds the versions that the project itself has installed. Projects inside it with a lockfile of their own do not count.
 *
 * @throws {PatchError} `ERR_PATCH_NO_SDK`, `ERR_PATCH_UNSUPPORTED`; `ERR_PATCH_IO` when a copy cannot be read
 */
export function findInstalled(root: string, sets: readonly PatchSet[]): Installed[] {
  const copies = inspect(root, sets).copies.filter(
    ({ directory, archived }) => archived || !isOfAnother(root, directory),
  );
  if (copies.length === 0) throw noSdk(root, namesOf(sets));
  const error = refusal(copies.filter(({ state }) => state === 'unsupported'));
  if (error !== undefined) throw error;
  const installed = new Map<string, Installed>();
  for (const { name, version, directory, set } of copies) {
    const key = `${name}@${version}`;
    const one = installed.get(key) ?? { set, version, folders: new Set(), paths: [] };
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
