import { loadPatchSets } from '../../patching/patch-sets.ts';
import { Draft } from '../managers/draft.ts';
import { managers } from '../managers/index.ts';
import { hasLockfile } from '../managers/project.ts';
import type { Outcome } from '../outcome.ts';
import { type Initialised, init } from './init.ts';

/** The members of package.json that name dependencies. */
export const dependencyFields = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** The command that installs what the lockfile says. */
export const installOf = (manager: string) => (manager === 'npm' ? 'npm ci' : `${manager} install`);

/**
 * Chooses the commands that patch a project and keep it patched, to run one after the other. Empty when there is nothing to
 * do, or when the error says what to do.
 *
 * @param planned the result of `init`, which has written nothing
 * @param folders those of the project
 */
export function nextSteps(verified: Outcome, planned: Initialised, folders: readonly string[]): string[] {
  const { changes, error, manager, next } = planned;
  if (error?.code === 'ERR_PATCH_NO_SDK') return manager && folders.some(wantsSdk) ? [installOf(manager.name)] : [];
  // `apply` would refuse the copy.
  if (error || verified.error?.code === 'ERR_PATCH_FOREIGN') return [];
  const { older } = mixedOf(planned) ?? {};
  const option = older === undefined ? '' : ` --manager ${manager!.name}@${older}`;
  if (changes.length > 0 || (!verified.ok && older !== undefined)) return [`${execOf(planned)} hangup init${option}`];
  return verified.ok ? [] : next;
}

/**
 * The two versions of a package manager that may install the project, where only the newer one reads the patches of the
 * set-up.
 */
export function mixedOf({ manager, script }: Initialised): { older: string; newer: number } | undefined {
  return script === 'hangup apply' ? undefined : manager?.mixed;
}

/**
 * The same for a project of which only the state of its copies is known. A folder without a lockfile is not one into which
 * somebody installs: it may be a build output.
 *
 * @returns `undefined` where `hangup apply` on that folder is the only step
 */
export async function nextStepsOf(verified: Outcome): Promise<{ commands: string[]; instead: string } | undefined> {
  const { root } = verified;
  if (root === undefined || !hasLockfile(root)) return undefined;
  const planned = await init({ dir: root, mode: 'show', remove: false });
  if (planned.manager === undefined) return undefined;
  const commands = nextSteps(verified, planned, [root]);
  if (commands.length === 0) return { commands: [`${execOf(planned)} hangup doctor`], instead: '' };
  const mixed = mixedOf(planned);
  return { commands, instead: mixed ? `, or install with ${planned.manager.name} ${mixed.newer}` : '' };
}

const execOf = ({ manager }: Initialised): string => managers.find(({ name }) => name === manager?.name)?.exec ?? 'npx';

/** True when an SDK is among the dependencies of a package, so that an install brings it. It may have an alias there. */
function wantsSdk(folder: string): boolean {
  const dependencies = JSON.stringify(dependencyFields.map((field) => memberOf(new Draft(folder), [field])));
  return loadPatchSets().some((set) => dependencies.includes(set.package));
}

/** A member of package.json; `undefined` where the file is missing or damaged. */
export function memberOf(draft: Draft, path: readonly string[]): unknown {
  try {
    return draft.member(path);
  } catch {
    return undefined;
  }
}
