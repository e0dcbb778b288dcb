import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PatchError } from '../../core/errors.ts';
import { parsePackageJson } from '../../patching/package-json.ts';

/** The members of a project's package.json that tell its package manager. */
export interface PackageJson {
  packageManager?: unknown;
  devEngines?: { packageManager?: unknown };
  workspaces?: unknown;
}

/**
 * @param directory a folder of a project
 * @throws {PatchError} `ERR_PATCH_CONFIG` when it has no package.json that can be read
 */
export function readPackageJson(directory: string): PackageJson {
  const file = join(directory, 'package.json');
  try {
    const content = parsePackageJson(readFileSync(file, 'utf8'));
    if (typeof content !== 'object' || content === null) throw new Error('it holds no object');
    return content as PackageJson;
  } catch (error) {
    const next = 'Nothing was changed. Correct the file, then run the command again';
    throw new PatchError('ERR_PATCH_CONFIG', `cannot read ${file}`, (error as Error).message, next, { cause: error });
  }
}
