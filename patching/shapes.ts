import { join } from 'node:path';
import type { Format } from './manifest.ts';
import { packageRoot } from './package-json.ts';

/** A class that the load hook gives its seams by its shape. */
export interface ShapedClass {
  /** The module that defines it, relative to the package. */
  file: string;
  format: Format;
  /** Semver range of the versions in which it has this shape. */
  range: string;
  /** Texts that the module must contain exactly once. */
  anchors: string[];
  /** The arguments of the runtime's `install()`. */
  install: string;
}

/** A module, and its classes of one version. */
export interface ShapedModule {
  format: Format;
  classes: ShapedClass[];
}

/** An SDK without patches on disk: its versions are too many to keep the hashes of all their files. */
export interface ShapedPackage {
  package: string;
  classes: ShapedClass[];
}

/** The runtime of such an SDK. */
export function runtimeOf(name: string, patches = join(packageRoot(), 'patches')): string {
  return join(patches, name, 'runtime.cjs');
}

/** The modules of classes, by their file. */
export function modulesOf(classes: readonly ShapedClass[]): Record<string, ShapedModule> {
  const modules: Record<string, ShapedModule> = {};
  for (const one of classes) {
    modules[one.file] ??= { format: one.format, classes: [] };
    modules[one.file]!.classes.push(one);
  }
  return modules;
}

/**
 * Adds the line that hands the class to the runtime, to the source of its module. The published source map stays right.
 *
 * @returns `undefined` when an anchor is not there exactly once: then the module has another shape
 */
export function withInstall(source: string, { anchors, install }: ShapedClass, runtime: string): string | undefined {
  const isThere = (anchor: string) => source.split(anchor).length === 2;
  if (!anchors.every(isThere)) return undefined;
  const path = JSON.stringify(runtime);
  // The same in both formats. An import would let Node search the runtime for its exports.
  const line = `process.getBuiltinModule("node:module").createRequire(${path})(${path}).install(${install});\n`;
  const sourceMap = source.lastIndexOf('\n//# sourceMappingURL=');
  const end = sourceMap < 0 ? source.length : sourceMap;
  return `${source.slice(0, end)}\n${line}${source.slice(end + 1)}`;
}
