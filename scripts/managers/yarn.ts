import { PatchError } from '../../core/errors.ts';
import type { Draft } from './draft.ts';
import { places } from './draft.ts';
import type { Installed } from './installed.ts';

/**
 * The `resolutions` that give every range of an SDK in yarn.lock its patched version. A range keeps the version that the
 * lockfile has it at; an alias is known by its name alone.
 *
 * @throws {PatchError} `ERR_PATCH_CONFIG` on a dependency that comes from elsewhere than the registry
 */
export function yarnEntries(
  draft: Draft,
  installed: readonly Installed[],
  fileOf: (tool: string, installed: Installed) => string,
): Map<string, string> {
  const values = new Map<string, string>();
  const lock = readLock(draft.read('yarn.lock') ?? '');
  for (const name of new Set(installed.map(({ set }) => set.package))) {
    for (const { as, range } of lock.wanted) {
      const isAlias = as !== name;
      if (isAlias && !range.startsWith(`npm:${name}@`)) continue;
      const key = isAlias ? as : `${name}@${range}`;
      const version = lock.versions.get(`${as}@${range}`) ?? versionIn(draft.entries(places.yarn).get(key), name);
      const one = installed.find((one) => one.set.package === name && one.version === version);
      if (!range.startsWith('npm:') || one === undefined) throw elsewhere(`${as}@${range}`, version);
      values.set(key, `patch:${name}@npm%3A${one.version}#~/${fileOf('yarn', one)}`);
    }
  }
  return values;
}

/** The patch file that a resolution names, relative to the root. */
export const fileInResolution = (value: string): string | undefined =>
  /^patch:[^#]+#(?:~\/|\.\/)?([^:&]+)/.exec(value)?.[1];

const versionIn = (value: string | undefined, name: string) =>
  value?.startsWith(`patch:${name}@npm%3A`)
    ? value.slice(`patch:${name}@npm%3A`.length, value.indexOf('#'))
    : undefined;

interface Lock {
  /** What packages and workspaces depend on. */
  wanted: { as: string; range: string }[];
  /** By `name@range`. */
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
  const why = version
    ? `yarn.lock has it at ${version}, which is not what is installed`
    : 'yarn.lock has no version for it';
  return new PatchError(
    'ERR_PATCH_CONFIG',
    `hangup cannot patch ${dependency}`,
    `${why}, or it does not come from the registry`,
    'Nothing was changed. Run "yarn install" first, and take the SDK from the registry',
  );
}
