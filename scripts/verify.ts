// The package's `hangup/verify`: importing it must be inert and cheap, hence the imports inside the function.
import type { CopyResult, Outcome } from './outcome.ts';

export type { LoadStatus } from '../overlays/load-hook/patcher.ts';
export { loadStatus } from '../overlays/load-hook/status.ts';
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
 * rejects: what cannot be read is `ok: false` with an `error`. In a process that runs under `hangup/register`, a copy as
 * published counts too, because it is patched as it is loaded. What a running app has loaded, only `assertPatched` knows.
 */
export async function verify({ dir = process.cwd(), probe = false }: VerifyOptions = {}): Promise<Outcome> {
  const { applyBelow } = await import('./apply.ts');
  const { loadStatus } = await import('../overlays/load-hook/status.ts');
  const outcome = applyBelow(dir, { check: true });
  const isRegistered = loadStatus() !== undefined;
  const copies = outcome.copies.map((copy): CopyResult => {
    const action = copy.action === 'would-patch' ? 'none' : copy.action;
    // Plug'n'Play brings hooks of its own, and with some versions of Node ours do not see every module then.
    const isHooked = copy.state === 'pristine' && isRegistered && !copy.archived;
    const delivery = copy.state === 'patched' ? 'disk' : isHooked ? 'load hook' : 'none';
    return { ...copy, action, delivery };
  });
  const isOk = outcome.error === undefined && copies.every(({ delivery }) => delivery !== 'none');
  const judged: Outcome = isOk ? { ...outcome, ok: true, exitCode: 0, copies } : { ...outcome, copies };
  if (!probe) return judged;
  const { probeAll } = await import('./probe/run.ts');
  return probeAll(judged, dir);
}
