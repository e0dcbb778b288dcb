import { version } from '../../overlays/version.ts';
import { loadPatchSets } from '../../patching/patch-sets.ts';
import { Draft } from '../managers/draft.ts';
import { managers } from '../managers/index.ts';
import { findProject, type Project } from '../managers/project.ts';
import { otherPatchFiles } from '../managers/reconcile.ts';
import type { Outcome } from '../outcome.ts';
import { verify } from '../verify.ts';
import { type Initialised, init } from './init.ts';

/** Everything about a project that decides whether its SDK is patched. */
export interface Diagnosis {
  ok: boolean;
  exitCode: number;
  /** The version of hangup. */
  hangup: string;
  node: string;
  /** The root of the project, and its packages in a workspace. Absent when the folder is no project. */
  project?: Project;
  /** The member of package.json that names hangup. */
  dependency?: string;
  manager?: Initialised['manager'];
  copies: Outcome['copies'];
  setup?: {
    /** The way of the patch into the SDK. */
    delivery: string;
    /** The files that `init` would write. Empty when the set-up is complete. */
    toWrite: string[];
  };
  /** The places that load `hangup/register`: NODE_OPTIONS, and scripts of package.json. */
  hook: string[];
  /** The patch files of the project that hangup did not write. */
  otherPatches: string[];
  /** The command that installs what the lockfile says, and the effect that it will have on the SDK. */
  install?: { command: string; effect: string };
  /** The commands to run next. */
  next: string[];
  /** The first reason why the SDK is not patched or the project cannot be set up. */
  error?: { code: string; message: string };
}

/** The members of package.json that name dependencies. */
const fields = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** Looks at a project and writes nothing. Never rejects. */
export async function diagnose(directory: string): Promise<Diagnosis> {
  const verified = await verify({ dir: directory });
  const project = projectOf(directory);
  const planned = await init({ dir: directory, mode: 'show', remove: false });
  const draft = project && new Draft(project.root);
  const { manager, delivery } = planned;
  const error = verified.error ?? planned.error;
  const exitCode = verified.exitCode || planned.exitCode;
  const dependency = fields.find((field) => draft && memberOf(draft, [field, 'hangup']) !== undefined);
  return {
    ok: exitCode === 0,
    exitCode,
    hangup: version,
    node: process.versions.node,
    ...(project && { project }),
    ...(dependency !== undefined && { dependency }),
    ...(manager && { manager }),
    copies: verified.copies,
    ...(delivery !== undefined && { setup: { delivery, toWrite: planned.changes.map(({ path }) => path) } }),
    hook: draft ? hooksOf(draft) : [],
    otherPatches: draft ? otherPatchFiles(draft) : [],
    ...(manager && { install: { command: installOf(manager.name), effect: effectOf(planned) } }),
    next: nextSteps(verified, planned, project?.folders ?? []),
    ...(error && { error }),
  };
}

function projectOf(directory: string): Project | undefined {
  try {
    return findProject(directory);
  } catch {
    // The errors of the other commands say why.
    return undefined;
  }
}

/** A member of package.json; `undefined` where the file is missing or damaged. */
function memberOf(draft: Draft, path: readonly string[]): unknown {
  try {
    return draft.member(path);
  } catch {
    return undefined;
  }
}

function hooksOf(draft: Draft): string[] {
  const isHook = (text: unknown) => typeof text === 'string' && /hangup\/(dist\/)?register/.test(text);
  const scripts = Object.entries((memberOf(draft, ['scripts']) ?? {}) as Record<string, unknown>);
  const named = scripts.filter(([, text]) => isHook(text)).map(([name]) => `scripts.${name} of package.json`);
  return isHook(process.env.NODE_OPTIONS) ? ['NODE_OPTIONS', ...named] : named;
}

const installOf = (manager: string) => (manager === 'npm' ? 'npm ci' : `${manager} install`);

function effectOf({ delivery, changes, script, error }: Initialised): string {
  if (error) return 'not known: hangup cannot set the project up';
  if (changes.length > 0) return 'installs the SDK without the patch, or with an old one: the set-up is not complete';
  if (script === 'hangup apply') return 'installs the SDK, and its script patches it (not with --ignore-scripts)';
  const watched = script === undefined ? '' : `, and the script "${script}" looks`;
  return `installs the SDK with its patch, by ${delivery}${watched}`;
}

/** True when an SDK is among the dependencies of a package, so that an install brings it. It may have an alias there. */
function wantsSdk(folder: string): boolean {
  const dependencies = JSON.stringify(fields.map((field) => memberOf(new Draft(folder), [field])));
  return loadPatchSets().some((set) => dependencies.includes(set.package));
}

/** @param folders those of the project */
function nextSteps(
  verified: Outcome,
  { changes, next, error, manager }: Initialised,
  folders: readonly string[],
): string[] {
  if (error?.code === 'ERR_PATCH_NO_SDK') return manager && folders.some(wantsSdk) ? [installOf(manager.name)] : [];
  // `apply` would refuse the copy.
  if (error || verified.error?.code === 'ERR_PATCH_FOREIGN') return [];
  const { exec = 'npx' } = managers.find(({ name }) => name === manager?.name) ?? {};
  return changes.length > 0 ? [`${exec} hangup init`] : verified.ok ? [] : next;
}
