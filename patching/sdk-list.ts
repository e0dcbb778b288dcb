import { join } from 'node:path';
import { packageRoot } from './package-json.ts';
import { damaged } from './patch-sets.ts';
import type { ShapedPackage } from './shapes.ts';

/** An SDK with patches on disk, as far as its files are found. `<package>/manifest.json` has the rest. */
export interface PatchedPackage {
  package: string;
  /** Every file that the patch of some version changes or adds. */
  paths: string[];
  /** Those of `paths` that are added. */
  added: string[];
}

/** Every SDK that the load hook knows. It reads this at each start of an app, and a manifest only when it meets that SDK. */
export interface SdkList {
  patched: PatchedPackage[];
  shaped: ShapedPackage[];
}

/** The list's file in `patches/`. */
export const sdkListFile = 'sdks.json';

const { readFileSync } = process.getBuiltinModule('node:fs');

/** @throws {PatchError} `ERR_PATCH_INSTALL` when the list cannot be read */
export function loadSdkList(patches = join(packageRoot(), 'patches')): SdkList {
  try {
    return JSON.parse(readFileSync(join(patches, sdkListFile), 'utf8')) as SdkList;
  } catch (error) {
    throw damaged(`cannot read ${sdkListFile} in ${patches}`, (error as Error).message);
  }
}
