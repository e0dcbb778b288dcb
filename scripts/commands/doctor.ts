import { version } from '../../overlays/version.ts';
import { Draft } from '../managers/draft.ts';
import { findProject, type Project } from '../managers/project.ts';
import { otherPatchFiles } from '../managers/reconcile.ts';
import type { Outcome } from '../outcome.ts';
import { verify } from '../verify.ts';
import { type Initialised, init } from './init.ts';
import { dependencyFields, installOf, memberOf, mixedOf, nextSteps } from './next-steps.ts';

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

/** Looks at a project and writes nothing. Never rejects. */
export async function diagnose(directory: string): Promise<Diagnosis> {
  const verified = await verify({ dir: directory });
  const project = projectOf(directory);
  const planned = await init({ dir: directory, mode: 'show', remove: false });
  const draft = project && new Draft(project.root);
  const { manager, delivery } = planned;
  const error = verified.error ?? planned.error;
  const exitCode = verified.exitCode || planned.exitCode;
  const dependency = dependencyFields.find((field) => draft && memberOf(draft, [field, 'hangup']) !== undefined);
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

function hooksOf(draft: Draft): string[] {
  const isHook = (text: unknown) => typeof text === 'string' && /hangup\/(dist\/)?register/.test(text);
  const scripts = Object.entries((memberOf(draft, ['scripts']) ?? {}) as Record<string, unknown>);
  const named = scripts.filter(([, text]) => isHook(text)).map(([name]) => `scripts.${name} of package.json`);
  return isHook(process.env.NODE_OPTIONS) ? ['NODE_OPTIONS', ...named] : named;
}

function effectOf(planned: Initialised): string {
  const { manager, delivery, changes, script, error } = planned;
  if (error) return 'not known: hangup cannot set the project up';
  const mixed = mixedOf(planned);
  if (mixed) {
    const newer = `${manager!.name} ${mixed.newer}`;
    return `installs the SDK without the patch: ${manager!.name} ${mixed.older} does not read a patch for ${newer}. Install with ${newer} everywhere, or run "hangup init --manager ${manager!.name}@${mixed.older}"`;
  }
  if (changes.length > 0) return 'installs the SDK without the patch, or with an old one: the set-up is not complete';
  if (script === 'hangup apply') return 'installs the SDK, and its script patches it (not with --ignore-scripts)';
  const watched = script === undefined ? '' : `, and the script "${script}" looks`;
  // Most managers leave a copy that they have installed as it is.
  return `installs a new copy of the SDK with its patch, by ${delivery}${watched}`;
}
