import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { PatchSet } from '../../patching/patch-sets.ts';
import { findProject, foldersAbove } from '../managers/project.ts';
import { noSdk } from '../outcome.ts';
import { findCopies } from './find-copies.ts';
import { type Inspection, inspect, namesOf } from './inspect.ts';

export interface ProjectInspection extends Inspection {
  /** The root of the project. With `recursive`, the folder that was searched. */
  root: string;
  /** The folders of the project that have a node_modules, or may have one. */
  folders: readonly string[];
}

/**
 * Finds and classifies the copies that the package manager has installed into a project. `hangup apply`, `verify` and `export`
 * begin with this. A folder without a copy of its own uses the one that Node resolves from it, in a node_modules above.
 *
 * @param directory the root of a project, or a package of a workspace
 * @param recursive look into every folder below, of other projects and of build outputs too
 * @throws {PatchError} `ERR_PATCH_NO_SDK`, `ERR_PATCH_USAGE` when the folder is no project, `ERR_PATCH_IO`, `ERR_PATCH_CONFIG`
 */
export function inspectProject(directory: string, sets: readonly PatchSet[], recursive: boolean): ProjectInspection {
  const { root, folders } = recursive ? { root: directory, folders: [directory] } : findProject(directory);
  const found = inspect(root, sets, recursive ? undefined : folders);
  if (found.copies.length > 0) return { root, folders, ...found };
  const above = recursive ? undefined : resolved(realpathSync(directory), sets);
  if (above === undefined) throw noSdk(root, namesOf(sets), recursive ? undefined : anyBelow(root, sets));
  return above;
}

/** Finds the copies that Node resolves from a folder without a node_modules of its own that has them. */
function resolved(directory: string, sets: readonly PatchSet[]): ProjectInspection | undefined {
  for (const root of foldersAbove(directory)) {
    const paths = namesOf(sets).map((name) => join(root, 'node_modules', name));
    const present = paths.filter((path) => existsSync(path)).map((path) => realpathSync(path));
    if (present.length === 0) continue;
    const { copies } = inspect(root, sets, [root]);
    const own = copies.filter((copy) => present.includes(copy.directory));
    if (own.length > 0) return { root, folders: [root, directory], copies: own, skipped: [] };
  }
  return undefined;
}

/** A copy of another project, or of a build output, for the message. */
function anyBelow(root: string, sets: readonly PatchSet[]): string | undefined {
  try {
    return findCopies(root, namesOf(sets)).copies[0]?.directory;
  } catch {
    // The message is about something else than a folder that cannot be read.
    return undefined;
  }
}
