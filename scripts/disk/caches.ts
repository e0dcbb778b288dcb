import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folders in which bundlers keep compiled packages. They take a package for unchanged while its version is. */
const places = ['node_modules/.vite/deps', 'node_modules/.cache', '.next/cache', '.angular/cache', '.parcel-cache'];

/** Finds the caches of bundlers, which go on serving the SDK as it was. @param folders the folders of the project */
export const findCaches = (folders: readonly string[]): string[] =>
  folders.flatMap((folder) => places.map((place) => join(folder, place)).filter((path) => existsSync(path)));
