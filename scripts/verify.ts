// The package's `hangup/verify`: importing it must be inert and cheap, hence the imports inside the function.
import { loadStatus } from '../register/status.ts';
import type { Outcome } from './outcome.ts';

export { assertPatched } from '../overlays/foreign/mark.ts';
export type { LoadStatus } from '../register/status.ts';
export type { Outcome } from './outcome.ts';
export { loadStatus };

export interface VerifyOptions {
  /** The root of the project, or a package of a workspace. Default: the working directory. */
  dir?: string;
  /** Look into every folder below, of other projects and of build outputs too. Default `false`. */
  recursive?: boolean;
  /**
   * Load every copy in processes of its own too, and look how it behaves. Where that is not what its files say, the outcome
   * is an error. Takes about half a second a copy, at most 30 s. Default `false`.
   */
  probe?: boolean;
}

/**
 * Says whether every copy that is installed in a project is patched, by the hashes of its files. Writes nothing and never
 * rejects: a file that cannot be read gives `ok: false` with an `error`. Only `assertPatched` knows which of the copies a
 * running app has loaded.
 *
 * In a thread that has `hangup/register`, a copy as published counts too, unless the thread has loaded one of its classes
 * without the patch. To see that, its ES modules are imported, which loads those that were not. Other SDKs than
 * that of Cartesia have no patches on disk: they are in the outcome once the thread has loaded them.
 */
export async function verify(options: VerifyOptions = {}): Promise<Outcome> {
  const { dir = process.cwd(), recursive = false, probe = false } = options;
  const { verifyBelow } = await import('./commands/verify.ts');
  const outcome = await verifyBelow(dir, loadStatus() !== undefined, recursive);
  if (!probe) return outcome;
  const { probeAll } = await import('./probe/run.ts');
  return probeAll(outcome, outcome.root ?? dir);
}
