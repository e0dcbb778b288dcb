import { join, sep } from 'node:path';
import type { FileEntry } from '../patching/manifest.ts';
import { parsePackageJson } from '../patching/package-json.ts';
import type { PatchSet } from '../patching/patch-sets.ts';
import { pathOf, withoutQuery } from './location.ts';

// The object is kept, and not its functions: Plug'n'Play replaces them, in some threads after this module was loaded.
const fs = process.getBuiltinModule('node:fs');

/** A folder that holds an SDK. */
export interface Copy {
  directory: string;
  version: string;
  set: PatchSet;
}

/** A file that a patch changes or adds. */
export interface Found {
  copy: Copy;
  file: string;
  entry: FileEntry;
}

/** Finds the files that patches concern among all that are loaded, and the copies of the SDKs that they belong to. */
export class Copies {
  readonly #sets: readonly PatchSet[];
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

  /** @param onUnsupported is told of each copy of a version without a patch; may throw */
  constructor(sets: readonly PatchSet[], onUnsupported: (copy: Copy) => void) {
    this.#sets = sets;
    this.#onUnsupported = onUnsupported;
    for (const { package: name, paths, added } of sets) {
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
      const entry = copy?.set.versions[copy.version]?.files[file];
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
    if (copy !== null && !Object.hasOwn(copy.set.versions, copy.version)) this.#onUnsupported(copy);
    this.#copies.set(directory, copy);
    return copy;
  }

  #read(directory: string): Copy | null {
    try {
      const text = fs.readFileSync(join(directory, 'package.json'), 'utf8');
      const { name, version } = parsePackageJson(text) as Record<string, unknown>;
      const set = this.#sets.find((set) => set.package === name);
      return set === undefined ? null : { directory, version: String(version), set };
    } catch {
      // No package is there: a file of somebody else has the same name.
      return null;
    }
  }
}

function lastSegment(location: string): string {
  const path = withoutQuery(location);
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf(sep)) + 1);
}
