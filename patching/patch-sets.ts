import { join } from 'node:path';
import { PatchError } from '../core/errors.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { packageRoot } from './package-json.ts';

/** A manifest and the folder that it was read from. */
export interface PatchSet extends Manifest {
  directory: string;
}

// The functions are not imported: an import of node:fs also loads streams and ciphers, and an app may be waiting.
const { existsSync, readdirSync, readFileSync } = process.getBuiltinModule('node:fs');

const manifestFile = 'manifest.json';

/**
 * Reads every `patches/<package>/manifest.json`, scoped packages included.
 *
 * @param patches the folder. Default: hangup's own `patches/`
 * @throws {PatchError} `ERR_PATCH_INSTALL` when there is no manifest, or one cannot be read
 */
export function loadPatchSets(patches = join(packageRoot(), 'patches')): PatchSet[] {
  return foldersWithManifest(patches).map(readPatchSet);
}

function foldersWithManifest(patches: string): string[] {
  try {
    const folders = readdirSync(patches, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) =>
        name.startsWith('@') ? readdirSync(join(patches, name)).map((sub) => join(name, sub)) : name,
      )
      .map((name) => join(patches, name))
      // SDKs without patches on disk have none.
      .filter((directory) => existsSync(join(directory, manifestFile)));
    if (folders.length === 0) throw new Error('it holds no manifest');
    return folders;
  } catch (error) {
    throw damaged(`cannot read the patches in ${patches}`, (error as Error).message);
  }
}

/**
 * Reads the manifest of one SDK.
 *
 * @param directory its folder in `patches/`
 * @throws {PatchError} `ERR_PATCH_INSTALL` when it cannot be read
 */
export function readPatchSet(directory: string): PatchSet {
  const text = readPart({ directory }, manifestFile).toString();
  try {
    return { ...parseManifest(text), directory };
  } catch (error) {
    throw damaged(`cannot read ${join(directory, manifestFile)}`, (error as Error).message);
  }
}

/**
 * Reads a file beside the manifest.
 *
 * @throws {PatchError} `ERR_PATCH_INSTALL` when it cannot be read
 */
export function readPart({ directory }: Pick<PatchSet, 'directory'>, name: string): Buffer {
  const file = join(directory, name);
  try {
    return readFileSync(file);
  } catch (error) {
    throw damaged(`cannot read ${file}`, (error as Error).message);
  }
}

/** Tells why a version of an SDK has no patch, and the next thing to do. */
export function noPatchFor(
  { package: name, versions, hangup }: Manifest,
  version: string,
): { why: string; next: string } {
  const known = Object.keys(versions);
  const newest = known.at(-1)!;
  return {
    why: `hangup ${hangup} has patches for ${known.length} versions from ${known[0]} to ${newest}, and tries none of them on ${version}`,
    next: `Run "npm install ${name}@${newest}", or "npm install hangup@latest" for a newer hangup`,
  };
}

/** Makes the error for files of hangup's own that are missing or not as they were published. */
export const damaged = (what: string, why: string) =>
  new PatchError('ERR_PATCH_INSTALL', what, why, 'The installed hangup is incomplete or damaged: install it again');
