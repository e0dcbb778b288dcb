// The package's `hangup/verify`: importing it must be inert and cheap, hence the imports inside the function.
import { hookIsFirst } from '../overlays/load-hook/status.ts';
import type { CopyResult, Outcome } from './outcome.ts';

export { type LoadStatus, loadStatus } from '../overlays/load-hook/status.ts';
export { assertPatched } from '../overlays/overlay.ts';
export type { Outcome } from './outcome.ts';

/**
 * Says whether every installed copy below a folder is patched, by the hashes of its files. Writes nothing and never
 * rejects: what cannot be read is `ok: false` with an `error`. In a process that was started under `hangup/register`, a copy
 * as published counts too, because it is patched as it is loaded. What a running app has loaded, only `assertPatched` knows.
 *
 * @param options `dir`: the project's root. Default: the working directory
 */
export async function verify(options: { dir?: string } = {}): Promise<Outcome> {
  const { applyBelow } = await import('./apply.ts');
  const { error, ...outcome } = applyBelow(options.dir ?? process.cwd(), { check: true });
  const isFirst = hookIsFirst();
  const copies = outcome.copies.map((copy): CopyResult => {
    const action = copy.action === 'would-patch' ? 'none' : copy.action;
    if (copy.state === 'patched') return { ...copy, action, delivery: 'disk' };
    if (copy.state === 'pristine' && isFirst) return { ...copy, action, delivery: 'load hook' };
    return { ...copy, action };
  });
  // The archives of Plug'n'Play are as published, and that they cannot be written is no matter to the load hook.
  const isServed = copies.every(({ delivery }) => delivery !== undefined);
  if (isServed && (error === undefined || error.code === 'ERR_PATCH_ARCHIVE'))
    return { ...outcome, ok: true, exitCode: 0, copies };
  const isLate = isFirst === false && copies.some(({ state }) => state === 'pristine');
  const reason = error ?? (isLate ? late : undefined);
  return { ...outcome, copies, ...(reason && { error: reason }) };
}

const late = {
  code: 'ERR_PATCH_LATE',
  message:
    'hangup/register did not see the program of this process being loaded: the SDK may have come before it, bare. Start the app with "node --import hangup/register"',
};
