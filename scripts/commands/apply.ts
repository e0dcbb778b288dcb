import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PatchError } from '../../core/errors.ts';
import { insert, loadPatchSets, type PatchSet, readPart, remove, sha256 } from '../../patching/manifest.ts';
import { type Classified, classify, type FileReport, withoutMarked } from '../disk/classify.ts';
import { type Copy, findCopies, readManifest } from '../disk/find-copies.ts';
import { pnpCopies } from '../disk/pnp.ts';
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
} from '../outcome.ts';

export interface ApplyOptions {
  /** Write nothing; say what would be done. Default `false`. */
  check?: boolean;
  /** Restore the published files and remove the added ones. Default `false`. */
  revert?: boolean;
  /** Where the patches are. Default: hangup's own `patches/`. */
  patches?: string;
}

/**
 * Patches (or reverts) one installed copy.
 *
 * @throws {PatchError} `ERR_PATCH_FOREIGN`, `ERR_PATCH_UNSUPPORTED` and `ERR_PATCH_NO_SDK` (then nothing was changed), `ERR_PATCH_IO`
 */
export function applyTo(packageDirectory: string, options: ApplyOptions = {}): CopyResult {
  const sets = loadPatchSets(options.patches);
  const names = sets.map((set) => set.package);
  const manifest = readManifest(packageDirectory, names);
  if (!manifest) throw noSdk(packageDirectory, names);
  const { results, error } = applyCopies([{ directory: realpathSync(packageDirectory), ...manifest }], sets, options);
  if (error) throw error;
  return results[0]!;
}

/** Patches (or reverts, or checks) every copy below a project's root. Never throws; all or nothing where a copy is refused. */
export function applyBelow(root: string, options: ApplyOptions = {}): Outcome {
  try {
    const sets = loadPatchSets(options.patches);
    const names = sets.map((set) => set.package);
    const { copies, skipped } = findCopies(root, names);
    const archived = pnpCopies(root, sets);
    if (copies.length + archived.length === 0) throw noSdk(root, names);
    const { results, error } = applyCopies(copies, sets, options, archived);
    const done = results.every(
      ({ state, action }) =>
        action === (options.revert ? 'reverted' : 'patched') ||
        state === target(options) ||
        (options.revert && state === 'unsupported'),
    );
    const exitCode = error ? exitCodeOf(error.code) : done ? exitCodes.ok : exitCodes.notPatched;
    return {
      ok: exitCode === exitCodes.ok,
      exitCode,
      copies: results,
      ...(skipped.length > 0 && { skipped }),
      ...(error && { error: { code: error.code, message: error.message } }),
    };
  } catch (error) {
    return failure(error);
  }
}

const target = (options: ApplyOptions) => (options.revert ? 'pristine' : 'patched');

/** @param archived copies that can be read but not written */
function applyCopies(
  copies: readonly Copy[],
  sets: readonly PatchSet[],
  options: ApplyOptions,
  archived: readonly Classified[] = [],
) {
  const setOf = (name: string) => sets.find((set) => set.package === name)!;
  const onDisk = copies.map((copy) => classify(copy, setOf(copy.name)));
  const classified = [...onDisk, ...archived];
  // A version that hangup cannot patch has nothing to revert, and must not keep the others from being reverted.
  const concerned = classified.filter((copy) => !(options.revert && copy.state === 'unsupported'));
  const unlike = concerned.filter(({ state }) => state !== target(options));
  const command = options.revert ? 'hangup init --remove' : 'hangup init';
  const error =
    refusal(concerned, (name) => Object.keys(setOf(name).versions)) ??
    refusalOfArchives(
      unlike.filter((copy) => archived.includes(copy)),
      command,
    ) ??
    refusalOfShared(
      unlike.filter(({ shared }) => shared),
      command,
    );
  // All results are computed, and their hashes checked, before the first write.
  const plans = error
    ? []
    : concerned
        .filter((copy) => onDisk.includes(copy))
        .map((copy) => plan(copy, setOf(copy.name), options.revert === true));
  if (!error && !options.check) {
    const folders = onDisk.flatMap(({ directory, files }) => files.map(({ path }) => dirname(join(directory, path))));
    write(plans.flat(), new Set(folders));
  }
  const results = classified.map((copy): CopyResult => {
    const { directory: path, name, version, state, files } = copy;
    const action = actionOn(copy, error !== undefined, options);
    const { builds = [] } = setOf(name).versions[version] ?? {};
    return {
      path,
      package: name,
      version,
      builds,
      state,
      action,
      files,
      ...(archived.includes(copy) && { archived: true }),
    };
  });
  return { results, error };
}

function actionOn({ state }: Classified, refused: boolean, options: ApplyOptions): Action {
  if (state === 'unsupported' && options.revert) return 'none';
  if (state === 'foreign' || state === 'unsupported') return 'refused';
  if (state === target(options)) return 'none';
  if (refused) return 'skipped';
  if (options.check) return options.revert ? 'would-revert' : 'would-patch';
  return options.revert ? 'reverted' : 'patched';
}

/**
 * The changes that one copy needs; none when it is as wanted. New files first, so that no hook precedes what it loads; those of
 * another release last, because they tell whose the hooks are.
 */
function plan(copy: Classified, set: PatchSet, revert: boolean): Change[] {
  const entries = set.versions[copy.version]!.files;
  const turn = ({ path, state }: FileReport) => (entries[path]!.pre !== null ? 1 : state === 'stale' ? 2 : 0);
  const files = [...copy.files].sort((a, b) => turn(a) - turn(b));
  return files.flatMap(({ path, state }): Change[] => {
    if (state === (revert ? 'pristine' : 'patched')) return [];
    const entry = entries[path]!;
    const file = join(copy.directory, path);
    if (entry.pre === null) {
      if (revert) return [{ file, content: null, hash: null }];
      return [checked(file, readPart(set, entry.source), entry.post)];
    }
    const bytes = readFileSync(file);
    const hash = revert ? entry.pre : entry.post;
    // A run in parallel may have done it since the file was classified.
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
