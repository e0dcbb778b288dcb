import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { formatOf, type Target, targets } from '../overlays/cartesia/targets.ts';
import { assertPatched } from '../overlays/overlay.ts';

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
  return (module as Record<string, unknown>)[isDefault ? 'default' : className];
}

/**
 * The classes of a copy that this thread has loaded without the patch. Node lists the CommonJS modules that are there. Whether an
 * ES module is there, and how it came there, shows only when it is imported, which loads it if it was not.
 *
 * @returns what to call them in a message
 */
export async function loadedBare(directory: string, version: string): Promise<string[]> {
  const bare: string[] = [];
  for (const one of classesOf(directory, version)) {
    const Class = one.format === 'cjs' ? requiredClass(one) : await loadClass(one).catch(() => notLoaded);
    if (Class !== notLoaded && !isPatched(Class)) bare.push(`${one.target.className} in ${one.module}`);
  }
  return bare;
}

/** Of a module that cannot be loaded the app has nothing either. */
const notLoaded = Symbol('not loaded');

function requiredClass({ target, file }: BuiltClass): unknown {
  const module = createRequire(file).cache[file];
  return module === undefined ? notLoaded : exportedBy(module.exports, target);
}

function isPatched(Class: unknown): boolean {
  try {
    assertPatched(Class as new () => unknown);
    return true;
  } catch {
    return false;
  }
}
