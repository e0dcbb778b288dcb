import { readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PatchError } from '../../core/errors.ts';
import { insert, loadPatchSets, type PatchSet, sha256 } from '../../scripts/manifest.ts';

/** What the load hook did about one file of an SDK. */
export interface LoadStatus {
  /** The package's folder. */
  path: string;
  version: string;
  /** Relative to the package. */
  file: string;
  /** `on-disk`: it was patched already. `foreign`, `unsupported`: it was loaded as it is, under the policy `warn`. */
  state: 'patched' | 'on-disk' | 'foreign' | 'unsupported';
}

/** `HANGUP_ON_UNPATCHED`: what to do about a copy that cannot be patched. Default `error`. */
export type Policy = 'error' | 'warn';

/** @throws {PatchError} on any other value */
export function readPolicy(value: string | undefined): Policy {
  if (value === undefined || value === '' || value === 'error') return 'error';
  if (value === 'warn') return 'warn';
  throw new PatchError(
    'ERR_PATCH_USAGE',
    'HANGUP_ON_UNPATCHED',
    `"${value}" is no policy`,
    'Set it to error or to warn',
  );
}

interface Copy {
  directory: string;
  version: string;
  set: PatchSet;
}

/** Patches sources as they are loaded: what `hangup apply` writes to disk, file by file, in memory. */
export class Patcher {
  readonly #sets = loadPatchSets();
  readonly #policy: Policy;
  readonly #report: (status: LoadStatus) => void;
  /** Files that were reported: on some versions of Node both loaders ask for one file. */
  readonly #told = new Set<string>();
  /** By folder, `null` where there is no SDK. */
  readonly #copies = new Map<string, Copy | null>();
  /** Every file that any version's patch touches, by its last segment: most paths can be passed over at once. */
  readonly #touched = new Map<string, Set<string>>();

  constructor(policy: Policy, report: (status: LoadStatus) => void) {
    this.#policy = policy;
    this.#report = report;
    for (const { paths } of this.#sets) {
      for (const file of paths) {
        const name = file.slice(file.lastIndexOf('/') + 1);
        this.#touched.set(name, (this.#touched.get(name) ?? new Set()).add(file));
      }
    }
  }

  /**
   * The source of a module as the patch makes it, `undefined` when it stays as it is.
   *
   * @param read the published source; asked only for files that a patch changes
   * @throws {PatchError} `ERR_PATCH_FOREIGN`, `ERR_PATCH_UNSUPPORTED` under the policy `error`
   */
  patch(path: string, read: () => Uint8Array | string): string | undefined {
    const found = this.#find(path);
    if (found === undefined) return undefined;
    const { copy, file } = found;
    const entry = copy.set.versions[copy.version]?.files[file];
    if (entry === undefined || entry.pre === null) return undefined;
    const source = Buffer.from(read() as string);
    const hash = sha256(source);
    if (hash === entry.post) this.#tell(copy, file, 'on-disk');
    else if (hash === entry.pre) {
      this.#tell(copy, file, 'patched');
      return insert(source, entry.insertions).toString();
    } else {
      this.#refuse(copy, file, 'foreign', 'it is neither as published nor as hangup makes it');
    }
    return undefined;
  }

  /** The path that a module which the patch adds would have inside the SDK, where it is not on disk. */
  resolveAdded(specifier: string, parent: string): string | undefined {
    // Node hands on what a module that it compiled itself requires as a URL.
    const isUrl = specifier.startsWith('file:');
    if (!isUrl && !specifier.startsWith('.')) return undefined;
    const path = isUrl ? fileURLToPath(specifier) : join(dirname(parent), specifier);
    return this.addedSource(path) === undefined ? undefined : path;
  }

  /** The source of a module that the patch adds. */
  addedSource(path: string): string | undefined {
    const found = this.#find(path);
    const entry = found?.copy.set.versions[found.copy.version]?.files[found.file];
    return entry?.pre === null ? readFileSync(join(found!.copy.set.directory, entry.source), 'utf8') : undefined;
  }

  /** The copy of an SDK that a file belongs to. One of a version without a patch is dealt with here. */
  #find(path: string): { copy: Copy; file: string } | undefined {
    const name = path.slice(path.lastIndexOf(sep) + 1);
    for (const file of this.#touched.get(name) ?? []) {
      const suffix = sep + file.replaceAll('/', sep);
      const copy = path.endsWith(suffix) ? this.#copyAt(path.slice(0, -suffix.length)) : null;
      if (copy !== null) return { copy, file };
    }
    // Of a version that no patch is for, any file may be the first to be seen.
    for (const set of this.#sets) {
      const folder = join(sep, set.package, sep);
      const at = path.lastIndexOf(folder);
      if (at >= 0) this.#copyAt(path.slice(0, at + folder.length - 1));
    }
    return undefined;
  }

  #copyAt(directory: string): Copy | null {
    const known = this.#copies.get(directory);
    if (known !== undefined) return known;
    const copy = this.#readCopy(directory);
    this.#copies.set(directory, copy);
    if (copy !== null && !Object.hasOwn(copy.set.versions, copy.version)) {
      const known = Object.keys(copy.set.versions).join(', ');
      this.#refuse(copy, 'package.json', 'unsupported', `this hangup knows ${known}`);
    }
    return copy;
  }

  #readCopy(directory: string): Copy | null {
    try {
      const { name, version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<
        string,
        unknown
      >;
      const set = this.#sets.find((set) => set.package === name);
      return set === undefined ? null : { directory, version: String(version), set };
    } catch {
      // No package is there: some other file has the same name.
      return null;
    }
  }

  #tell({ directory, version }: Copy, file: string, state: LoadStatus['state']): void {
    const key = join(directory, file);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#report({ path: directory, version, file, state });
  }

  #refuse(copy: Copy, file: string, state: 'foreign' | 'unsupported', why: string): void {
    const what = `${join(copy.directory, file)} (${copy.set.package} ${copy.version}) cannot be patched as it is loaded`;
    const next = `Install a supported version unchanged, or set HANGUP_ON_UNPATCHED=warn to run without the patch`;
    const error = new PatchError(state === 'foreign' ? 'ERR_PATCH_FOREIGN' : 'ERR_PATCH_UNSUPPORTED', what, why, next);
    if (this.#policy === 'error') throw error;
    this.#tell(copy, file, state);
    process.emitWarning(error.message, 'HangupWarning', error.code);
  }
}
