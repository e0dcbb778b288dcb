import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PatchError } from '../../core/errors.ts';
import { sha256 } from '../../patching/hashes.ts';
import { writeError } from './write-error.ts';

/** One file to put in place (`content`), or to remove (`null`). `hash` is the one that the file must have afterwards. */
export interface Change {
  /** Absolute. */
  file: string;
  content: Buffer | null;
  hash: string | null;
}

interface Staged extends Change {
  content: Buffer;
  temporary: string;
  mode: number;
}

const temporaryName = /^\.hangup-(\d+)-[0-9a-f-]+\.tmp$/;

/** No run takes that long, in ms. A longer one would write again what was taken from it. */
const longestRun = 60_000;

/**
 * Writes every file beside its target first, then renames. A rename replaces the name and not the bytes, so a hard-linked
 * file in another project or in a package store keeps its content. Several renames are not a transaction: after a kill in
 * between, the tree is `partial`, and the next run heals it.
 *
 * @param folders the folders in which a killed run may have left something
 * @throws {PatchError} `ERR_PATCH_IO`; temporary files are gone then
 */
export function write(changes: readonly Change[], folders: Iterable<string>): void {
  const staged: Staged[] = [];
  let place = '';
  let done = 0;
  try {
    for (const folder of folders) {
      place = folder;
      removeDebris(folder);
    }
    for (const change of changes) {
      if (!change.content) continue;
      const { file } = change;
      place = dirname(file);
      const one = { ...change, content: change.content, temporary: temporaryFor(file), mode: modeOf(file) };
      staged.push(one);
      persist(() => stage(one));
    }
    for (const change of staged) {
      place = dirname(change.file);
      persist((attempt) => {
        // A run in another container, which cannot see that our pid is alive, took the file for debris.
        if (attempt > 1) stage(change);
        renameSync(change.temporary, change.file);
      });
      done += 1;
    }
    // Removals come last: until then a file that is yet to be restored can still be loaded with the files it refers to.
    for (const { file, content } of changes) {
      if (content) continue;
      place = dirname(file);
      rmSync(file, { force: true });
      done += 1;
    }
    for (const { file, content } of changes) if (!content) removeEmpty(dirname(file));
  } catch (error) {
    discard(staged);
    throw writeError(error as NodeJS.ErrnoException, place, done, changes.length);
  }
  for (const { file, hash } of changes) if (hash !== null) confirm(file, hash);
}

/** Removes temporary files. One that cannot be removed is left to the next run: the cause is worth more than a second error. */
function discard(staged: readonly Staged[]): void {
  for (const { temporary, file } of staged) {
    try {
      rmSync(temporary, { force: true });
      removeEmpty(dirname(file));
    } catch {}
  }
}

/** Removes the temporary files of a killed run. A temporary file whose process is alive belongs to a run in parallel. */
function removeDebris(folder: string): void {
  for (const name of listNames(folder)) {
    const pid = temporaryName.exec(name)?.[1];
    const file = join(folder, name);
    // Pids are used again: the first process of every container has the same.
    if (pid && (!isAlive(Number(pid)) || isOld(file))) rmSync(file, { force: true });
  }
  removeEmpty(folder);
}

function stage({ file, temporary, content, mode }: Staged): void {
  const folder = dirname(file);
  // Windows has neither such owners nor a umask.
  if (mkdirSync(folder, { recursive: true }) && process.getuid) {
    const parent = lstatSync(dirname(folder));
    withOpen(folder, constants.O_DIRECTORY | constants.O_NOFOLLOW, (descriptor) =>
      own(descriptor, parent, parent.mode),
    );
  }
  const owner = lstatSync(file, { throwIfNoEntry: false }) ?? lstatSync(dirname(folder));
  withOpen(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, (descriptor) => {
    writeFileSync(descriptor, content);
    own(descriptor, owner, mode);
  });
}

/**
 * Gives a file or folder its owner and mode. When root patches the tree of another user, it must not take files over, nor keep
 * that user out of a new folder by its umask. A descriptor is used, because that user could put a link in the place of the
 * path meanwhile, and would be given the file that it leads to.
 */
function own(descriptor: number, owner: Stats, mode: number): void {
  // Users other than root cannot change an owner, nor need to.
  if (process.getuid?.() === 0) courtesy(() => fchownSync(descriptor, owner.uid, owner.gid));
  courtesy(() => fchmodSync(descriptor, mode & 0o7777));
}

/**
 * Does what may be refused: a root in a container may not give files away, and network and Windows file systems have no owners or
 * modes. The file is written all the same.
 */
function courtesy(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!['EPERM', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
  }
}

function withOpen(path: string, flags: number, use: (descriptor: number) => void): void {
  const descriptor = openSync(path, flags, 0o600);
  try {
    use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Tries again when a folder or file has vanished: a run in parallel tidied it away. */
function persist(action: (attempt: number) => void): void {
  for (let attempt = 1; ; attempt++) {
    try {
      action(attempt);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === 5) throw error;
    }
  }
}

function removeEmpty(directory: string): void {
  try {
    if (listNames(directory).length === 0) rmdirSync(directory);
  } catch (error) {
    // A run in parallel removed it, or put something into it.
    if (!['ENOENT', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function confirm(file: string, hash: string): void {
  let why = 'something else changed it meanwhile';
  try {
    if (sha256(readFileSync(file)) === hash) return;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') why = message;
  }
  const next = 'Run the command again; if it fails again, reinstall the package';
  throw new PatchError('ERR_PATCH_IO', `${file} is not what was written`, why, next);
}

// The pid tells debris from work in progress; the rest keeps apart the threads of one process.
const temporaryFor = (file: string): string => join(dirname(file), `.hangup-${process.pid}-${crypto.randomUUID()}.tmp`);

const modeOf = (file: string): number => (lstatSync(file, { throwIfNoEntry: false })?.mode ?? 0o644) & 0o7777;

function listNames(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function isOld(file: string): boolean {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > longestRun;
}
