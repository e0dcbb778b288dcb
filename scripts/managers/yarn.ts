import { PatchError } from '../../core/errors.ts';
import { byEntries, byScripts, fileOf } from './delivery.ts';
import type { Draft, Place } from './draft.ts';
import type { Installed, Manager } from './manager.ts';

const resolutions: Place = {
  file: 'package.json',
  path: ['resolutions'],
  fileIn: (value) => /^patch:[^#]+#(?:~\/|\.\/)?([^:&]+)/.exec(value)?.[1],
};

export const yarn: Manager = {
  name: 'yarn',
  exec: 'yarn',
  saveProd: 'yarn remove hangup && yarn add hangup',
  lockfiles: ['yarn.lock'],
  versionIn: (lockfile) => (lockfile.includes('# yarn lockfile v1') ? '1.22.22' : undefined),
  fileName: (name, version) => `${name.replace('/', '-')}-npm-${version}.patch`,
  places: [resolutions],
  deliveries: [
    { range: '>=1.0.0 <2.0.0-0', plan: () => byScripts(['postinstall']) },
    {
      range: '>=4.0.0-0 <5.0.0-0',
      linksToStore: true,
      // After an update of the SDK, Yarn drops the patch in silence.
      plan: (installed, draft) => ({
        ...byEntries(yarn, resolutions, installed, () => [], ['postinstall']),
        entries: { place: resolutions, values: resolutionsOf(draft, installed) },
      }),
    },
  ],
};

/**
 * The `resolutions` that give every range of an SDK in yarn.lock its patched version. A range keeps the version that
 * yarn.lock has for it. The key of an alias is the alias without its range.
 *
 * @throws {PatchError} `ERR_PATCH_CONFIG` for a dependency that does not come from the registry
 */
function resolutionsOf(draft: Draft, installed: readonly Installed[]): Map<string, string> {
  const values = new Map<string, string>();
  const text = draft.read('yarn.lock');
  if (text === null) throw noLock(draft.root);
  const lock = readLock(text);
  for (const name of new Set(installed.map(({ set }) => set.package))) {
    for (const { as, range } of lock.wanted) {
      const isAlias = as !== name;
      if (isAlias && !range.startsWith(`npm:${name}@`)) continue;
      const key = isAlias ? as : `${name}@${range}`;
      const version = lock.versions.get(`${as}@${range}`) ?? versionIn(draft.entries(resolutions).get(key), name);
      const one = installed.find((one) => one.set.package === name && one.version === version);
      if (!range.startsWith('npm:') || one === undefined) throw elsewhere(`${as}@${range}`, version);
      values.set(key, `patch:${name}@npm%3A${one.version}#~/${fileOf(yarn, one)}`);
    }
  }
  return values;
}

/** The version in a resolution that an earlier run has written. */
const versionIn = (resolution: string | undefined, name: string) =>
  resolution?.startsWith(`patch:${name}@npm%3A`)
    ? resolution.slice(`patch:${name}@npm%3A`.length, resolution.indexOf('#'))
    : undefined;

interface Lock {
  /** The dependencies of all packages and workspaces. */
  wanted: { as: string; range: string }[];
  /** The locked versions, by `name@range`. */
  versions: Map<string, string>;
}

function readLock(text: string): Lock {
  const wanted = new Map<string, { as: string; range: string }>();
  const versions = new Map<string, string>();
  let heads: string[] = [];
  let isDependencies = false;
  for (const line of text.split(/\r?\n/)) {
    const head = /^"?([^\s#][^"]*)"?:$/.exec(line);
    if (head !== null) heads = head[1]!.split(', ');
    const field = /^ {2}(\w+):(?: (.*))?$/.exec(line);
    if (field !== null) isDependencies = field[1] === 'dependencies';
    if (field?.[1] === 'version') for (const one of heads) versions.set(one, field[2]!);
    const dependency = isDependencies && /^ {4}"?([^\s":]+)"?: "?([^"]+)"?$/.exec(line);
    if (dependency) wanted.set(dependency.slice(1).join('@'), { as: dependency[1]!, range: dependency[2]! });
  }
  return { wanted: [...wanted.values()], versions };
}

function elsewhere(dependency: string, version: string | undefined): PatchError {
  const why = version ? `yarn.lock has it at ${version}, which is not installed` : 'yarn.lock has no version for it';
  return new PatchError(
    'ERR_PATCH_CONFIG',
    `hangup cannot patch ${dependency}`,
    `${why}, or it does not come from the registry`,
    'Nothing was changed. Run "yarn install" first, and install the SDK from the registry',
  );
}

const noLock = (root: string) =>
  new PatchError(
    'ERR_PATCH_CONFIG',
    `${root} has no yarn.lock`,
    'Yarn takes a patch for each range in that file',
    'Nothing was changed. Run "yarn install" first',
  );
