import { dirname, isAbsolute, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PatchError } from '../core/errors.ts';
import {
  crc32,
  damaged,
  type FileEntry,
  insert,
  loadPatchSets,
  type PatchSet,
  parseJson,
  readPart,
  sha256,
} from '../patching/manifest.ts';
import { pathOf, withoutQuery } from './location.ts';
import type { LoadStatus } from './status.ts';

// See manifest.ts. And not its names: Plug'n'Play replaces the functions of this object, in some threads after this was loaded.
const fs = process.getBuiltinModule('node:fs');

/** `HANGUP_ON_UNPATCHED`: what to do about a copy that cannot be patched. Default `error`. */
export type Policy = 'error' | 'warn';

/** @throws {PatchError} on any other value */
export function readPolicy(value: string | undefined): Policy {
  if (value === undefined || value === '' || value === 'error') return 'error';
  if (value === 'warn') return 'warn';
  throw new PatchError(
    'ERR_PATCH_USAGE',
    `HANGUP_ON_UNPATCHED=${value}`,
    'it is no policy',
    'Set it to error or to warn',
  );
}

interface Copy {
  directory: string;
  version: string;
  set: PatchSet;
}

/** A file that a patch changes or adds. */
interface Found {
  copy: Copy;
  file: string;
  entry: FileEntry;
}

/** What a load hook of Node's answers. */
interface Answer {
  format: 'module' | 'commonjs';
  source: string;
  shortCircuit: true;
}

/** How a patched ES module, and only such a one, gets at what the patch adds. */
const importOfAdded = /^import hangup from "(.+?)";/m;

/** A module as `require()` loads it, whatever the module is that says so. */
function required(path: string): string {
  const text = JSON.stringify(path);
  return `process.getBuiltinModule('node:module').createRequire(${text})(${text})`;
}

/**
 * It gets at what the patch adds, which is CommonJS, as `require()` does: before an import, Node would search that file for
 * what it exports, which takes longer than all else that is done here.
 */
function moduleSource(patched: string, url: string): string {
  const hangup = (_: string, added: string) => `const hangup = ${required(fileURLToPath(new URL(added, url)))};`;
  return patched.replace(importOfAdded, hangup);
}

/**
 * It only requires itself; the rest is there to be searched for its exports. Where Node's loader of ES modules has a source,
 * its own or that of a loader in a thread, it compiles that itself, and what is required there comes back to it: TypeScript
 * that Node strips of its types, for one.
 */
const importedSource = (patched: string, url: string) =>
  `module.exports = ${required(pathOf(url))}; return;\n${patched}`;

const isModule = (entry: FileEntry) =>
  entry.pre !== null && entry.insertions.some(({ text }) => importOfAdded.test(text));

/** Patches sources as they are loaded: what `hangup apply` writes to disk, file by file, in memory. */
export class Patcher {
  readonly #sets = loadPatchSets();
  readonly #policy: Policy;
  readonly #report: (status: LoadStatus) => void;
  /** Files that were reported: on some versions of Node both loaders ask for one file. */
  readonly #told = new Set<string>();
  /** By folder, `null` where there is no SDK. */
  readonly #copies = new Map<string, Copy | null>();
  /** Folders, as paths or URLs, whose copies have been looked at. */
  readonly #met = new Set<string>();
  /** What a path or URL of a file in a copy has in it. */
  readonly #folders = new Set<string>();
  /** Every file that any version's patch touches, by its last segment: most paths can be passed over at once. */
  readonly #touched = new Map<string, Set<string>>();
  /** The last segments of those that a patch adds. */
  readonly #added = new Set<string>();

  constructor(policy: Policy, report: (status: LoadStatus) => void) {
    this.#policy = policy;
    this.#report = report;
    for (const { package: name, paths, added } of this.#sets) {
      this.#folders.add(`/${name}/`).add(join(sep, name, sep));
      for (const file of added) this.#added.add(lastSegment(file));
      for (const file of paths) {
        const name = lastSegment(file);
        const files = this.#touched.get(name);
        if (files === undefined) this.#touched.set(name, new Set([file]));
        else files.add(file);
      }
    }
  }

  /**
   * What the patch makes of a CommonJS module, or adds; `undefined` for one that stays as it is. What is on disk decides,
   * whatever other loaders have made of it.
   *
   * @param location path or URL
   * @throws {PatchError} `ERR_PATCH_FOREIGN`, `ERR_PATCH_UNSUPPORTED` under the policy `error`
   */
  commonJsOf(location: string): string | undefined {
    const found = this.#find(location);
    return found && !isModule(found.entry) ? this.#patch(found) : undefined;
  }

  /**
   * The same of what Node's loader of ES modules has come to, as the answer of a load hook.
   *
   * @param isImported whether that loader asks for CommonJS on its own behalf, not for `require()`
   */
  answer(url: string, isImported: () => boolean): Answer | undefined {
    const found = this.#find(url);
    if (found === undefined) return undefined;
    const isEsm = isModule(found.entry);
    const patched = isEsm || isImported() ? this.#patch(found) : undefined;
    if (patched === undefined) return undefined;
    const source = isEsm ? moduleSource(patched, url) : importedSource(patched, url);
    return { format: isEsm ? 'module' : 'commonjs', source, shortCircuit: true };
  }

  #patch({ copy, file, entry }: Found): string | undefined {
    if (entry.pre === null) {
      const added = readPart(copy.set, entry.source);
      if (crc32(added) === entry.crc32) return added.toString();
      throw damaged(
        `cannot load ${join(copy.set.directory, entry.source)}`,
        'it is not the file that manifest.json knows',
      );
    }
    const source = fs.readFileSync(join(copy.directory, file));
    if (crc32(source) === entry.crc32) {
      this.#tell(copy, file, 'patched');
      return insert(source, entry.insertions).toString();
    }
    if (sha256(source) === entry.post) this.#tell(copy, file, 'on-disk');
    else this.#refuse(copy, file, 'foreign', 'it is neither as published nor as hangup makes it');
    return undefined;
  }

  /**
   * Of a module that was loaded before there was a hook.
   *
   * @throws {PatchError} `ERR_PATCH_LATE` under the policy `error`, when the patch has something to do there
   */
  checkLoaded(path: string): void {
    const found = this.#find(path);
    if (found === undefined || found.entry.pre === null) return;
    const { copy, file, entry } = found;
    if (sha256(fs.readFileSync(join(copy.directory, file))) === entry.post) this.#tell(copy, file, 'on-disk');
    else this.#refuse(copy, file, 'late', 'it was loaded before hangup/register');
  }

  /**
   * The path that a module which the patch adds has inside the SDK, were it on disk.
   *
   * @param request as given to `require()`: relative to `parent`, or a path
   * @param parent path of the module that asks
   */
  resolveAdded(request: string, parent: string | undefined): string | undefined {
    if (!this.#added.has(lastSegment(request))) return undefined;
    const path = request.startsWith('.') && parent !== undefined ? join(dirname(parent), request) : request;
    return isAbsolute(path) && this.#find(path)?.entry.pre === null ? path : undefined;
  }

  /**
   * What a patch does to a file, and to which copy. Of most modules no more than the name is looked at: turning hundreds of
   * URLs into paths takes milliseconds.
   */
  #find(location: string): Found | undefined {
    const files = this.#touched.get(lastSegment(location));
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

  /** Of a version that no patch is for, any file may be the first to be seen. */
  #meet(location: string): void {
    for (const folder of this.#folders) {
      const at = location.lastIndexOf(folder);
      const directory = location.slice(0, at + folder.length - 1);
      if (at < 0 || this.#met.has(directory)) continue;
      this.#copyAt(pathOf(directory));
      this.#met.add(directory);
    }
  }

  /** A copy of a version without a patch is refused here: each time, because the app may go on after an error. */
  #copyAt(directory: string): Copy | null {
    const known = this.#copies.get(directory);
    if (known !== undefined) return known;
    const copy = this.#readCopy(directory);
    if (copy !== null && !Object.hasOwn(copy.set.versions, copy.version)) {
      const versions = Object.keys(copy.set.versions).join(', ');
      this.#refuse(copy, 'package.json', 'unsupported', `this hangup knows ${versions}`);
    }
    this.#copies.set(directory, copy);
    return copy;
  }

  #readCopy(directory: string): Copy | null {
    try {
      const text = fs.readFileSync(join(directory, 'package.json'), 'utf8');
      const { name, version } = parseJson(text) as Record<string, unknown>;
      const set = this.#sets.find((set) => set.package === name);
      return set === undefined ? null : { directory, version: String(version), set };
    } catch {
      // No package is there: some other file has the same name.
      return null;
    }
  }

  /** @returns whether it is news */
  #tell({ directory, version }: Copy, file: string, state: LoadStatus['state']): boolean {
    const key = join(directory, file);
    if (this.#told.has(key)) return false;
    this.#told.add(key);
    this.#report({ path: directory, version, file, state });
    return true;
  }

  #refuse(copy: Copy, file: string, state: keyof typeof refusals, why: string): void {
    const what = `${join(copy.directory, file)} (${copy.set.package} ${copy.version}) cannot be patched as it is loaded`;
    const [code, remedy] = refusals[state];
    const error = new PatchError(
      code,
      what,
      why,
      `${remedy}, or set HANGUP_ON_UNPATCHED=warn to run without the patch`,
    );
    if (this.#policy === 'error') throw error;
    if (this.#tell(copy, file, state)) process.emitWarning(error.message, 'HangupWarning', error.code);
  }
}

const refusals = {
  foreign: ['ERR_PATCH_FOREIGN', 'Delete that package and install it again'],
  unsupported: ['ERR_PATCH_UNSUPPORTED', 'Install one of these versions, or a newer hangup'],
  late: [
    'ERR_PATCH_LATE',
    'Put "--import hangup/register" before what loads it (Node begins with what is --required), patch the files: "npx hangup apply"',
  ],
} as const;

function lastSegment(location: string): string {
  const path = withoutQuery(location);
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf(sep)) + 1);
}
