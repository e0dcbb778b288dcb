import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { formatOf, type Target, targets } from '../../overlays/cartesia/targets.ts';
import { assertPatched } from '../../overlays/foreign/mark.ts';
import { withoutQuery } from '../../register/location.ts';

/** A class of an installed copy, in one of its builds. */
export interface BuiltClass {
  target: Target;
  format: 'cjs' | 'esm';
  /** The module that defines it, relative to the package. */
  module: string;
  file: string;
}

/** Every class of a version that hangup patches, in every build that can be loaded. */
export function classesOf(directory: string, version: string): BuiltClass[] {
  const ofVersion = targets.filter(({ versions }) => versions.includes(version));
  return ofVersion.flatMap((target) =>
    target.builds.map((extension) => {
      const module = `${target.module}.${extension}`;
      return { target, format: formatOf(target, extension), module, file: join(directory, module) };
    }),
  );
}

/** The class as an app gets it that loads its module. */
export async function loadClass({ target, format, file }: BuiltClass): Promise<unknown> {
  return exportedBy(format === 'cjs' ? createRequire(file)(file) : await import(pathToFileURL(file).href), target);
}

function exportedBy(module: unknown, { isDefault, className }: Target): unknown {
  return (module as Record<string, unknown> | null | undefined)?.[isDefault ? 'default' : className];
}

/**
 * The classes of a copy that this thread has loaded without the patch. Node lists what `require()` has loaded, or a loader
 * has compiled to CommonJS. Whether an ES module is there, and how it came there, shows only when it is imported, which loads
 * it if it was not.
 *
 * @returns what to call them in a message
 */
export async function loadedBare(directory: string, version: string): Promise<string[]> {
  const bare: string[] = [];
  for (const one of classesOf(directory, version)) {
    const loaded = requiredClasses(one);
    // Of a module that cannot be loaded the app has nothing either.
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

/** What is patched, and has a method replaced since, or is no class at all because its module could not be loaded, is not bare. */
function isBare(Class: unknown): boolean {
  try {
    assertPatched(Class as new () => unknown);
    return false;
  } catch (error) {
    return (error as { code?: unknown }).code === 'ERR_PATCH_MISSING';
  }
}
