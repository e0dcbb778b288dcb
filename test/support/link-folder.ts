import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Makes a copy of a folder out of hard links, without source maps: an SDK has thousands of files. A test changes a file of it
 * by `replaceFile()`, because a plain write would change the original. `apply` renames new files into place.
 *
 * @param unused the names of files and folders that are left out
 */
export function linkFolder(from: string, to: string, unused = /\.map$/): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (unused.test(entry.name)) continue;
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkFolder(source, copy, unused);
    else linkFile(source, copy);
  }
}

/** Links what a program loads of a package. One SDK has 23,000 files: half are declarations, and half are in a second copy of it. */
export function linkModules(from: string, to: string): void {
  const isInDist = /"(\.\/)?dist\//.test(readFileSync(join(from, 'package.json'), 'utf8'));
  linkFolder(from, to, isInDist ? /\.map$|\.d\.[cm]?ts$/ : /\.map$|\.d\.[cm]?ts$|^dist$/);
}

/** Writes a new file in place of a linked one. */
export function replaceFile(path: string, content: string): void {
  rmSync(path);
  writeFileSync(path, content);
}

function linkFile(source: string, copy: string): void {
  try {
    linkSync(source, copy);
  } catch {
    // Another file system.
    copyFileSync(source, copy);
  }
}

/** Installs all that a package needs at run time, below a folder. */
export function linkDependencies(ofPackage: string, dir: string): void {
  const { dependencies, peerDependencies, optionalDependencies } = packageJsonOf(ofPackage);
  for (const name of Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })) {
    const to = join(dir, 'node_modules', name);
    const from = dependencyOf(ofPackage, name);
    if (from === undefined || existsSync(to) || name.startsWith('@types/')) continue;
    linkFolder(from, to);
    linkDependencies(from, dir);
  }
}

/** Node looks for it in the folder of the package first, and then in each folder above. */
function dependencyOf(folder: string, name: string): string | undefined {
  const found = join(folder, 'node_modules', name);
  if (existsSync(found)) return found;
  return folder === dirname(folder) ? undefined : dependencyOf(dirname(folder), name);
}

const packageJsonOf = (folder: string): Record<string, Record<string, string> | undefined> =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
