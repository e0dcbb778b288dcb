import { PatchError } from '../../core/errors.ts';
import { editAttributes } from './attributes.ts';
import type { Draft, Place } from './draft.ts';
import { managers } from './index.ts';
import { type Event, events, type Manager, type Plan } from './manager.ts';
import { isPatchPackageFile, patchPackageFolder } from './patch-package.ts';
import { hasOwnCommand, withCommand, withoutCommand } from './script-text.ts';

/**
 * Brings a draft to what a plan says, and removes everything else that hangup has written for other managers or versions.
 *
 * @param plan `undefined` removes everything
 * @param packages the names of the SDKs that hangup knows
 * @throws {PatchError} `ERR_PATCH_FOREIGN` where the project has a patch for one of them that hangup did not write,
 *   `ERR_PATCH_CONFIG` where package.json does not depend on hangup, or has a script to which nothing can be added
 */
export function reconcile(draft: Draft, manager: Manager, plan: Plan | undefined, packages: readonly string[]): void {
  const obsolete = new Set(ownFiles(draft));
  for (const place of new Set(managers.flatMap((manager) => manager.places))) {
    const wanted: ReadonlyMap<string, string> = plan?.entries?.place === place ? plan.entries.values : new Map();
    const present = draft.entries(place);
    // The files that the entries name have to be read before the draft changes them.
    const own = [...present].filter(([key, value]) => isOwn(draft, place, key, value, packages)).map(([key]) => key);
    if (plan?.entries?.place === place) refuseForeign(place, present, own, packages);
    for (const [key, value] of wanted) draft.setEntry(place, key, value);
    for (const key of own) {
      const file = fileOf(place, present.get(key)!);
      if (file !== undefined && isPatchOfHangup(draft.read(file))) obsolete.add(file);
      if (!wanted.has(key)) draft.setEntry(place, key, undefined);
    }
  }
  for (const event of events) {
    const isWanted = plan?.script?.events.includes(event) === true;
    editScript(draft, manager, event, isWanted ? plan!.script!.command : undefined);
  }
  for (const file of obsolete) if (!plan?.files.has(file)) draft.write(file, null);
  for (const [file, text] of plan?.files ?? []) {
    const present = draft.read(file);
    if (present !== null && !isPatchOfHangup(present))
      throw foreign(file, 'this file exists, and hangup did not write it');
    draft.write(file, text);
  }
  const paths = [...(plan?.files.keys() ?? [])];
  for (const folder of foldersOf(draft))
    editAttributes(
      draft,
      folder,
      paths.some((path) => path.startsWith(`${folder}/`)),
    );
  const other = draft
    .list(patchPackageFolder(draft) ?? 'patches')
    .find((file) => packages.some((name) => isPatchPackageFile(file, name)) && !isPatchOfHangup(draft.read(file)));
  const isTheirs = patchPackageFolder(draft) !== undefined;
  if (plan !== undefined && isTheirs && other !== undefined && draft.read(other) !== null)
    throw foreign(other, 'patch-package would apply this file too');
}

/** The runtime's first line is in every form of a patch. The header is not in that of patch-package. */
const isPatchOfHangup = (text: string | null): boolean => text !== null && /^\+\/\*! hangup \d/m.test(text);

/** The folders in which hangup may have written patch files. */
const foldersOf = (draft: Draft): string[] => [...new Set(['patches', patchPackageFolder(draft) ?? 'patches'])];

const ownFiles = (draft: Draft): string[] =>
  foldersOf(draft)
    .flatMap((folder) => draft.list(folder))
    .filter((file) => file.endsWith('.patch') && isPatchOfHangup(draft.read(file)));

/** The patch files of a project that hangup did not write. */
export const otherPatchFiles = (draft: Draft): string[] =>
  foldersOf(draft)
    .flatMap((folder) => draft.list(folder))
    .filter((file) => file.endsWith('.patch') && !isPatchOfHangup(draft.read(file)));

const fileOf = (place: Place, value: string): string | undefined =>
  place.fileIn ? place.fileIn(value) : value.replace(/^\.\//, '');

function isOwn(draft: Draft, place: Place, key: string, value: string, packages: readonly string[]): boolean {
  const file = fileOf(place, value);
  if (file === undefined) return false;
  const text = draft.read(file);
  // Somebody may have deleted the folder with the patches of hangup.
  return text === null ? concerns(key, packages) && isNamedByHangup(file, packages) : isPatchOfHangup(text);
}

/** True for a path that hangup gives to the patch file of some version. */
const isNamedByHangup = (path: string, packages: readonly string[]): boolean =>
  managers.some((manager) =>
    packages.some((name) => {
      const [before, after] = `patches/${manager.fileName(name, '*')}`.split('*');
      return path.startsWith(before!) && path.endsWith(after!);
    }),
  );

/** True for a key that is `name`, `name@version` or Yarn's `parent/name`. */
const concerns = (key: string, packages: readonly string[]): boolean =>
  packages.some((name) => new RegExp(`(^|/)${name.replaceAll('.', '\\.')}(@|$)`).test(key));

function refuseForeign(place: Place, present: Map<string, string>, own: string[], packages: readonly string[]): void {
  for (const key of present.keys()) {
    if (concerns(key, packages) && !own.includes(key)) {
      const where = `${place.path.join('.')} of ${place.file}`;
      throw foreign(`"${key}" in ${where}`, `its value is "${present.get(key)}", which hangup did not write`);
    }
  }
}

function foreign(what: string, why: string): PatchError {
  const next = 'Nothing was changed. Remove that if hangup is to patch the package, then run the command again';
  return new PatchError('ERR_PATCH_FOREIGN', `the project already has a patch for this package: ${what}`, why, next);
}

function editScript(draft: Draft, manager: Manager, event: Event, wanted: string | undefined): void {
  const path = ['scripts', event];
  const present = draft.member(path);
  if (present !== undefined && typeof present !== 'string') throw notUnderstood(event, 'it is not a string');
  const script = present ?? '';
  if (wanted === undefined) {
    if (hasOwnCommand(script)) draft.edit(path, withoutCommand(script) || undefined);
    return;
  }
  // A call that the user wrote, with or without options, is as good.
  if (new RegExp(`\\b${wanted}\\b`).test(script) && !hasOwnCommand(script)) return;
  requireDependency(draft, manager, wanted);
  try {
    draft.edit(path, withCommand(script, wanted));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw notUnderstood(event, error.message, `Add "${wanted}" to it as the last command`);
  }
}

function notUnderstood(event: Event, why: string, next = 'Correct it'): PatchError {
  return new PatchError(
    'ERR_PATCH_CONFIG',
    `hangup cannot add its command to scripts.${event} of package.json`,
    why,
    `Nothing was changed. ${next}, then run the command again`,
  );
}

/** The scripts run in an install for production too, and fail there without hangup. */
function requireDependency(draft: Draft, { saveProd }: Manager, command: string): void {
  const specifierIn = (field: string) => draft.member([field, 'hangup']);
  if ((specifierIn('dependencies') ?? specifierIn('optionalDependencies')) !== undefined) return;
  const file = `${draft.root}/package.json`;
  const specifier = specifierIn('devDependencies');
  // A file or a repository: the registry may have no hangup.
  const from = typeof specifier === 'string' && /[:/]/.test(specifier) ? `@${specifier}` : '';
  const next = isPlain(from) ? `Run "${saveProd}${from}" in that folder` : 'Move it to "dependencies" and install';
  throw new PatchError(
    'ERR_PATCH_CONFIG',
    specifier !== undefined ? `hangup is in "devDependencies" of ${file}` : `${file} does not depend on hangup`,
    `the scripts of the project run "${command}", in an install for production too`,
    `Nothing was changed. ${next}, then run the command again`,
  );
}

/** It has nothing that a shell reads in its own way, and no secret: each shell quotes in another way. `git@` is no secret. */
const isPlain = (text: string): boolean => /^[\w.:/+#~@-]*$/.test(text) && !/\/\/(?!git@)[^/]*@/.test(text);
