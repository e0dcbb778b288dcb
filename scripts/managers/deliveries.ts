import { satisfies } from 'semver';
import { PatchError } from '../../core/errors.ts';
import { readPatch } from '../../patching/complete-patch.ts';
import { forms } from '../commands/export.ts';
import type { Manager } from './detect.ts';
import { type Draft, type Place, places } from './draft.ts';
import type { Installed } from './installed.ts';
import { patchPackageFolder } from './patch-package.ts';
import { yarnEntries } from './yarn.ts';

export type Command = 'hangup apply' | 'hangup verify';

/** npm runs `postinstall` on a plain install only, and `dependencies` whenever it has changed node_modules. */
export const events = ['postinstall', 'dependencies'] as const;
export type Event = (typeof events)[number];

/** What a project is to contain. */
export interface Plan {
  /** How the patch gets into the SDK, for people. */
  delivery: string;
  /** What the root's scripts run: it patches, or only looks whether the package manager has done so. */
  script?: { command: Command; events: readonly Event[] };
  /** Keys and values, and where the package manager reads them. */
  entries?: { place: Place; values: Map<string, string> };
  /** Patch files, relative to the root. */
  files: Map<string, string>;
}

interface Delivery {
  manager: Manager['name'];
  /** Versions of the manager. */
  range: string;
  plan(draft: Draft, installed: readonly Installed[]): Plan;
}

const folder = 'patches';

/**
 * One line per line of versions. Where a manager drops a patch without a word (Bun and Yarn when the SDK changes, an npm
 * below 12 that installs the lockfile of npm 12), a script looks. pnpm fails by itself.
 */
const deliveries: readonly Delivery[] = [
  { manager: 'npm', range: '<12.0.0-0', plan: () => inPlace(events) },
  {
    manager: 'npm',
    range: '>=12.0.0-0',
    plan: (_, installed) => native('npm', places.root, installed, byFolder, events),
  },
  { manager: 'yarn', range: '<2.0.0-0', plan: () => inPlace(['postinstall']) },
  {
    manager: 'yarn',
    range: '>=4.0.0-0',
    plan: (draft, installed) => ({
      ...native('yarn', places.yarn, installed, () => [], ['postinstall']),
      entries: { place: places.yarn, values: yarnEntries(draft, installed, fileOf) },
    }),
  },
  {
    manager: 'pnpm',
    range: '>=9.0.0-0 <10.5.0',
    plan: (_, installed) => native('pnpm', places.pnpm, installed, byName),
  },
  {
    manager: 'pnpm',
    range: '>=10.5.0 <11.0.0-0',
    // Where package.json has patches already, pnpm 10 does not look into the other file.
    plan: (draft, installed) =>
      native('pnpm', draft.entries(places.pnpm).size > 0 ? places.pnpm : places.workspace, installed, byName),
  },
  { manager: 'pnpm', range: '>=11.0.0-0', plan: (_, installed) => native('pnpm', places.workspace, installed, byName) },
  {
    manager: 'bun',
    range: '>=1.2.0-0',
    plan: (_, installed) => native('bun', places.root, installed, byName, ['postinstall']),
  },
];

/** @throws {PatchError} `ERR_PATCH_USAGE` for a manager whose ways are not known */
export function planFor({ name, version }: Manager, draft: Draft, installed: readonly Installed[]): Plan {
  const delivery = deliveries.find(
    (one) => one.manager === name && satisfies(version, one.range, { includePrerelease: true }),
  );
  if (delivery === undefined) {
    const known = deliveries.filter(({ manager }) => manager === name).map(({ range }) => range);
    throw new PatchError(
      'ERR_PATCH_USAGE',
      `hangup does not know how ${name} ${version} takes a patch`,
      `it knows ${known.join(', ')}`,
      'Update it, or put "hangup apply" into the postinstall of the app by hand',
    );
  }
  const plan = delivery.plan(draft, installed);
  const tool = patchPackageFolder(draft);
  // pnpm, Yarn 4 and Bun may link files to their stores, and patch-package would write through the link.
  if (tool === undefined || name === 'pnpm' || name === 'bun' || plan.entries?.place === places.yarn) return plan;
  return byPatchPackage(tool, installed) ?? plan;
}

const inPlace = (events: readonly Event[]): Plan => ({
  delivery: 'scripts in package.json',
  script: { command: 'hangup apply', events },
  files: new Map(),
});

/** Paths of nested and of aliased copies are beyond what patch-package can match to a version. */
function byPatchPackage(folder: string, installed: readonly Installed[]): Plan | undefined {
  const files = new Map<string, string>();
  for (const { set, version, paths } of installed) {
    if (paths.length > 1 || paths[0]!.replaceAll('\\', '/') !== `node_modules/${set.package}`) return undefined;
    files.set(
      `${folder}/${forms['patch-package']!.fileName(set.package, version)}`,
      textOf('patch-package', set, version),
    );
  }
  // It applies a patch to another version too, as far as that goes, and exits 0.
  return { delivery: 'patch-package', script: { command: 'hangup verify', events: ['postinstall'] }, files };
}

function native(
  tool: 'npm' | 'pnpm' | 'yarn' | 'bun',
  place: Place,
  installed: readonly Installed[],
  keys: (installed: Installed) => string[],
  watched: readonly Event[] = [],
): Plan {
  const values = new Map<string, string>();
  const files = new Map<string, string>();
  for (const one of installed) {
    const file = fileOf(tool, one);
    files.set(file, textOf(tool, one.set, one.version));
    for (const key of keys(one)) values.set(key, file);
  }
  const delivery = `${place.path.join('.')} in ${place.file}`;
  const plan = { delivery, entries: { place, values }, files };
  return watched.length === 0 ? plan : { ...plan, script: { command: 'hangup verify', events: watched } };
}

const fileOf = (tool: string, { set, version }: Installed) =>
  `${folder}/${forms[tool]!.fileName(set.package, version)}`;

const textOf = (tool: string, set: Installed['set'], version: string) =>
  forms[tool]!.convert(readPatch(set, version), set.package);

/** pnpm and Bun know a package by its own name, aliased or not. */
const byName = ({ set, version }: Installed) => [`${set.package}@${version}`];

/** npm knows it by the name of its folder. */
const byFolder = ({ folders, version }: Installed) => [...folders].map((name) => `${name}@${version}`);
