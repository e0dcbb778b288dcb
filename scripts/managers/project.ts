import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PatchError } from '../../core/errors.ts';
import { managers } from './index.ts';
import { workspacesOf } from './workspaces.ts';

/** The folders into which a package manager installs. */
export interface Project {
  /** The folder with the lockfile. In a workspace, the root of the workspace. */
  root: string;
  /** The root and, in a workspace, every package. Real paths. */
  folders: string[];
}

/**
 * Finds the project that a folder is the root or a workspace package of.
 *
 * @throws {PatchError} `ERR_PATCH_USAGE` when the folder is neither, `ERR_PATCH_IO` when there is no such folder,
 *   `ERR_PATCH_CONFIG` on a package.json that cannot be read
 */
export function findProject(directory: string): Project {
  if (!existsSync(directory))
    throw new PatchError('ERR_PATCH_IO', `cannot search ${directory}`, 'it is no folder', 'Name the folder of the app');
  const root = findRoot(realpathSync(directory));
  // An image may hold the installed packages without the package.json of the app.
  const names = list(root);
  if (!['package.json', 'node_modules', '.pnp.cjs'].some((name) => names.includes(name)))
    throw notAProject(root, 'it has no package.json and no node_modules');
  return { root, folders: [root, ...workspacesOf(root)] };
}

/** @throws {PatchError} `ERR_PATCH_IO` on a folder that this user cannot read, because it may hold copies */
function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const next = 'Make it readable for this user, then run the command again';
    throw new PatchError('ERR_PATCH_IO', `cannot read ${folder}`, (error as Error).message, next, { cause: error });
  }
}

/** The folder itself or, where it is a package of a workspace, the root of that. @param directory a real path */
export function findRoot(directory: string): string {
  if (hasLockfile(directory) && existsSync(join(directory, 'package.json'))) return directory;
  for (const folder of foldersAbove(directory)) if (isPackageOf(folder, directory)) return folder;
  return directory;
}

/** The folders above one, the nearest first. */
export function foldersAbove(directory: string): string[] {
  const parent = dirname(directory);
  return parent === directory ? [] : [parent, ...foldersAbove(parent)];
}

export const hasLockfile = (directory: string): boolean =>
  managers.some(({ lockfiles }) => lockfiles.some((name) => existsSync(join(directory, name))));

function isPackageOf(root: string, directory: string): boolean {
  try {
    return workspacesOf(root).includes(directory);
  } catch {
    // A file above the project that cannot be read is not the project's.
    return false;
  }
}

/** Makes the error for a folder that is no project. It names the project that the folder is in, if any. */
export function notAProject(directory: string, why: string): PatchError {
  const around = foldersAbove(directory).find((folder) => existsSync(join(folder, 'package.json')));
  const next = around
    ? `The nearest project above it is ${around}: name that with --dir, or run the command there`
    : 'Run the command in the app, or name the app with --dir';
  return new PatchError('ERR_PATCH_USAGE', `${directory} is not a project`, why, next);
}
