// Describes SDKs to the generator, the commands and the tests. No overlay and no patched SDK loads this file.

export type Format = 'cjs' | 'esm';

/** Describes one SDK. Generator, command line, probe, documents and tests know nothing else of it. */
export interface Sdk {
  /**
   * Name of its folder in `overlays/`, which holds `index.ts` (`hangup/<name>`) and `runtime.ts` (bundled into the patches).
   * Its pinned versions in test/sdks are called `<name>-<version>`.
   */
  readonly name: string;
  readonly packageName: string;
  /** SPDX identifier. */
  readonly license: string;
  /** Lines of the patches' Description. They name the defect of the published package and the additions. */
  readonly reason: readonly string[];
  /**
   * It has no patch on disk: the load hook and `overlay()` go by the shape of its classes. Default: a patch for each version,
   * by hash.
   */
  readonly isByShape?: true;
  /** The day on which its insertions changed last, in ISO 8601. A patch must not depend on the day of its generation. */
  readonly lastUpdate: string;
  /** Environment variables that the SDK reads. A probe gets none of them. */
  readonly environment: RegExp;
  /** By the name of a family. */
  readonly kinds: Readonly<Record<string, Kind>>;
  readonly targets: readonly Target[];
}

/** Classes of one family. The runtime has the rest: `families/<name>/family.ts`. */
export interface Kind {
  /** A part belongs to a client and makes its connections. */
  readonly role: 'connection' | 'client' | 'part';
  /** No member tells this family from others, so a patch names it. */
  readonly named?: true;
  /** TypeScript members that the patch declares beyond `Disconnectable`. */
  readonly declares?: string;
  /** The import of names that `declares` uses. The declarations of the SDK, to which a patch adds them, have it already. */
  readonly imports?: string;
  /** Published declaration of a member that `disconnect()` of hangup replaces, such as `disconnect(): void`. */
  readonly replaces?: string;
  readonly probe: Probe<object>;
}

type Class = new (...args: unknown[]) => object;

/** How `hangup verify --probe` uses a class, without a network: it hangs up, and then calls too late. */
export interface Probe<T> {
  make(Class: Class): T;
  /** Opens a connection. Missing where making the object opens it, and where the class has none. */
  open?(object: T): unknown;
  /** Makes a call that would dial, send or request. After an end it has to reject or to throw. */
  late(object: T): unknown;
}

/** Loads the package, or a public subpath of it, as an app does. */
export type Load = (specifier: string) => Promise<Readonly<Record<string, unknown>>>;

/** One class, and the published versions in which it has the same shape. */
export interface Target {
  /** Key of `kinds`. Named by behaviour, because version numbers go stale. */
  readonly family: string;
  readonly className: string;
  /** Type parameters of the class, as it declares them. */
  readonly typeParameters?: string;
  /** Says how users get an instance. */
  readonly opened: string;
  /** Gets an instance in that way. */
  open(load: Load): unknown;
  /**
   * Every published version of this shape. A version that is not listed is refused, never guessed. Of an SDK that goes by
   * shape: the versions that the tests play.
   */
  readonly versions: readonly string[];
  /** Semver range of the versions that the load hook takes by shape, for an SDK that goes by that. */
  readonly range?: string;
  /** Public specifier of the module that exports the class. */
  readonly importFrom: string;
  /** The class is the default export of its module. */
  readonly isDefault?: true;
  /** The class that users import, where that is another one, which extends this one. */
  readonly importedAs?: string;
  /** Its module keeps the class to itself: apps get instances only. */
  readonly isLocal?: true;
  /**
   * The modules come from a bundler, which exports in a list. esbuild declares `var Name = class`, rollup `class Name`, and of a
   * package it makes one module with all classes.
   */
  readonly bundler?: 'esbuild' | 'rollup';
  /** The builds that a patch changes. */
  readonly builds: readonly Build[];
  /** Published builds that nobody can load or connect with, so that there is nothing to patch. */
  readonly broken?: readonly BrokenBuild[];
}

export interface Build {
  readonly format: Format;
  /** The module that defines the class, relative to the package root. */
  readonly file: string;
  /** The module that declares the class. */
  readonly types: string;
}

export interface BrokenBuild extends Omit<Build, 'types'> {
  readonly why: `upstream-broken: ${string}`;
}

/** Compares as semver does, which takes 10 ms to load: the command would wait for it. */
function byRelease(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split(/[.-]/)) as [string[], string[]];
  const differing = [0, 1, 2].find((part) => a[part] !== b[part]);
  if (differing !== undefined) return Number(a[differing]) - Number(b[differing]);
  // A pre-release (1.0.0-alpha.4) comes before its release.
  return b.length - a.length;
}

/** Every version that has a target, in order of release. */
export function versionsOf({ targets }: Sdk): string[] {
  return [...new Set(targets.flatMap(({ versions }) => versions))].sort(byRelease);
}

export function targetsOf({ targets }: Sdk, version: string): Target[] {
  return targets.filter(({ versions }) => versions.includes(version));
}

/** The formats in which a version can be loaded. */
export function formatsOf(sdk: Sdk, version: string): Format[] {
  return [...new Set(targetsOf(sdk, version).flatMap(({ builds }) => builds.map(({ format }) => format)))];
}

/** Name of a pinned version in node_modules. */
export function aliasOf({ name }: Sdk, version: string): string {
  return `${name}-${version}`;
}
