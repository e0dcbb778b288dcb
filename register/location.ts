import { fileURLToPath } from 'node:url';

/** Of a path, or of a URL. Paths have one too where tsx loads a module anew: `tsImport()`, or `require()` of its API. */
export function withoutQuery(location: string): string {
  return location.startsWith('file:') ? location.split(/[?#]/, 1)[0]! : location.replace(/\?[^/\\]*$/, '');
}

/** Of a path, or of a file's URL; what is neither stays as it is. */
export const pathOf = (location: string): string =>
  location.startsWith('file:') ? fileURLToPath(location) : withoutQuery(location);
