import { copyFileSync, linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes a copy of a folder out of hard links, without source maps: an SDK has thousands of files. A test changes a file of it
 * by `replaceFile()`, because a plain write would change the original. `apply` renames new files into place.
 */
export function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkFolder(source, copy);
    else if (!entry.name.endsWith('.map')) linkFile(source, copy);
  }
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
