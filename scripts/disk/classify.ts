import { lstatSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PatchError } from '../../core/errors.ts';
import { checkEntry, type FileEntry, type PatchSet, remove, sha256 } from '../../patching/manifest.ts';
import type { Copy } from './find-copies.ts';

export type FileState = 'pristine' | 'patched' | 'stale' | 'foreign';

/**
 * - `pristine`, `patched`: every file is as published, or as this hangup makes it
 * - `partial`: some of each, after an interrupted apply
 * - `stale`: it carries the runtime or the lines of another hangup release, unchanged
 * - `foreign`: a file is none of these, so nobody can say what replacing it would lose
 * - `unsupported`: no patch exists for this version
 */
export type CopyState = 'pristine' | 'patched' | 'partial' | 'stale' | 'foreign' | 'unsupported';

export interface FileReport {
  /** Relative to the package. */
  path: string;
  state: FileState;
  /** Why a foreign file is foreign. */
  reason?: string;
}

export interface Classified extends Copy {
  state: CopyState;
  files: FileReport[];
}

export function classify(copy: Copy, set: PatchSet): Classified {
  return classifyEach(copy, set, (path, entry) => classifyFile(copy.directory, path, entry));
}

/** Classifies a copy that is not on disk. @param read `undefined` for a file that is not there */
export function classifyWith(copy: Copy, set: PatchSet, read: (path: string) => Buffer | undefined): Classified {
  return classifyEach(copy, set, (path, entry) => {
    const bytes = read(path);
    return bytes === undefined ? missing(path, entry) : classifyBytes(path, entry, bytes);
  });
}

function classifyEach(copy: Copy, set: PatchSet, each: (path: string, entry: FileEntry) => FileReport): Classified {
  const entries = set.versions[copy.version]?.files;
  if (!entries) return { ...copy, state: 'unsupported', files: [] };
  checkEntry(set, copy.version);
  const found = Object.entries(entries).map(([path, entry]) => each(path, entry));
  // Where the runtime is of another release, the lines are; beside this one's, somebody has edited them.
  const isOther = found.some(({ state }) => state === 'stale');
  const files = found.map(
    (file): FileReport => (isOther && file.reason === otherLines ? { path: file.path, state: 'stale' } : file),
  );
  return { ...copy, state: stateOf(files), files };
}

const otherLines = 'carries lines of hangup, and not those of this release';

function stateOf(files: FileReport[]): CopyState {
  const states = new Set(files.map((file) => file.state));
  if (states.has('foreign')) return 'foreign';
  if (states.has('stale')) return 'stale';
  if (states.size > 1) return 'partial';
  return states.has('patched') ? 'patched' : 'pristine';
}

function classifyFile(directory: string, path: string, entry: FileEntry): FileReport {
  const foreign = (reason: string) => foreignFile(path, reason);
  const file = join(directory, path);
  try {
    // Replacing a link, or writing below a linked folder, would change files of somebody else.
    if (isBehindLink(directory, dirname(file))) return foreign('lies behind a symbolic link');
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (!stat) return missing(path, entry);
    if (stat.isSymbolicLink()) return foreign('is a symbolic link');
    if (!stat.isFile()) return foreign('is not a file');
    return classifyBytes(path, entry, readFileSync(file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A run in parallel removed it between two looks.
    if (code === 'ENOENT') return classifyFile(directory, path, entry);
    if (code === 'ENOTDIR') return foreign('lies below something that is not a folder');
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

function classifyBytes(path: string, entry: FileEntry, bytes: Buffer): FileReport {
  const hash = sha256(bytes);
  if (hash === entry.post) return { path, state: 'patched' };
  if (hash === entry.pre) return { path, state: 'pristine' };
  const hashOfLines = bytes.includes('\r\n') ? sha256(withoutCarriageReturns(bytes)) : hash;
  if ([entry.post, entry.pre].includes(hashOfLines))
    return foreignFile(path, 'has CRLF line ends, which git or an editor has put in');
  if (entry.pre === null) {
    const seal = readSeal(bytes);
    if (seal === 'whole') return { path, state: 'stale' };
    return foreignFile(path, seal === 'broken' ? 'was changed after hangup wrote it' : 'is not a file of hangup');
  }
  if (sha256(remove(bytes, entry.insertions)) === entry.post) return foreignFile(path, 'carries the patch twice');
  if (sha256(withoutMarked(bytes)) === entry.pre) return foreignFile(path, otherLines);
  if (bytes.includes('hangup')) return foreignFile(path, 'is marked as patched, and is not what hangup makes of it');
  return foreignFile(path, 'is neither the published file nor the patched one');
}

/**
 * What was published, of a file that carries the lines of another release: every line that hangup adds says so. Whether that
 * is all there is to it, only the published file's hash can tell.
 */
export function withoutMarked(bytes: Buffer): Buffer {
  const text = bytes
    .toString('latin1')
    .replace(/^.*\/\/ Changed by hangup: this line was added to the published file\.\n/gm, '')
    .replace(/^ *\/\* Changed by hangup: the line as it was published\.\n(.*\n) *\*\/\n/gm, '$1');
  return Buffer.from(text, 'latin1');
}

const withoutCarriageReturns = (bytes: Buffer) =>
  Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');

const foreignFile = (path: string, reason: string): FileReport => ({ path, state: 'foreign', reason });

const missing = (path: string, entry: FileEntry): FileReport =>
  entry.pre === null ? { path, state: 'pristine' } : foreignFile(path, 'is missing');

/**
 * A generated file names hangup's version and the hash of what follows in its first line (see `seal`). One that agrees
 * with itself but is not ours comes from another release; one that was edited does not agree and stays foreign.
 */
function readSeal(bytes: Buffer): 'whole' | 'broken' | undefined {
  const end = bytes.indexOf('\n') + 1;
  const match = sealPattern.exec(bytes.toString('utf8', 0, end));
  return match === null ? undefined : match[1] === sha256(bytes.subarray(end)) ? 'whole' : 'broken';
}

const sealPattern = /^\/\*! hangup \d\S* \(MIT\)\. SHA-256 of what follows this line: ([0-9a-f]{64}) \*\/\n$/;

/** Puts that first line before a generated file. */
export const seal = (version: string, text: string): string =>
  `/*! hangup ${version} (MIT). SHA-256 of what follows this line: ${sha256(text)} */\n${text}`;
