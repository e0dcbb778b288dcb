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
 * package.json, never by its folder. Each real folder is visited once, so links and cycles cost nothing.
 *
 * @param root copies outside of it may belong to other projects too
 * @param folders the folders with a node_modules to look into. Default: every folder below the root, of other projects too
 * @throws {PatchError} `ERR_PATCH_IO` when `root` or anything inside a node_modules cannot be read: a copy that cannot be
 * seen must not pass as patched
 */
export function findCopies(root: string, names: readonly string[], folders?: readonly string[]): Found {
  const copies = new Map<string, Copy>();
  const skipped: string[] = [];
  const visited = new Set<string>();
  const first = (directory: string) => !visited.has(directory) && visited.add(directory) !== undefined;

  /** Visits a folder outside node_modules. Links are not followed there. Hidden folders count: frameworks build servers into them. */
  function source(directory: string): void {
    let entries: Dirent[];
    try {
      entries = readdirSync(directory, { withFileTypes: true });
    } catch (error) {
      if (directory === start) throw unreadable(directory, error);
      // A project may hold folders of another user (a database's, say). A user who cannot read them loads nothing from them.
      skipped.push(directory);
      return;
    }
    for (const entry of entries) {
      const path = join(directory, entry.name);
      if (entry.name === 'node_modules') modules(path);
      else if (entry.isDirectory() && entry.name !== '.git') source(path);
    }
  }

  function modules(path: string): void {
    const directory = real(path);
    if (directory === undefined || !first(directory)) return;
    for (const entry of list(directory)) {
      const child = join(directory, entry.name);
      if (entry.name.startsWith('@')) for (const scoped of list(child)) packageAt(join(child, scoped.name), scoped);
      else if (entry.name.startsWith('.')) {
        if (entry.name === '.pnpm' || entry.name === '.bun') modules(join(child, 'node_modules'));
        else if (entry.isDirectory() && entry.name !== '.bin' && entry.name !== '.cache') store(child);
      } else packageAt(child, entry);
    }
  }

  /**
   * Visits a package manager's store: `<slot>/node_modules/<package>`, or `<slot>/package` (Yarn). The stores of pnpm and Bun
   * are not gone through slot by slot: they keep slots that nothing refers to any longer, unpatched ones too, and every slot
   * in use is linked.
   */
  function store(directory: string): void {
    for (const slot of list(directory)) {
      if (slot.name === 'node_modules') modules(join(directory, slot.name));
      else if (slot.isDirectory()) {
        modules(join(directory, slot.name, 'node_modules'));
        packageAt(join(directory, slot.name, 'package'));
      }
    }
  }

  function packageAt(path: string, entry?: Dirent): void {
    if (entry?.isFile()) return;
    const directory = entry?.isDirectory() ? path : real(path);
    if (directory === undefined || !first(directory)) return;
    const manifest = readManifest(directory, names);
    const enclosing = enclosingModules(directory);
    // A link that leads into a store: the dependencies of the package lie beside it there. A folder with a package.json is a
    // project, not a slot, and other projects do not count.
    const isSlot = entry?.isSymbolicLink() && enclosing && !exists(join(dirname(enclosing), 'package.json'));
    const shared = isSlot && isOutside(directory) && !dirname(enclosing).split(sep).includes('node_modules');
    if (manifest) copies.set(directory, { directory, ...manifest, ...(shared && { shared }) });
    modules(join(directory, 'node_modules'));
    if (isSlot) modules(enclosing);
  }

  const isOutside = (directory: string) => !directory.startsWith(start!.endsWith(sep) ? start! : start + sep);
  const start = real(root);
  if (start === undefined) {
    throw new PatchError('ERR_PATCH_IO', `cannot search ${root}`, 'it is no folder', 'Name the folder of the project');
  }
  if (folders !== undefined) for (const folder of folders) packageAt(folder);
  else if (basename(start) === 'node_modules') modules(start);
  else {
    // The named folder may be a copy itself.
    packageAt(start);
    source(start);
  }
  return { copies: [...copies.values()].sort((a, b) => (a.directory < b.directory ? -1 : 1)), skipped };
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
