import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PatchError } from '../../core/errors.ts';
import type { FileReport } from '../../patching/classify.ts';
import { sha256 } from '../../patching/hashes.ts';
import { insert, remove } from '../../patching/insert.ts';
import { withoutMarked } from '../../patching/notice.ts';
import { loadPatchSets, readPart } from '../../patching/patch-sets.ts';
import { findCaches } from '../disk/caches.ts';
import { type Classified, inspectFolder, namesOf } from '../disk/inspect.ts';
import { inspectProject } from '../disk/inspect-project.ts';
import { type Change, write } from '../disk/write.ts';
import {
  type Action,
  type CopyResult,
  exitCodeOf,
  exitCodes,
  failure,
  noSdk,
  type Outcome,
  refusal,
  refusalOfArchives,
  refusalOfShared,
  resultOf,
} from '../outcome.ts';

export interface ApplyOptions {
  /** Write nothing; say what would be done. Default `false`. */
  check?: boolean;
  /** Restore the published files and remove the added ones. Default `false`. */
  revert?: boolean;
  /** Look into every folder below, of other projects too. Default `false`. */
  recursive?: boolean;
  /** The folder of the patches. Default: hangup's own `patches/`. */
  patches?: string;
}

/**
 * Patches (or reverts) one installed copy.
 *
 * @throws {PatchError} `ERR_PATCH_FOREIGN`, `ERR_PATCH_UNSUPPORTED` and `ERR_PATCH_NO_SDK` (then nothing was changed), `ERR_PATCH_IO`
 */
export function applyTo(packageDirectory: string, options: ApplyOptions = {}): CopyResult {
  const sets = loadPatchSets(options.patches);
  const copy = inspectFolder(packageDirectory, sets);
  if (copy === undefined) throw noSdk(packageDirectory, namesOf(sets));
  const { results, error } = applyToAll([copy], packageDirectory, options);
  if (error) throw error;
  return results[0]!;
}

/**
 * Patches (or reverts, or checks) every copy of the project that a folder belongs to. Never throws. When one copy is refused,
 * no copy is changed.
 */
export function applyBelow(directory: string, options: ApplyOptions = {}): Outcome {
  try {
    const sets = loadPatchSets(options.patches);
    const { root, folders, copies, skipped } = inspectProject(directory, sets, options.recursive === true);
    const { results, error } = applyToAll(copies, root, options);
    const done = results.every(
      ({ state, action }) =>
        action === (options.revert ? 'reverted' : 'patched') ||
        state === wanted(options) ||
        (options.revert && state === 'unsupported'),
    );
    const isWritten = results.some(({ action }) => action === 'patched' || action === 'reverted');
    const caches = isWritten ? findCaches(folders) : [];
    const exitCode = error ? exitCodeOf(error.code) : done ? exitCodes.ok : exitCodes.notPatched;
    return {
      ok: exitCode === exitCodes.ok,
      exitCode,
      root,
      copies: results,
      ...(skipped.length > 0 && { skipped }),
      ...(caches.length > 0 && { caches }),
      ...(error && { error: { code: error.code, message: error.message } }),
    };
  } catch (error) {
    return failure(error);
  }
}

const wanted = (options: ApplyOptions) => (options.revert ? 'pristine' : 'patched');

function applyToAll(copies: readonly Classified[], root: string, options: ApplyOptions) {
  // A version that hangup cannot patch has nothing to revert, and must not keep the others from being reverted.
  const concerned = copies.filter((copy) => !(options.revert && copy.state === 'unsupported'));
  const unlike = concerned.filter(({ state }) => state !== wanted(options));
  const command = options.revert ? 'hangup init --remove' : 'hangup init';
  const error =
    refusal(concerned, root) ??
    refusalOfArchives(
      unlike.filter(({ archived }) => archived),
      command,
    ) ??
    refusalOfShared(
      unlike.filter(({ shared }) => shared),
      command,
    );
  if (!error) {
    const onDisk = copies.filter(({ archived }) => !archived);
    // All results are computed, and their hashes checked, before the first write.
    const changes = onDisk.flatMap((copy) => (concerned.includes(copy) ? plan(copy, options.revert === true) : []));
    const folders = onDisk.flatMap(({ directory, files }) => files.map(({ path }) => dirname(join(directory, path))));
    if (!options.check) write(changes, new Set(folders));
  }
  return { results: copies.map((copy) => resultOf(copy, actionOn(copy, error !== undefined, options))), error };
}

function actionOn({ state }: Classified, refused: boolean, options: ApplyOptions): Action {
  if (state === 'unsupported' && options.revert) return 'none';
  if (state === 'foreign' || state === 'unsupported') return 'refused';
  if (state === wanted(options)) return 'none';
  if (refused) return 'skipped';
  if (options.check) return options.revert ? 'would-revert' : 'would-patch';
  return options.revert ? 'reverted' : 'patched';
}

/**
 * Computes the changes that one copy needs; none when it is as wanted. New files come first, so that no hook precedes the file
 * that it loads. New files of another release come last, because they tell whose the hooks are.
 */
function plan({ directory, version, files, set }: Classified, revert: boolean): Change[] {
  const entries = set.versions[version]!.files;
  const turn = ({ path, state }: FileReport) => (entries[path]!.pre !== null ? 1 : state === 'stale' ? 2 : 0);
  const inOrder = [...files].sort((a, b) => turn(a) - turn(b));
  return inOrder.flatMap(({ path, state }): Change[] => {
    if (state === 'missing' || state === (revert ? 'pristine' : 'patched')) return [];
    const entry = entries[path]!;
    const file = join(directory, path);
    if (entry.pre === null) {
      if (revert) return [{ file, content: null, hash: null }];
      return [checked(file, readPart(set, entry.source), entry.post)];
    }
    const bytes = readFileSync(file);
    const hash = revert ? entry.pre : entry.post;
    // A run in parallel may have changed the file since it was classified.
    if (sha256(bytes) === hash) return [];
    const pristine =
      state === 'stale' ? withoutMarked(bytes) : state === 'patched' ? remove(bytes, entry.insertions) : bytes;
    return [checked(file, revert ? pristine : insert(pristine, entry.insertions), hash)];
  });
}

function checked(file: string, content: Buffer, hash: string): Change {
  if (sha256(content) === hash) return { file, content, hash };
  throw new PatchError(
    'ERR_PATCH_INSTALL',
    `the patch of ${file} gives an unexpected result`,
    'the installed hangup is damaged, or the file changed while it was read',
    'Run the command again; if it fails again, reinstall hangup',
  );
}
