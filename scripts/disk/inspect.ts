import { realpathSync } from 'node:fs';
import { type Classification, classify, classifyBytes } from '../../patching/classify.ts';
import type { PatchSet } from '../../patching/patch-sets.ts';
import { classifyCopy } from './classify-copy.ts';
import { type Copy, findCopies, readManifest } from './find-copies.ts';
import { readArchives } from './pnp.ts';

/** An installed copy, and what its files say. */
export interface Classified extends Copy, Classification {
  /** The patches for the package. */
  set: PatchSet;
  /** It is in an archive of Yarn Plug'n'Play, which hangup can read but not write. */
  archived?: true;
}

export interface Inspection {
  copies: Classified[];
  /** Source folders that could not be read, hence not searched. */
  skipped: string[];
}

/**
 * Finds and classifies copies: those in folders, and those in the archives of Yarn Plug'n'Play. It writes nothing.
 *
 * @param folders the folders with a node_modules to look into. Default: every folder below the root
 * @throws {PatchError} `ERR_PATCH_IO` when something cannot be read
 */
export function inspect(root: string, sets: readonly PatchSet[], folders?: readonly string[]): Inspection {
  const { copies, skipped } = findCopies(root, namesOf(sets), folders);
  const archived = readArchives(root, sets).map(({ read, ...copy }): Classified => {
    const set = setOf(copy, sets);
    const classified = classify(set.versions[copy.version]?.files, (path, entry) =>
      classifyBytes(path, entry, read(path)),
    );
    return { ...copy, ...classified, set, archived: true };
  });
  return { copies: [...copies.map((copy) => onDisk(copy, sets)), ...archived], skipped };
}

/**
 * Classifies the copy in one folder.
 *
 * @returns `undefined` when the folder holds none of the packages
 * @throws {PatchError} `ERR_PATCH_IO` when a file cannot be read
 */
export function inspectFolder(directory: string, sets: readonly PatchSet[]): Classified | undefined {
  const manifest = readManifest(directory, namesOf(sets));
  return manifest && onDisk({ directory: realpathSync(directory), ...manifest }, sets);
}

/** The packages that the patches are for. */
export const namesOf = (sets: readonly PatchSet[]): string[] => sets.map((set) => set.package);

function onDisk(copy: Copy, sets: readonly PatchSet[]): Classified {
  const set = setOf(copy, sets);
  return { ...copy, ...classifyCopy(copy.directory, set.versions[copy.version]), set };
}

const setOf = ({ name }: Copy, sets: readonly PatchSet[]): PatchSet => sets.find((set) => set.package === name)!;
