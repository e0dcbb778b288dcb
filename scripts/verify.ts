// The package's `hangup/verify`: importing it must be inert and cheap, hence the imports inside the function.
import { hookIsFirst } from '../overlays/load-hook/status.ts';
import type { CopyResult, Outcome } from './outcome.ts';

export { type LoadStatus, loadStatus } from '../overlays/load-hook/status.ts';
export { assertPatched } from '../overlays/overlay.ts';
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
 * rejects: what cannot be read is `ok: false` with an `error`. In a process that was started under `hangup/register`, a copy
 * as published counts too, because it is patched as it is loaded. What a running app has loaded, only `assertPatched` knows.
 */
export async function verify({ dir = process.cwd(), probe = false }: VerifyOptions = {}): Promise<Outcome> {
  const { applyBelow } = await import('./apply.ts');
  const { error, ...outcome } = applyBelow(dir, { check: true });
  const isFirst = hookIsFirst();
  const copies = outcome.copies.map((copy): CopyResult => {
    const action = copy.action === 'would-patch' ? 'none' : copy.action;
    const isHooked = copy.state === 'pristine' && isFirst;
    const delivery = copy.state === 'patched' ? 'disk' : isHooked ? 'load hook' : 'none';
    return { ...copy, action, delivery };
  });
  const judged = judge({ ...outcome, copies, ...(error && { error }) }, isFirst);
  if (!probe) return judged;
  const { probeAll } = await import('./probe/run.ts');
  return probeAll(judged, dir);
}

/** @param isFirst see `hookIsFirst()` */
function judge(outcome: Outcome, isFirst: boolean | undefined): Outcome {
  const { error, ...found } = outcome;
  // That a copy cannot be written is no matter to the load hook.
  const isServed = found.copies.every(({ delivery }) => delivery !== 'none');
  if (isServed && (error === undefined || ['ERR_PATCH_ARCHIVE', 'ERR_PATCH_SHARED'].includes(error.code)))
    return { ...found, ok: true, exitCode: 0 };
  const isLate = isFirst === false && found.copies.some(({ state }) => state === 'pristine');
  const reason = error ?? (isLate ? late : undefined);
  return { ...found, ...(reason && { error: reason }) };
}

const late = {
  code: 'ERR_PATCH_LATE',
  message:
    'hangup/register did not see the program of this process being loaded: the SDK may have come before it, bare. Start the app with "node --import hangup/register", before other preloads',
};
