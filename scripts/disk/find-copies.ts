import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { PatchError } from '../../core/errors.ts';
import { parsePackageJson } from '../../patching/package-json.ts';

/** One installed copy of a package. `directory` is its real path. */
export interface Copy {
  directory: string;
  name: string;
  version: string;
  /** The copy is in a store outside the project, to which the project links: pnpm's global one, or a global installation. */
  shared?: true;
}

export interface Found {
  copies: Copy[];
  /** Source folders that could not be read, hence not searched. */
  skipped: string[];
}

/**
 * Finds every copy of the named packages that a program in a project can load: nested, aliased, in workspaces, linked, and in
 * the stores of pnpm, Yarn and Bun (`node_modules/.pnpm`, `.store`, `.bun`). A copy is known by the `name` in its
 * package.json, never by its folder.
 *
 * @param root copies outside of it may belong to other projects too
 * @param folders the folders with a node_modules to look into. Default: every folder below the root, of other projects too
 * @throws {PatchError} `ERR_PATCH_IO` when `root` or anything inside a node_modules cannot be read: a copy that cannot be
 * seen must not pass as patched
 */
export function findCopies(root: string, names: readonly string[], folders?: readonly string[]): Found {
  const start = real(root);
  if (start === undefined) {
    throw new PatchError('ERR_PATCH_IO', `cannot search ${root}`, 'it is no folder', 'Name the folder of the project');
  }
  return new Search(start, names).run(folders);
}

/** One search for copies. */
class Search {
  readonly #start: string;
  readonly #names: readonly string[];
  /** By their folders. */
  readonly #copies = new Map<string, Copy>();
  readonly #skipped: string[] = [];
  readonly #visited = new Set<string>();

  /** @param start the real path of the root */
  constructor(start: string, names: readonly string[]) {
    this.#start = start;
    this.#names = names;
  }

  run(folders: readonly string[] | undefined): Found {
    if (folders !== undefined) for (const folder of folders) this.#package(folder);
    else if (basename(this.#start) === 'node_modules') this.#modules(this.#start);
    else {
      // The named folder may be a copy itself.
      this.#package(this.#start);
      this.#source(this.#start);
    }
    const copies = [...this.#copies.values()].sort((a, b) => (a.directory < b.directory ? -1 : 1));
    return { copies, skipped: this.#skipped };
  }

  /** Visits a folder outside node_modules. Links are not followed there. Hidden folders count: frameworks build servers into them. */
  #source(directory: string): void {
    let entries: Dirent[];
    try {
      entries = readdirSync(directory, { withFileTypes: true });
    } catch (error) {
      if (directory === this.#start) throw unreadable(directory, error);
      // A project may hold folders of another user (a database's, say). A user who cannot read them loads nothing from them.
      this.#skipped.push(directory);
      return;
    }
    for (const entry of entries) {
      const path = join(directory, entry.name);
      if (entry.name === 'node_modules') this.#modules(path);
      else if (entry.isDirectory() && entry.name !== '.git') this.#source(path);
    }
  }

  /** Visits a node_modules. */
  #modules(path: string): void {
    const directory = real(path);
    if (directory === undefined || !this.#isFirstVisit(directory)) return;
    for (const entry of list(directory)) {
      const child = join(directory, entry.name);
      if (entry.name.startsWith('@')) for (const scoped of list(child)) this.#package(join(child, scoped.name), scoped);
      else if (entry.name.startsWith('.')) {
        if (entry.name === '.pnpm' || entry.name === '.bun') this.#modules(join(child, 'node_modules'));
        else if (entry.isDirectory() && entry.name !== '.bin' && entry.name !== '.cache') this.#store(child);
      } else this.#package(child, entry);
    }
  }

  /**
   * Visits a package manager's store: `<slot>/node_modules/<package>`, or `<slot>/package` (Yarn). The stores of pnpm and Bun
   * are not gone through slot by slot: they keep slots that nothing refers to any longer, unpatched ones too, and every slot
   * in use is linked.
   */
  #store(directory: string): void {
    for (const slot of list(directory)) {
      if (slot.name === 'node_modules') this.#modules(join(directory, slot.name));
      else if (slot.isDirectory()) {
        this.#modules(join(directory, slot.name, 'node_modules'));
        this.#package(join(directory, slot.name, 'package'));
      }
    }
  }

  /** Visits the folder of a package, or a link to one. @param entry as its node_modules lists it */
  #package(path: string, entry?: Dirent): void {
    if (entry?.isFile()) return;
    const directory = entry?.isDirectory() ? path : real(path);
    if (directory === undefined || !this.#isFirstVisit(directory)) return;
    const manifest = readManifest(directory, this.#names);
    const enclosing = enclosingModules(directory);
    // A link that leads into a store: the dependencies of the package lie beside it there. A folder with a package.json is a
    // project, not a slot, and other projects do not count.
    const isSlot = entry?.isSymbolicLink() && enclosing && !exists(join(dirname(enclosing), 'package.json'));
    const shared = isSlot && this.#isOutside(directory) && !dirname(enclosing).split(sep).includes('node_modules');
    if (manifest) this.#copies.set(directory, { directory, ...manifest, ...(shared && { shared }) });
    this.#modules(join(directory, 'node_modules'));
    if (isSlot) this.#modules(enclosing);
  }

  /** Each real folder is visited once, so that links and cycles cost nothing. */
  #isFirstVisit(directory: string): boolean {
    if (this.#visited.has(directory)) return false;
    this.#visited.add(directory);
    return true;
  }

  #isOutside(directory: string): boolean {
    return !directory.startsWith(this.#start.endsWith(sep) ? this.#start : this.#start + sep);
  }
}

/** Reads one folder's package.json. Returns `undefined` for a package of another name, and where there is none. */
export function readManifest(
  directory: string,
  names: readonly string[],
): Omit<Copy, 'directory' | 'shared'> | undefined {
  const file = join(directory, 'package.json');
  try {
    const text = readFileSync(file, 'utf8');
    // Hundreds of packages are read for one match: only a text that can match is parsed.
    if (!names.some((name) => text.includes(basename(name)))) return undefined;
    const { name, version } = parsePackageJson(text) as { name?: unknown; version?: unknown };
    return typeof name === 'string' && names.includes(name) ? { name, version: String(version) } : undefined;
  } catch (error) {
    if (absent(error)) return undefined;
    throw unreadable(file, error);
  }
}

function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (absent(error)) return [];
    throw unreadable(directory, error);
  }
}

/** Resolves the real path of a folder; `undefined` for a dangling link or a file, from which nothing can be loaded. */
function real(path: string): string | undefined {
  try {
    const target = realpathSync(path);
    return statSync(target).isDirectory() ? target : undefined;
  } catch (error) {
    if (absent(error)) return undefined;
    throw unreadable(path, error);
  }
}

function enclosingModules(directory: string): string | undefined {
  const parent = dirname(directory);
  const modulesDirectory = basename(parent).startsWith('@') ? dirname(parent) : parent;
  return basename(modulesDirectory) === 'node_modules' ? modulesDirectory : undefined;
}

const exists = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;

const absent = (error: unknown) => ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

function unreadable(path: string, error: unknown): PatchError {
  const why = (error as Error).message;
  const next =
    error instanceof SyntaxError
      ? 'Install that package again'
      : 'Make it readable for this user, then run the command again';
  return new PatchError('ERR_PATCH_IO', `cannot read ${path}`, why, next, { cause: error });
}
