import { sha256 } from './hashes.ts';
import { remove } from './insert.ts';
import type { FileEntry } from './manifest.ts';
import { withoutMarked } from './notice.ts';
import { readSeal } from './seal.ts';

export type FileState = 'pristine' | 'patched' | 'stale' | 'foreign';

/**
 * - `pristine`, `patched`: every file is as published, or as this hangup makes it
 * - `partial`: some files are the one and some the other, after an interrupted apply
 * - `stale`: the copy carries the runtime or the lines of another hangup release, unchanged
 * - `foreign`: a file is none of these, so nobody can say what replacing it would lose
 * - `unsupported`: no patch exists for this version
 */
export type CopyState = 'pristine' | 'patched' | 'partial' | 'stale' | 'foreign' | 'unsupported';

export interface FileReport {
  /** Relative to the package. */
  path: string;
  state: FileState;
  /** The reason why a foreign file is foreign. */
  reason?: string;
}

export interface Classification {
  state: CopyState;
  files: FileReport[];
}

const otherLines = 'carries lines of hangup, and not those of this release';

/**
 * Classifies a copy.
 *
 * @param entries the files that a patch concerns; `undefined` for a version without a patch
 * @param report classifies one of these files
 */
export function classify(
  entries: Readonly<Record<string, FileEntry>> | undefined,
  report: (path: string, entry: FileEntry) => FileReport,
): Classification {
  if (entries === undefined) return { state: 'unsupported', files: [] };
  const found = Object.entries(entries).map(([path, entry]) => report(path, entry));
  // Lines of another release belong to its runtime. Beside the runtime of this release, somebody has edited them.
  const isStale = found.some(({ state }) => state === 'stale');
  const files = found.map(
    (file): FileReport => (isStale && file.reason === otherLines ? { path: file.path, state: 'stale' } : file),
  );
  return { state: stateOf(files), files };
}

function stateOf(files: readonly FileReport[]): CopyState {
  const states = new Set(files.map((file) => file.state));
  if (states.has('foreign')) return 'foreign';
  if (states.has('stale')) return 'stale';
  if (states.size > 1) return 'partial';
  return states.has('patched') ? 'patched' : 'pristine';
}

/**
 * Classifies one file by its bytes.
 *
 * @param bytes `undefined` for a file that is not there
 */
export function classifyBytes(path: string, entry: FileEntry, bytes: Buffer | undefined): FileReport {
  const isNew = entry.pre === null;
  if (bytes === undefined) return isNew ? { path, state: 'pristine' } : foreign(path, 'is missing');
  const hash = sha256(bytes);
  if (hash === entry.post) return { path, state: 'patched' };
  if (hash === entry.pre) return { path, state: 'pristine' };
  const hashOfLines = bytes.includes('\r\n') ? sha256(withoutCarriageReturns(bytes)) : hash;
  if ([entry.post, entry.pre].includes(hashOfLines))
    return foreign(path, 'has CRLF line ends, which git or an editor has put in');
  if (isNew) {
    const seal = readSeal(bytes);
    if (seal === 'whole') return { path, state: 'stale' };
    return foreign(path, seal === 'broken' ? 'was changed after hangup wrote it' : 'is not a file of hangup');
  }
  if (sha256(remove(bytes, entry.insertions)) === entry.post) return foreign(path, 'carries the patch twice');
  if (sha256(withoutMarked(bytes)) === entry.pre) return foreign(path, otherLines);
  if (bytes.includes('hangup')) return foreign(path, 'is marked as patched, and is not what hangup makes of it');
  return foreign(path, 'is neither the published file nor the patched one');
}

/** Reports a file that hangup must not replace. */
export const foreign = (path: string, reason: string): FileReport => ({ path, state: 'foreign', reason });

const withoutCarriageReturns = (bytes: Buffer) =>
  Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
