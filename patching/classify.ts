import { sha256 } from './hashes.ts';
import { remove } from './insert.ts';
import type { FileEntry } from './manifest.ts';
import { withoutMarked } from './notice.ts';
import { readSeal } from './seal.ts';

/** `missing`: a build or an image was made without this file. A file that is not there cannot be loaded without its patch. */
export type FileState = 'pristine' | 'patched' | 'stale' | 'foreign' | 'missing';

/**
 * - `pristine`, `patched`: every file is as published, or as this hangup makes it
 * - `partial`: some files are the one and some the other, after an interrupted apply
 * - `stale`: the copy carries the runtime or the lines of another hangup release, unchanged
 * - `foreign`: a file is none of these, so nobody can say what replacing it would lose
 * - `unsupported`: no patch exists for this version
 *
 * A file that is missing has no say in the state of its copy.
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

/** The reason for an added file whose patch file has CRLF line ends. Another install brings the same bytes. */
export const lineEndsOfPatch = 'has CRLF line ends, which come from its patch file';
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
  const isNeeded = neededBy(found, entries);
  const files = found.map(({ path, state, reason }): FileReport => {
    if (isStale && reason === otherLines) return { path, state: 'stale' };
    if (state === 'pristine' && entries[path]!.pre === null && !isNeeded(path)) return { path, state: 'missing' };
    return { path, state, ...(reason !== undefined && { reason }) };
  });
  return { state: stateOf(files), files };
}

/**
 * Tells which of the files that hangup adds the other files of a copy need. A build takes only the files along that its code
 * loads: no declarations, and without ES modules not the module that only these import.
 */
function neededBy(files: readonly FileReport[], entries: Readonly<Record<string, FileEntry>>) {
  const published = Object.values(entries).filter((entry) => entry.pre !== null);
  const present = files.flatMap(({ path, state }) => (state === 'missing' ? [] : entries[path]!));
  return (path: string): boolean => {
    const users = published.filter(({ insertions }) => insertions.some(({ text }) => text.includes(path)));
    const isForModules = users.length > 0 && users.every(({ format }) => format === 'esm');
    const isCode = entries[path]!.format !== undefined;
    return present.some(
      ({ pre, format }) =>
        pre !== null && (isForModules ? format === 'esm' : isCode ? format !== undefined : format === undefined),
    );
  };
}

function stateOf(files: readonly FileReport[]): CopyState {
  const states = new Set(files.map((file) => file.state));
  if (states.has('foreign')) return 'foreign';
  if (states.has('stale')) return 'stale';
  states.delete('missing');
  if (states.size > 1) return 'partial';
  // A copy in which every file is missing has nothing left to patch.
  return states.has('pristine') ? 'pristine' : 'patched';
}

/**
 * Classifies one file by its bytes.
 *
 * @param bytes `undefined` for a file that is not there
 */
export function classifyBytes(path: string, entry: FileEntry, bytes: Buffer | undefined): FileReport {
  const isNew = entry.pre === null;
  if (bytes === undefined) return { path, state: isNew ? 'pristine' : 'missing' };
  const hash = sha256(bytes);
  if (hash === entry.post) return { path, state: 'patched' };
  if (hash === entry.pre) return { path, state: 'pristine' };
  const hashOfLines = bytes.includes('\r\n') ? sha256(withoutCarriageReturns(bytes)) : hash;
  if ([entry.post, entry.pre].includes(hashOfLines))
    return foreign(path, isNew ? lineEndsOfPatch : 'has CRLF line ends, which git or an editor has put in');
  if (isNew) {
    const seal = readSeal(bytes);
    if (seal === 'whole') return { path, state: 'stale' };
    return foreign(path, seal === 'broken' ? 'was changed after hangup wrote it' : 'is not a file of hangup');
  }
  if (sha256(remove(bytes, entry.insertions)) === entry.post) return foreign(path, 'carries the patch twice');
  if (sha256(withoutMarked(bytes)) === entry.pre) return foreign(path, otherLines);
  if (bytes.includes('hangup')) return foreign(path, 'carries the mark of hangup and other changes');
  return foreign(path, 'is neither the published file nor the patched one');
}

/** Reports a file that hangup must not replace. */
export const foreign = (path: string, reason: string): FileReport => ({ path, state: 'foreign', reason });

const withoutCarriageReturns = (bytes: Buffer) =>
  Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
