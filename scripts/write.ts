import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PatchError } from '../core/errors.ts';
import { sha256 } from './manifest.ts';

/** One file to put in place (`content`), or to remove (`null`). `hash` is what must be on disk afterwards. */
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

/**
 * Writes everything beside its target first, then renames. A rename replaces the name and not the bytes, so a hard-linked
 * file in another project or in a package store keeps its content. Several renames are not a transaction: after a kill in
 * between, the tree is `partial`, and the next run heals it.
 *
 * @param folders where a killed run may have left something
 * @throws {PatchError} `ERR_PATCH_IO`; temporary files are gone then
 */
export function write(changes: readonly Change[], folders: Iterable<string>): void {
  const staged: Staged[] = [];
  try {
    for (const folder of folders) removeDebris(folder);
    for (const change of changes) {
      if (!change.content) continue;
      const { file } = change;
      const one = { ...change, content: change.content, temporary: temporaryFor(file), mode: modeOf(file) };
      staged.push(one);
      persist(() => stage(one));
    }
    for (const change of staged) {
      persist((attempt) => {
        // A run in another container, which cannot see that our pid is alive, took the file for debris.
        if (attempt > 1) stage(change);
        renameSync(change.temporary, change.file);
      });
    }
    // Removals come last: until then the files that are restored may still be loaded with what they refer to.
    for (const { file, content } of changes) if (!content) rmSync(file, { force: true });
    for (const { file, content } of changes) if (!content) removeEmpty(dirname(file));
  } catch (error) {
    for (const { temporary, file } of staged) {
      rmSync(temporary, { force: true });
      removeEmpty(dirname(file));
    }
    throw failed(error);
  }
  for (const { file, hash } of changes) if (hash !== null) confirm(file, hash);
}

/** Removes what a killed run left behind. A temporary file whose process is alive belongs to a run in parallel. */
function removeDebris(folder: string): void {
  for (const name of listNames(folder)) {
    const pid = temporaryName.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) rmSync(join(folder, name), { force: true });
  }
  removeEmpty(folder);
}

function stage({ file, temporary, content, mode }: Staged): void {
  const folder = dirname(file);
  const owner = lstatSync(file, { throwIfNoEntry: false }) ?? lstatSync(dirname(folder));
  // root patching the tree of another user must not take files over; others cannot change an owner, nor need to.
  const keepOwner = (path: string) => process.getuid?.() === 0 && chownSync(path, owner.uid, owner.gid);
  if (mkdirSync(folder, { recursive: true })) keepOwner(folder);
  writeFileSync(temporary, content, { flag: 'wx', mode: 0o600 });
  keepOwner(temporary);
  chmodSync(temporary, mode);
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
  if (sha256(readFileSync(file)) === hash) return;
  const next = 'Run the command again; if it fails again, reinstall the package';
  throw new PatchError('ERR_PATCH_IO', `${file} is not what was written`, 'something else changed it meanwhile', next);
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

function failed(error: unknown): PatchError {
  const next = 'Nothing half-written is left; remove the cause, then run the command again';
  return new PatchError('ERR_PATCH_IO', 'cannot write', (error as Error).message, next, { cause: error });
}
