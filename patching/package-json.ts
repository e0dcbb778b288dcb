import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PatchError } from '../core/errors.ts';

// The functions are not imported: an import of node:fs also loads streams and ciphers, and an app may be waiting.
const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');

/** Parses a package.json as Node does: it may begin with a byte order mark. */
export const parsePackageJson = (text: string): unknown => JSON.parse(text.replace(/^\uFEFF/, ''));

/**
 * Finds hangup's own package root. The code runs from patching/ and, published, from below dist/.
 *
 * @throws {PatchError} `ERR_PATCH_INSTALL` when no folder above this module is the package
 */
export function packageRoot(): string {
  found ??= findRoot();
  return found;
}

let found: string | undefined;

function findRoot(): string {
  // In a CommonJS bundle the URL is undefined.
  const { url } = import.meta as { url?: string };
  const start = url === undefined ? process.cwd() : dirname(fileURLToPath(url));
  for (let directory = start; ; directory = dirname(directory)) {
    const file = join(directory, 'package.json');
    try {
      if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'hangup') return directory;
    } catch {
      // A package.json that cannot be parsed is somebody else's.
    }
    if (directory === dirname(directory)) break;
  }
  throw new PatchError(
    'ERR_PATCH_INSTALL',
    'hangup cannot find its own files',
    `no folder above ${start} is its package: it is bundled, or its installation is incomplete`,
    'Leave "hangup" out of the bundle, or install it again',
  );
}
