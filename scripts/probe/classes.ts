import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { satisfies } from 'semver';
import { assertPatched } from '../../overlays/foreign/mark.ts';
import { type Format, type Sdk, type Target, targetsOf } from '../../overlays/sdk.ts';
import { sdkOf } from '../../overlays/sdks.ts';
import { withoutQuery } from '../../register/location.ts';

/** A class of an installed copy, in one of its builds. */
export interface BuiltClass {
  target: Target;
  format: Format;
  /** The module that defines it, relative to the package. */
  module: string;
  file: string;
}

/** An installed copy of an SDK. */
export interface Installed {
  package: string;
  version: string;
  path: string;
}

/** Every class of a copy that hangup patches and that its module exports, in every build that can be loaded. */
export function classesOf({ package: name, version, path }: Installed): BuiltClass[] {
  const sdk = sdkOf(name);
  if (sdk === undefined) return [];
  const exported = targetsIn(sdk, version).filter(({ isLocal }) => !isLocal);
  const classes = exported.flatMap((target) =>
    target.builds.map(({ format, file }) => ({ target, format, module: file, file: join(path, file) })),
  );
  // A range of versions may begin before the first one that has some class.
  return sdk.isByShape ? classes.filter(({ file }) => existsSync(file)) : classes;
}

function targetsIn(sdk: Sdk, version: string): Target[] {
  return sdk.isByShape ? sdk.targets.filter(({ range }) => satisfies(version, range!)) : targetsOf(sdk, version);
}

/** Loads the module of a class, as an app does, and returns the class. */
export async function loadClass({ target, format, file }: BuiltClass): Promise<unknown> {
  return exportedBy(format === 'cjs' ? createRequire(file)(file) : await import(pathToFileURL(file).href), target);
}

function exportedBy(module: unknown, { isDefault, className }: Target): unknown {
  return (module as Record<string, unknown> | null | undefined)?.[isDefault ? 'default' : className];
}

/**
 * The classes of a copy that this thread has loaded without the patch. Node lists modules that `require()` has loaded, or
 * that a loader has compiled to CommonJS. An ES module has to be imported to see its state, which loads it if it was not.
 *
 * @returns their names for a message. A package of which no class is known counts as loaded without the patch
 */
export async function loadedBare(copy: Installed): Promise<string[]> {
  const classes = classesOf(copy);
  if (classes.length === 0) return ['classes that this hangup does not know'];
  const bare: string[] = [];
  for (const one of classes) {
    const loaded = requiredClasses(one);
    // The app cannot load such a module either.
    if (one.format === 'esm') loaded.push(await loadClass(one).catch(() => undefined));
    if (loaded.some(isBare)) bare.push(`${one.target.className} in ${one.module}`);
  }
  return bare;
}

function requiredClasses({ target, module, file }: BuiltClass): unknown[] {
  const { cache } = createRequire(file);
  const end = file.slice(-module.length);
  return Object.entries(cache)
    .filter(([key]) => withoutQuery(key).endsWith(end) && realPath(withoutQuery(key)) === file)
    .map(([, loaded]) => exportedBy(loaded?.exports, target));
}

/** Under `--preserve-symlinks` a module goes by the name of a link. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // It has been deleted since.
    return path;
  }
}

/** A patched class of which a method was replaced is not bare. Neither is `undefined`, from a module that cannot be loaded. */
function isBare(Class: unknown): boolean {
  try {
    assertPatched(Class as new () => unknown);
    return false;
  } catch (error) {
    return (error as { code?: unknown }).code === 'ERR_PATCH_MISSING';
  }
}
