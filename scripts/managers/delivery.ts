import { readPatch } from '../../patching/complete-patch.ts';
import type { PatchSet } from '../../patching/patch-sets.ts';
import type { Place } from './draft.ts';
import type { Event, Installed, PatchForm, Plan } from './manager.ts';

/** The place from which npm 12 and Bun read patches. */
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
