import { PatchError } from '../../core/errors.ts';
import { type Event, events, type Plan } from './deliveries.ts';
import { type Draft, type Place, places } from './draft.ts';
import { isPatchPackageFile, patchPackageFolder } from './patch-package.ts';
import { fileInResolution } from './yarn.ts';

/**
 * Brings a draft to what a plan says, and takes out whatever else hangup has written, for another manager or version. An
 * empty plan takes everything out.
 *
 * @param packages the SDKs that hangup knows
 * @throws {PatchError} `ERR_PATCH_FOREIGN` where somebody else patches one of them
 */
export function reconcile(draft: Draft, plan: Plan | undefined, packages: readonly string[]): void {
  const obsolete = new Set(ownFiles(draft));
  for (const place of Object.values(places)) {
    const wanted: ReadonlyMap<string, string> = plan?.entries?.place === place ? plan.entries.values : new Map();
    const present = draft.entries(place);
    // What the entries name has to be read before any of it changes.
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
    editScript(draft, event, isWanted ? plan!.script!.command : undefined);
  }
  for (const file of obsolete) if (!plan?.files.has(file)) draft.write(file, null);
  for (const [file, text] of plan?.files ?? []) {
    const present = draft.read(file);
    if (present !== null && !isPatchOfHangup(present)) throw foreign(file, 'the file is there, and not from hangup');
    draft.write(file, text);
  }
  const other = draft
    .list(patchPackageFolder(draft) ?? 'patches')
    .find((file) => packages.some((name) => isPatchPackageFile(file, name)) && !isPatchOfHangup(draft.read(file)));
  const isTheirs = patchPackageFolder(draft) !== undefined;
  if (plan !== undefined && isTheirs && other !== undefined && draft.read(other) !== null)
    throw foreign(other, 'patch-package applies it to the same package');
}

/** patch-package's form has no header; all have the first line of the runtime. */
const isPatchOfHangup = (text: string | null): boolean => text !== null && /^\+\/\*! hangup \d/m.test(text);

const ownFiles = (draft: Draft): string[] =>
  [...new Set(['patches', patchPackageFolder(draft) ?? 'patches'])]
    .flatMap((folder) => draft.list(folder))
    .filter((file) => file.endsWith('.patch') && isPatchOfHangup(draft.read(file)));

const fileOf = (place: Place, value: string): string | undefined =>
  place === places.yarn ? fileInResolution(value) : value.replace(/^\.\//, '');

function isOwn(draft: Draft, place: Place, key: string, value: string, packages: readonly string[]): boolean {
  const file = fileOf(place, value);
  if (file === undefined) return false;
  const text = draft.read(file);
  // Without its file, an entry works for nobody.
  return text === null ? concerns(key, packages) : isPatchOfHangup(text);
}

/** `name`, `name@version`, and Yarn's `parent/name`. */
const concerns = (key: string, packages: readonly string[]): boolean =>
  packages.some((name) => new RegExp(`(^|/)${name.replaceAll('.', '\\.')}(@|$)`).test(key));

function refuseForeign(place: Place, present: Map<string, string>, own: string[], packages: readonly string[]): void {
  for (const key of present.keys()) {
    if (concerns(key, packages) && !own.includes(key)) {
      const where = `${place.path.join('.')} of ${place.file}`;
      throw foreign(`"${key}" in ${where}`, `it says "${present.get(key)}", which is not from hangup`);
    }
  }
}

function foreign(what: string, why: string): PatchError {
  const next = 'Nothing was changed. Take that out if hangup is to patch the package, then run the command again';
  return new PatchError('ERR_PATCH_FOREIGN', `somebody else has a say in the same package: ${what}`, why, next);
}

const ownCommand = /(^|\s*&&\s*)hangup (?:apply|verify)(?=\s*(?:&&|$))/;

function editScript(draft: Draft, event: Event, wanted: string | undefined): void {
  const path = ['scripts', event];
  const present = draft.member(path);
  if (present !== undefined && typeof present !== 'string') {
    const next = 'Nothing was changed. Mend it, then run the command again';
    throw new PatchError('ERR_PATCH_CONFIG', `scripts.${event} of package.json`, 'it is not a string', next);
  }
  const script = present ?? '';
  // The user's own call, with options perhaps, does as well.
  const isCalled = wanted !== undefined && new RegExp(`\\b${wanted}\\b`).test(script);
  if (isCalled || (wanted === undefined && !ownCommand.test(script))) return;
  if (wanted !== undefined) requireDependency(draft, wanted);
  const edited = ownCommand.test(script)
    ? script
        .replace(ownCommand, (_, before: string) => (wanted === undefined ? '' : before + wanted))
        .replace(/^\s*&&\s*/, '')
    : [script, wanted].filter(Boolean).join(' && ');
  draft.edit(path, edited || undefined);
}

function requireDependency(draft: Draft, command: string): void {
  const fields = ['dependencies', 'devDependencies', 'optionalDependencies'];
  if (fields.some((field) => draft.member([field, 'hangup']) !== undefined)) return;
  throw new PatchError(
    'ERR_PATCH_CONFIG',
    `a script of ${draft.root} is to run "${command}"`,
    'its package.json does not depend on hangup',
    'Nothing was changed. Add hangup to "dependencies", then run the command again',
  );
}
