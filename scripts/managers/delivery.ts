import { readPatch } from '../../patching/complete-patch.ts';
import type { PatchSet } from '../../patching/manifest.ts';
import type { Draft, Place } from './draft.ts';
import type { Installed } from './installed.ts';
import type { PatchForm } from './manager.ts';

/** npm runs `postinstall` only after an install without arguments, and `dependencies` whenever node_modules has changed. */
export const events = ['postinstall', 'dependencies'] as const;
export type Event = (typeof events)[number];

/** How one line of versions of a package manager gets the patch into the SDK. */
export interface Delivery {
  /** A semver range of the manager's versions. */
  range: string;
  /** Files in node_modules may be links into a store, and patch-package would write through them. */
  linksToStore?: true;
  plan(installed: readonly Installed[], draft: Draft): Plan;
}

/** What a project is to contain. */
export interface Plan {
  /** How the patch gets into the SDK, for people. */
  delivery: string;
  /** `hangup apply` patches. `hangup verify` fails the install when the package manager has not patched. */
  script?: { command: 'hangup apply' | 'hangup verify'; events: readonly Event[] };
  /** Keys and values, and the place from which the package manager reads them. */
  entries?: { place: Place; values: Map<string, string> };
  /** The texts of patch files, by their path relative to the root. */
  files: Map<string, string>;
}

/** Where npm 12 and Bun read patches. */
export const patchedDependencies: Place = { file: 'package.json', path: ['patchedDependencies'] };

/** The plan for a manager without patches of its own: its scripts run `hangup apply`. */
export const byScripts = (events: readonly Event[]): Plan => ({
  delivery: 'scripts in package.json',
  script: { command: 'hangup apply', events },
  files: new Map(),
});

/**
 * The plan for a manager that applies patches itself: a patch file for each version, and entries that name the files.
 *
 * @param keys the keys of a version's entries
 * @param watched the events after which `hangup verify` looks. Needed where the manager can leave a patch out in silence
 */
export function byEntries(
  form: PatchForm,
  place: Place,
  installed: readonly Installed[],
  keys: (one: Installed) => string[],
  watched: readonly Event[] = [],
): Plan {
  const values = new Map(
    installed.flatMap((one) => keys(one).map((key): [string, string] => [key, fileOf(form, one)])),
  );
  const files = new Map(installed.map((one) => [fileOf(form, one), patchText(form, one.set, one.version)]));
  const delivery = `${place.path.join('.')} in ${place.file}`;
  const plan = { delivery, entries: { place, values }, files };
  return watched.length === 0 ? plan : { ...plan, script: { command: 'hangup verify', events: watched } };
}

/** The path of a version's patch file, relative to the root. */
export const fileOf = (form: PatchForm, { set, version }: Installed, folder = 'patches'): string =>
  `${folder}/${form.fileName(set.package, version)}`;

/** The complete patch of one version in a tool's form. */
export function patchText(form: PatchForm, set: PatchSet, version: string): string {
  const patch = readPatch(set, version);
  return form.convert?.(patch, set.package) ?? patch;
}

/** The key of a manager that knows an aliased package by the package's own name. */
export const byName = ({ set, version }: Installed): string[] => [`${set.package}@${version}`];
