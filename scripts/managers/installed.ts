import { basename, dirname, relative, sep } from 'node:path';
import { lineEndsOfPatch } from '../../patching/classify.ts';
import type { PatchSet } from '../../patching/patch-sets.ts';
import { inspect, namesOf } from '../disk/inspect.ts';
import { noSdk, refusal } from '../outcome.ts';
import type { Installed } from './manager.ts';
import { workspacesOf } from './workspaces.ts';

/**
 * Finds the versions that the package manager has installed. Other projects inside this one and build outputs do not count.
 *
 * @throws {PatchError} `ERR_PATCH_NO_SDK`, `ERR_PATCH_UNSUPPORTED`; `ERR_PATCH_IO` when a copy cannot be read
 */
export function findInstalled(root: string, sets: readonly PatchSet[]): Installed[] {
  const { copies } = inspect(root, sets, [root, ...workspacesOf(root)]);
  if (copies.length === 0) throw noSdk(root, namesOf(sets));
  const error = refusal(
    copies.filter(({ state }) => state === 'unsupported'),
    root,
  );
  if (error !== undefined) throw error;
  const installed = new Map<string, Installed>();
  for (const { name, version, directory, set, state, files, archived, shared } of copies) {
    const key = `${name}@${version}`;
    const one = installed.get(key) ?? emptyOf(set, version);
    const path = relative(root, directory);
    one.folders.add(folderOf(directory) ?? name);
    one.paths.push(path);
    one.isPatched &&= state === 'patched';
    one.isWritable &&= !archived && !shared;
    if (!archived && !shared && files.some(({ reason }) => reason === lineEndsOfPatch)) one.spoiled.push(path);
    installed.set(key, one);
  }
  return [...installed.values()];
}

const emptyOf = (set: PatchSet, version: string): Installed => ({
  set,
  version,
  folders: new Set(),
  paths: [],
  isPatched: true,
  isWritable: true,
  spoiled: [],
});

/** The name below node_modules, with its scope. */
function folderOf(directory: string): string | undefined {
  const scope = basename(dirname(directory));
  const name = scope.startsWith('@') ? `${scope}/${basename(directory)}` : basename(directory);
  return directory.endsWith(`node_modules${sep}${name.replace('/', sep)}`) ? name : undefined;
}
