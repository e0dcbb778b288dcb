import { join, sep } from 'node:path';
import type { FileEntry } from '../patching/manifest.ts';
import { parsePackageJson } from '../patching/package-json.ts';
import type { ShapedModule } from '../patching/shapes.ts';
import { pathOf, withoutQuery } from './location.ts';

// The object is kept, and not its functions: Plug'n'Play replaces them, in some threads after this module was loaded.
const fs = process.getBuiltinModule('node:fs');

/** An SDK that hangup knows, as far as its copies and their files are found. */
export interface KnownSdk {
  readonly package: string;
  /** Every file that hangup changes or adds in some version. */
  readonly paths: readonly string[];
  /** Those of `paths` that are added. */
  readonly added: readonly string[];
  /** The files of one version. `undefined`: hangup does not know the version. */
  filesOf(version: string): Readonly<Record<string, FileEntry | ShapedModule>> | undefined;
  /** `hangup apply` can patch it on disk. */
  readonly hasPatches: boolean;
  /** Tells why it does not know a version, and the next thing to do. */
  refusalOf(version: string): { why: string; next: string };
  /** The folder of its parts. */
  readonly directory: string;
}

/** A folder that holds an SDK. */
export interface Copy {
  directory: string;
  version: string;
  sdk: KnownSdk;
}

/** A file that hangup changes or adds. */
export interface Found {
  copy: Copy;
  file: string;
  entry: FileEntry | ShapedModule;
}

/** Finds the files that hangup changes among all that are loaded, and the copies of the SDKs that they belong to. */
export class Copies {
  readonly #sdks: readonly KnownSdk[];
  readonly #onUnsupported: (copy: Copy) => void;
  /** By folder, `null` where there is no SDK. */
  readonly #copies = new Map<string, Copy | null>();
  /** The parts of a path or URL that every file in a copy has. */
  readonly #marks = new Set<string>();
  /** Folders, as paths or URLs, whose copies have been looked at. */
  readonly #met = new Set<string>();
  /** Every file that some version's patch changes or adds, by its last segment: most locations can be passed over at once. */
  readonly #concerned = new Map<string, Set<string>>();
  /** The last segments of files that a patch adds. */
  readonly #added = new Set<string>();

  /** @param onUnsupported is told of each copy of a version that hangup does not know; may throw */
  constructor(sdks: readonly KnownSdk[], onUnsupported: (copy: Copy) => void) {
    this.#sdks = sdks;
    this.#onUnsupported = onUnsupported;
    for (const { package: name, paths, added } of sdks) {
      this.#marks.add(`/${name}/`).add(join(sep, name, sep));
      for (const file of added) this.#added.add(lastSegment(file));
      for (const file of paths) {
        const name = lastSegment(file);
        const files = this.#concerned.get(name);
        if (files === undefined) this.#concerned.set(name, new Set([file]));
        else files.add(file);
      }
    }
  }

  /** Whether a path or specifier ends as a file does that a patch adds. */
  mayBeAdded(location: string): boolean {
    return this.#added.has(lastSegment(location));
  }

  /**
   * Tells which file of which copy a location is. Of most modules only the name is looked at, because turning hundreds of URLs
   * into paths takes milliseconds.
   *
   * @param location path or URL
   */
  find(location: string): Found | undefined {
    const files = this.#concerned.get(lastSegment(location));
    const path = files && pathOf(location);
    for (const file of files ?? []) {
      const suffix = sep + file.replaceAll('/', sep);
      const copy = path!.endsWith(suffix) ? this.#copyAt(path!.slice(0, -suffix.length)) : null;
      const entry = copy?.sdk.filesOf(copy.version)?.[file];
      if (copy && entry) return { copy, file, entry };
    }
    this.#meet(location);
    return undefined;
  }

  /** Looks at the copy that a location is in: of a version without a patch, any file may be the first to be seen. */
  #meet(location: string): void {
    for (const mark of this.#marks) {
      const at = location.lastIndexOf(mark);
      const directory = location.slice(0, at + mark.length - 1);
      if (at < 0 || this.#met.has(directory)) continue;
      this.#copyAt(pathOf(directory));
      this.#met.add(directory);
    }
  }

  #copyAt(directory: string): Copy | null {
    const known = this.#copies.get(directory);
    if (known !== undefined) return known;
    const copy = this.#read(directory);
    // When this throws, the copy is not kept: the app may go on after an error, and the next file must be refused too.
    if (copy !== null && copy.sdk.filesOf(copy.version) === undefined) this.#onUnsupported(copy);
    this.#copies.set(directory, copy);
    return copy;
  }

  #read(directory: string): Copy | null {
    const file = join(directory, 'package.json');
    // Most folders have none, and an error takes ten times as long.
    if (!fs.existsSync(file)) return null;
    try {
      const text = fs.readFileSync(file, 'utf8');
      const { name, version } = parsePackageJson(text) as Record<string, unknown>;
      const sdk = this.#sdks.find((sdk) => sdk.package === name);
      return sdk === undefined ? null : { directory, version: String(version), sdk };
    } catch {
      // It is no package that npm could have installed.
      return null;
    }
  }
}

function lastSegment(location: string): string {
  const path = withoutQuery(location);
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf(sep)) + 1);
}
