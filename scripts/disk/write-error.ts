import { existsSync, lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { PatchError } from '../../core/errors.ts';

/**
 * Makes the error for files that could not be written.
 *
 * @param place the folder
 * @param done how many of the changes had been made
 */
export function writeError(error: NodeJS.ErrnoException, place: string, done: number, all: number): PatchError {
  const state = done === 0 ? 'nothing was changed' : `${done} of ${all} files are done`;
  return new PatchError(
    'ERR_PATCH_IO',
    `cannot write in ${place}; ${state}`,
    error.message,
    `${remedyFor(error.code, place)}, then run the command again`,
    { cause: error },
  );
}

function remedyFor(code: string | undefined, place: string): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'Free some space on that disk';
  if (code === 'EROFS')
    return 'That disk is read-only: start the app with "node --import hangup/register", which writes nothing, or make it writable (as it is when an image is built)';
  if (code !== 'EACCES' && code !== 'EPERM') return 'Remove the cause';
  return `Make that folder writable, or become its owner${ownerOf(place)}`;
}

function ownerOf(folder: string): string {
  // Windows has none.
  if (process.getuid === undefined) return '';
  try {
    // A folder that could not be made has no owner yet.
    const { uid } = lstatSync(existsSync(folder) ? folder : dirname(folder));
    return ` (uid ${uid})`;
  } catch {
    return '';
  }
}
