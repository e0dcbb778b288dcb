// The package's `hangup/verify`: importing it must be inert and cheap, hence the import inside the function.
import type { Outcome } from './outcome.ts';

export { assertPatched } from '../overlays/overlay.ts';
export type { Outcome } from './outcome.ts';

/**
 * Says whether every installed copy below a folder is patched, by the hashes of its files. Writes nothing and never
 * rejects: what cannot be read is `ok: false` with an `error`. What a running app has loaded, only `assertPatched` knows.
 *
 * @param options `dir`: the project's root. Default: the working directory
 */
export async function verify(options: { dir?: string } = {}): Promise<Outcome> {
  const { applyBelow } = await import('./apply.ts');
  const outcome = applyBelow(options.dir ?? process.cwd(), { check: true });
  const copies = outcome.copies.map((copy) =>
    copy.action === 'would-patch' ? { ...copy, action: 'none' as const } : copy,
  );
  return { ...outcome, copies };
}
