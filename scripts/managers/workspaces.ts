import { type Dirent, existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { managers } from './index.ts';
import { readPackageJson } from './package-json.ts';
import { readList } from './yaml-block.ts';

/**
 * Finds the packages of a workspace: the folders with a package.json that the patterns of its root name. Empty for a folder
 * that is no workspace. A pattern that this function does not understand finds more folders rather than fewer, because a
 * copy that is not seen would pass as patched.
 *
 * @returns real paths
 * @throws {PatchError} `ERR_PATCH_CONFIG` when the package.json of the root cannot be read
 */
export function workspacesOf(root: string): string[] {
  const patterns = patternsOf(root).flatMap(withoutBraces);
  const found = new Set(patterns.filter((pattern) => !pattern.startsWith('!')).flatMap((one) => expand(root, one)));
  for (const pattern of patterns) {
    if (!pattern.startsWith('!') || unknown.test(pattern.slice(1))) continue;
    for (const folder of expand(root, pattern.slice(1))) found.delete(folder);
  }
  const packages = [...found].filter((folder) => folder !== root && existsSync(join(folder, 'package.json')));
  return packages.map((folder) => realpathSync(folder));
}

function patternsOf(root: string): string[] {
  const { workspaces } = existsSync(join(root, 'package.json')) ? readPackageJson(root) : {};
  const own: unknown = Array.isArray(workspaces)
    ? workspaces
    : (workspaces as { packages?: unknown } | undefined)?.packages;
  const files = managers.flatMap(({ workspaceFile }) => (workspaceFile ? join(root, workspaceFile) : []));
  const listed = files.flatMap((file) => (existsSync(file) ? readList(readFileSync(file, 'utf8'), 'packages') : []));
  const all = [...(Array.isArray(own) ? (own as unknown[]) : []), ...listed];
  return all.filter((pattern): pattern is string => typeof pattern === 'string');
}

/** `{a,b}/*` becomes `a/*` and `b/*`. */
function withoutBraces(pattern: string): string[] {
  const [whole, inner] = /\{([^{}]*)\}/.exec(pattern) ?? [];
  if (whole === undefined) return [pattern];
  return inner!.split(',').flatMap((one) => withoutBraces(pattern.replace(whole, () => one)));
}

/** The parts of a pattern that are taken for "any name". */
const unknown = /[[\](){}!@+]/;

function expand(root: string, pattern: string): string[] {
  let folders = [root];
  for (const segment of pattern.split('/')) {
    if (segment === '' || segment === '.') continue;
    folders = folders.flatMap((folder) => step(folder, segment));
  }
  return folders;
}

function step(folder: string, segment: string): string[] {
  if (segment === '**') return [folder, ...everyFolder(folder)];
  const isExact = !/[*?]/.test(segment) && existsSync(join(folder, segment));
  if (isExact) return isDirectory(join(folder, segment)) ? [join(folder, segment)] : [];
  const text = segment
    .replaceAll(/[.^$|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const matching = unknown.test(segment) ? /^/ : new RegExp(`^${text}$`);
  const names = list(folder).filter(({ name }) => matching.test(name) && (segment[0] === '.' || name[0] !== '.'));
  return names.map(({ name }) => join(folder, name)).filter(isDirectory);
}

/** Every folder below a folder. Links are not followed, so that a cycle has an end. */
function everyFolder(folder: string): string[] {
  return list(folder)
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap(({ name }) => [join(folder, name), ...everyFolder(join(folder, name))]);
}

/** A folder that this user cannot read holds no package that this user can install. */
function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => name !== 'node_modules');
  } catch {
    return [];
  }
}

const isDirectory = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
