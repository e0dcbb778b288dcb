import { dirname, join } from 'node:path';
import { packageRoot } from '../patching/package-json.ts';
import { noPatchFor, type PatchSet, readPatchSet } from '../patching/patch-sets.ts';
import { loadSdkList, type PatchedPackage } from '../patching/sdk-list.ts';
import { modulesOf, runtimeOf, type ShapedModule, type ShapedPackage } from '../patching/shapes.ts';
import type { KnownSdk } from './copies.ts';

/** Every SDK that the load hook gives its seams: those with patches, and those by the shape of their classes. */
export function knownSdks(): KnownSdk[] {
  const list = loadSdkList();
  return [...list.patched.map(patched), ...list.shaped.map(shaped)];
}

function patched({ package: name, paths, added }: PatchedPackage): KnownSdk {
  const directory = join(packageRoot(), 'patches', name);
  let set: PatchSet | undefined;
  const read = () => {
    set ??= readPatchSet(directory);
    return set;
  };
  return {
    package: name,
    paths,
    added,
    directory,
    hasPatches: true,
    refusalOf: (version) => noPatchFor(read(), version),
    filesOf(version) {
      const { versions } = read();
      return Object.hasOwn(versions, version) ? versions[version]!.files : undefined;
    },
  };
}

function shaped({ package: name, classes }: ShapedPackage): KnownSdk {
  const known = new Map<string, Record<string, ShapedModule> | undefined>();
  const read = (version: string) => {
    const satisfies = loadSatisfies();
    const present = classes.filter(({ range }) => satisfies(version, range));
    return present.length === 0 ? undefined : modulesOf(present);
  };
  return {
    package: name,
    paths: classes.map(({ file }) => file),
    added: [],
    directory: dirname(runtimeOf(name)),
    hasPatches: false,
    refusalOf: () => ({
      why: `this hangup knows ${[...new Set(classes.map(({ range }) => range))].join(', ')}`,
      next: 'Install one of these versions, or run "npm install hangup@latest" for a newer hangup',
    }),
    filesOf(version) {
      if (!known.has(version)) known.set(version, read(version));
      return known.get(version);
    },
  };
}

/** It takes milliseconds to load, so it is loaded when such an SDK is met. The whole of `semver` would take three times as long. */
function loadSatisfies(): typeof import('semver').satisfies {
  const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
  return require('semver/functions/satisfies.js');
}
