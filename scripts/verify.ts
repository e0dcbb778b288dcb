// The package's `hangup/verify`: importing it must be inert and cheap, hence the imports inside the function.
import { PatchError } from '../core/errors.ts';
import { loadStatus } from '../register/status.ts';
import type { CopyResult, Outcome } from './outcome.ts';

export { assertPatched } from '../overlays/foreign/mark.ts';
export { type LoadStatus, loadStatus } from '../register/status.ts';
export type { Outcome } from './outcome.ts';

export interface VerifyOptions {
  /** The project's root. Default: the working directory. */
  dir?: string;
  /**
   * Load every copy in processes of its own too, and look how it behaves: where that is not what its files say, the
   * outcome is an error. Takes about half a second a copy, at most 30 s. Default `false`.
   */
  probe?: boolean;
}

/**
 * Says whether every installed copy below a folder is patched, by the hashes of its files. Writes nothing and never
 * rejects: what cannot be read is `ok: false` with an `error`. Which of them a running app has loaded, only `assertPatched`
 * knows.
 *
 * In a thread that has `hangup/register`, a copy as published counts too, unless the thread has loaded one of its classes
 * without the patch. To see that, its ES modules are imported, which loads those that were not.
 */
export async function verify({ dir = process.cwd(), probe = false }: VerifyOptions = {}): Promise<Outcome> {
  const { applyBelow } = await import('./commands/apply.ts');
  const found = applyBelow(dir, { check: true });
  const copies: CopyResult[] = [];
  let passedBy: Outcome['error'];
  for (const copy of found.copies) {
    const isHooked = copy.state === 'pristine' && loadStatus() !== undefined;
    const bare = isHooked ? await (await import('./probe/classes.ts')).loadedBare(copy) : [];
    if (bare.length > 0) passedBy ??= errorOf(copy, bare);
    const action = copy.action === 'would-patch' ? 'none' : copy.action;
    const delivery = copy.state === 'patched' ? 'disk' : isHooked && bare.length === 0 ? 'load hook' : 'none';
    copies.push({ ...copy, action, delivery });
  }
  const outcome = judge({ ...found, copies }, passedBy);
  if (!probe) return outcome;
  const { probeAll } = await import('./probe/run.ts');
  return probeAll(outcome, dir);
}

/** @param passedBy what went past the load hook */
function judge({ error, ...found }: Outcome, passedBy: Outcome['error']): Outcome {
  // That a copy cannot be written is no matter to the load hook.
  const matters = error !== undefined && !['ERR_PATCH_ARCHIVE', 'ERR_PATCH_SHARED'].includes(error.code);
  if (!matters && found.copies.every(({ delivery }) => delivery !== 'none')) return { ...found, ok: true, exitCode: 0 };
  const reason = matters ? error : (passedBy ?? error);
  return { ...found, ...(reason && { error: reason }) };
}

function errorOf({ path, version }: CopyResult, classes: readonly string[]): { code: string; message: string } {
  const { code, message } = new PatchError(
    'ERR_PATCH_LATE',
    `${path} (${version}) was loaded without its patch`,
    `${classes.join(', ')} came before hangup/register, or past it: another loader answers, or require() loads ES modules on an old Node`,
    'Start the app with "node --import hangup/register", before other preloads, or patch the files: "npx hangup apply"',
  );
  return { code, message };
}
