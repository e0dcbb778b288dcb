// The package's `hangup/verify`: importing it must be inert and cheap, hence the imports inside the function.
import type { CopyResult, Outcome } from './outcome.ts';

export type { LoadStatus } from '../overlays/load-hook/patcher.ts';
export { loadStatus } from '../overlays/load-hook/status.ts';
export { assertPatched } from '../overlays/overlay.ts';
export type { Outcome } from './outcome.ts';

/**
 * Says whether every installed copy below a folder is patched, by the hashes of its files. Writes nothing and never
 * rejects: what cannot be read is `ok: false` with an `error`. In a process that runs under `hangup/register`, a copy as
 * published counts too, because it is patched as it is loaded. What a running app has loaded, only `assertPatched` knows.
 *
 * @param options `dir`: the project's root. Default: the working directory
 */
export async function verify(options: { dir?: string } = {}): Promise<Outcome> {
  const { applyBelow } = await import('./apply.ts');
  const { loadStatus } = await import('../overlays/load-hook/status.ts');
  const outcome = applyBelow(options.dir ?? process.cwd(), { check: true });
  const isRegistered = loadStatus() !== undefined;
  const copies = outcome.copies.map((copy): CopyResult => {
    const action = copy.action === 'would-patch' ? 'none' : copy.action;
    if (copy.state === 'patched') return { ...copy, action, delivery: 'disk' };
    // Plug'n'Play brings hooks of its own, and with some versions of Node ours do not see every module then.
    if (copy.state === 'pristine' && isRegistered && !copy.archived) return { ...copy, action, delivery: 'load hook' };
    return { ...copy, action };
  });
  if (outcome.error !== undefined || !copies.every(({ delivery }) => delivery !== undefined))
    return { ...outcome, copies };
  return { ...outcome, ok: true, exitCode: 0, copies };
}
