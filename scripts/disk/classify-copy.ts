import { lstatSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PatchError } from '../../core/errors.ts';
import { type Classification, classify, classifyBytes, type FileReport, foreign } from '../../patching/classify.ts';
import type { FileEntry, VersionEntry } from '../../patching/manifest.ts';

/**
 * Classifies a copy on disk.
 *
 * @param version the manifest's entry for the copy's version; `undefined` for a version without a patch
 * @throws {PatchError} `ERR_PATCH_IO` when a file cannot be read
 */
export const classifyCopy = (directory: string, version: VersionEntry | undefined): Classification =>
  classify(version?.files, (path, entry) => classifyFile(directory, path, entry));

function classifyFile(directory: string, path: string, entry: FileEntry): FileReport {
  const file = join(directory, path);
  try {
    // Replacing a link, or writing below a linked folder, would change files of somebody else.
    if (isBehindLink(directory, dirname(file))) return foreign(path, 'lies behind a symbolic link');
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (!stat) return classifyBytes(path, entry, undefined);
    if (stat.isSymbolicLink()) return foreign(path, 'is a symbolic link');
    if (!stat.isFile()) return foreign(path, 'is not a file');
    return classifyBytes(path, entry, readFileSync(file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A run in parallel removed the file between two looks.
    if (code === 'ENOENT') return classifyFile(directory, path, entry);
    if (code === 'ENOTDIR') return foreign(path, 'lies below something that is not a folder');
    const next = 'Make it readable for this user, then run the command again';
    throw new PatchError('ERR_PATCH_IO', `cannot read ${file}`, message, next, { cause: error });
  }
}

/** Whether a folder below the package is a link, a dangling one too, or below one. A folder that is not there is none. */
function isBehindLink(directory: string, folder: string): boolean {
  if (folder === directory) return false;
  return (
    lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true || isBehindLink(directory, dirname(folder))
  );
}
