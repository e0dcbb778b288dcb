import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { sha256 } from '../../patching/hashes.ts';
import { loadPatchSets } from '../../patching/patch-sets.ts';
import { write } from '../disk/write.ts';
import { type Plan, planFor } from '../managers/deliveries.ts';
import { detect, type Manager } from '../managers/detect.ts';
import { describeChange } from '../managers/diff.ts';
import { Draft } from '../managers/draft.ts';
import { findInstalled } from '../managers/installed.ts';
import { reconcile } from '../managers/reconcile.ts';
import { exitCodes, failure } from '../outcome.ts';
import { printChanges } from '../print/report.ts';

export interface InitOptions {
  dir: string;
  /** `show` writes nothing; `ask` does so where nobody can answer. */
  mode: 'show' | 'ask' | 'write';
  /** Take out what an earlier run has written. */
  remove: boolean;
  /** `name@version`, in place of what the project says. */
  manager?: string;
}

export interface Initialised {
  ok: boolean;
  exitCode: number;
  state: 'unchanged' | 'written' | 'not written';
  manager?: Manager;
  /** How the patch gets into the SDK. Missing with `remove`. */
  delivery?: string;
  changes: { path: string; diff: string[] }[];
  /** Whether somebody was asked, hence has seen the changes. */
  shown: boolean;
  /** Commands to run now. */
  next: string[];
  error?: { code: string; message: string };
}

/** Writes into a project what makes its package manager apply the patches. Never rejects. */
export async function init(options: InitOptions): Promise<Initialised> {
  const nothing = { state: 'not written', changes: [], shown: false, next: [] } as const;
  try {
    const { root, manager } = detect(options.dir, options.manager);
    const sets = loadPatchSets();
    const draft = new Draft(root);
    const plan = options.remove ? undefined : planFor(manager, draft, findInstalled(root, sets));
    reconcile(
      draft,
      plan,
      sets.map((set) => set.package),
    );
    const drafted = draft.changes();
    const changes = drafted.map(({ path, before, after }) => ({ path, diff: describeChange(path, before, after) }));
    const result = { manager, changes, shown: false, ...(plan && { delivery: plan.delivery }) };
    if (changes.length === 0) return { ...result, ok: true, exitCode: 0, state: 'unchanged', next: [] };
    const isAsked = options.mode === 'ask' && process.stdin.isTTY === true && process.stdout.isTTY === true;
    if (isAsked) printChanges(changes);
    if (options.mode !== 'write' && !(isAsked && (await confirm())))
      return { ...result, ok: false, exitCode: exitCodes.notPatched, state: 'not written', shown: isAsked, next: [] };
    write(
      drafted.map(({ path, after }) => {
        const content = after === null ? null : Buffer.from(after);
        return { file: real(join(root, path)), content, hash: content && sha256(content) };
      }),
      new Set(drafted.map(({ path }) => dirname(join(root, path)))),
    );
    return { ...result, ok: true, exitCode: 0, state: 'written', shown: isAsked, next: nextSteps(manager, plan) };
  } catch (error) {
    const { ok, exitCode, error: told } = failure(error);
    return { ...nothing, changes: [], next: [], ok, exitCode, ...(told && { error: told }) };
  }
}

async function confirm(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question('Write this? [y/N] ')).trim());
  } catch {
    // Ctrl+C, or the end of the input.
    return false;
  } finally {
    terminal.close();
  }
}

function nextSteps({ name }: Manager, plan: Plan | undefined): string[] {
  const run = { npm: 'npx hangup', pnpm: 'pnpm hangup', yarn: 'yarn hangup', bun: 'bunx hangup' }[name];
  if (plan === undefined) return [`${name} install`, `${run} apply --revert`];
  return plan.script?.command === 'hangup apply' ? [`${run} apply`] : [`${name} install`, `${run} verify`];
}

/** A rename would put a file in the place of a link. */
function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
