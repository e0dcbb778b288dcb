import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../../patching/hashes.ts';
import { loadPatchSets } from '../../patching/patch-sets.ts';
import { namesOf } from '../disk/inspect.ts';
import { write } from '../disk/write.ts';
import { type DetectedManager, detect } from '../managers/detect.ts';
import { describeChange } from '../managers/diff.ts';
import { Draft } from '../managers/draft.ts';
import { findInstalled } from '../managers/installed.ts';
import type { Installed, Manager, Plan } from '../managers/manager.ts';
import { planFor } from '../managers/plan.ts';
import { reconcile } from '../managers/reconcile.ts';
import { exitCodes, failure } from '../outcome.ts';
import { ask, canAsk } from '../print/ask.ts';

export interface InitOptions {
  dir: string;
  /** `show` writes nothing. `ask` writes nothing either where nobody sits at the terminal. */
  mode: 'show' | 'ask' | 'write';
  /** Remove everything that an earlier run has written. */
  remove: boolean;
  /** `name@version`. Default: the manager that the project's own files name. */
  manager?: string;
}

export interface Initialised {
  ok: boolean;
  exitCode: number;
  state: 'unchanged' | 'written' | 'not written';
  manager?: { name: string; version: string; from: string; mixed?: DetectedManager['mixed'] };
  /** The way of the patch into the SDK. Absent with `remove`. */
  delivery?: string;
  /** The command of hangup that the scripts of the project run after an install. */
  script?: string;
  changes: { path: string; diff: string[] }[];
  /** True when the changes were printed already, with the question about them. */
  shown: boolean;
  /** The commands to run next. */
  next: string[];
  error?: { code: string; message: string };
}

/** Writes into a project what makes its package manager apply the patches. Never rejects: the result has the error. */
export async function init(options: InitOptions): Promise<Initialised> {
  let manager: Initialised['manager'];
  try {
    const { root, detected } = detect(options.dir, options.manager);
    const { version, from, mixed } = detected;
    manager = { name: detected.manager.name, version, from, ...(mixed && { mixed }) };
    const sets = loadPatchSets();
    const draft = new Draft(root);
    const installed = options.remove ? [] : findInstalled(root, sets);
    const plan = options.remove ? undefined : planFor(detected, draft, installed);
    reconcile(draft, detected.manager, plan, namesOf(sets));
    const drafted = draft.changes();
    const changes = drafted.map(({ path, before, after }) => ({ path, diff: describeChange(path, before, after) }));
    const result = {
      manager,
      changes,
      shown: false,
      ...(plan && { delivery: plan.delivery }),
      ...(plan?.script && { script: plan.script.command }),
    };
    if (changes.length === 0) {
      const isPatched = installed.every(({ isPatched }) => isPatched);
      const next = isPatched ? [] : nextOfUnchanged(detected.manager, plan, installed);
      return { ...result, ok: true, exitCode: 0, state: 'unchanged', next };
    }
    const isAsked = options.mode === 'ask' && canAsk();
    if (options.mode !== 'write' && !(isAsked && (await ask(manager, changes))))
      return { ...result, ok: false, exitCode: exitCodes.notPatched, state: 'not written', shown: isAsked, next: [] };
    writeAll(root, drafted);
    const spoiled = installed.flatMap(({ spoiled }) => spoiled);
    const next = [...spoiled.map((path) => `rm -r "${path}"`), ...nextOfWritten(detected.manager, plan, drafted)];
    return { ...result, ok: true, exitCode: 0, state: 'written', shown: isAsked, next };
  } catch (error) {
    const { ok, exitCode, error: told } = failure(error);
    return {
      ok,
      exitCode,
      state: 'not written',
      ...(manager && { manager }),
      changes: [],
      shown: false,
      next: [],
      ...(told && { error: told }),
    };
  }
}

type Changes = ReturnType<Draft['changes']>;

function writeAll(root: string, drafted: Changes): void {
  const changes = drafted.map(({ path, after }) => {
    const content = after === null ? null : Buffer.from(after);
    return { file: real(join(root, path)), content, hash: content && sha256(content) };
  });
  write(changes, new Set(drafted.map(({ path }) => dirname(join(root, path)))));
}

/** @param changes a patch file that is removed leaves its traces in the lockfile, until an install */
function nextOfWritten({ name, exec }: Manager, plan: Plan | undefined, changes: Changes = []): string[] {
  if (plan === undefined) return [`${name} install`, `${exec} hangup apply --revert`];
  const isPatchRemoved = changes.some(({ path, after }) => after === null && path.endsWith('.patch'));
  if (plan.script?.command === 'hangup apply' && !isPatchRemoved) return [`${exec} hangup apply`];
  return [`${name} install`, `${exec} hangup verify`];
}

/**
 * pnpm, Yarn 4 and Bun do not patch a copy again that somebody has reverted: their install says that it is up to date, or
 * fails. Where only the install after `init` is missing, it brings the patch into the lockfile.
 */
function nextOfUnchanged(manager: Manager, plan: Plan | undefined, installed: readonly Installed[]): string[] {
  const steps = nextOfWritten(manager, plan);
  const isWritable = installed.every(({ isPatched, isWritable }) => isPatched || isWritable);
  const [install] = steps;
  return steps.length > 1 && isWritable ? [`${manager.exec} hangup apply`, install!] : steps;
}

/** The target of a link. Writing renames a file into its place, which would replace the link itself. */
function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
