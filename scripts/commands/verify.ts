import { PatchError } from '../../core/errors.ts';
import { loadPatchSets } from '../../patching/patch-sets.ts';
import type { Classified } from '../disk/inspect.ts';
import { inspectProject, type ProjectInspection } from '../disk/inspect-project.ts';
import {
  exitCodeOf,
  exitCodes,
  failure,
  type Outcome,
  refusal,
  refusalOfArchives,
  refusalOfShared,
  resultOf,
} from '../outcome.ts';
import type { LoadedByShape } from '../probe/loaded-by-shape.ts';

/**
 * Says whether every copy of the project that a folder belongs to is patched, on disk or by the load hook of this thread.
 * Never rejects.
 *
 * @param isHooked whether this thread has `hangup/register`
 * @param recursive look into every folder below, of other projects too
 */
export async function verifyBelow(directory: string, isHooked: boolean, recursive: boolean): Promise<Outcome> {
  try {
    const shaped = isHooked ? await loadedByShape() : [];
    const { root, copies, skipped } = inspectUnless(shaped.length > 0, directory, recursive);
    const results = shaped.map(({ result }) => result);
    const late = shaped.filter(({ bare }) => bare.length > 0).map(({ result, bare }) => loadedLate(result, bare));
    for (const copy of copies) {
      const bare = isHooked && copy.state === 'pristine' ? await loadedBare(copy) : undefined;
      if (bare !== undefined && bare.length > 0) late.push(loadedLate({ ...copy, path: copy.directory }, bare, onDisk));
      const delivery = copy.state === 'patched' ? 'disk' : bare?.length === 0 ? 'load hook' : 'none';
      results.push({ ...resultOf(copy, 'none'), delivery });
    }
    const isDelivered = results.every(({ delivery }) => delivery !== 'none');
    const error = refusal(copies, root, '') ?? (isDelivered ? undefined : (late[0] ?? refusalToWrite(copies)));
    const exitCode = error ? exitCodeOf(error.code) : isDelivered ? exitCodes.ok : exitCodes.notPatched;
    return {
      ok: exitCode === exitCodes.ok,
      exitCode,
      root,
      copies: results,
      ...(skipped.length > 0 && { skipped }),
      ...(error && { error: { code: error.code, message: error.message } }),
    };
  } catch (error) {
    return failure(error);
  }
}

/** @param isEnough a project without a copy of an SDK that has patches is no error: other SDKs are in use */
function inspectUnless(isEnough: boolean, directory: string, recursive: boolean): Omit<ProjectInspection, 'folders'> {
  try {
    return inspectProject(directory, loadPatchSets(), recursive);
  } catch (error) {
    if (!isEnough || (error as PatchError).code !== 'ERR_PATCH_NO_SDK') throw error;
    return { root: directory, copies: [], skipped: [] };
  }
}

async function loadedByShape(): Promise<LoadedByShape[]> {
  const module = await import('../probe/loaded-by-shape.ts');
  return module.loadedByShape();
}

/** Names the classes of a copy that went past the load hook. */
async function loadedBare({ name, directory, version }: Classified): Promise<string[]> {
  const classes = await import('../probe/classes.ts');
  return classes.loadedBare({ package: name, version, path: directory });
}

/** @param remedy another one than to begin with the load hook */
function loadedLate(
  { path, version }: { path: string; version: string },
  classes: readonly string[],
  remedy = '',
): PatchError {
  return new PatchError(
    'ERR_PATCH_LATE',
    `${path} (${version}) was loaded without its patch`,
    `${classes.join(', ')} came before hangup/register, or past it: another loader answers, or require() loads ES modules on an old Node`,
    `Start the app with "node --import hangup/register", before other preloads${remedy}`,
  );
}

const onDisk = ', or run "npx hangup apply" to patch the files';

/** Says why `hangup apply` could not patch a copy either. */
function refusalToWrite(copies: readonly Classified[]): PatchError | undefined {
  const bare = copies.filter(({ state }) => state !== 'patched');
  return (
    refusalOfArchives(
      bare.filter(({ archived }) => archived),
      'hangup init',
      '',
    ) ??
    refusalOfShared(
      bare.filter(({ shared }) => shared),
      'hangup init',
      '',
    )
  );
}
