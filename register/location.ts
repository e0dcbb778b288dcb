import { fileURLToPath } from 'node:url';

/** Takes the query off a URL or a path. A path has one where tsx loads a module anew: `tsImport()`, or `require()` of its API. */
export function withoutQuery(location: string): string {
  return location.startsWith('file:') ? location.split(/[?#]/, 1)[0]! : location.replace(/\?[^/\\]*$/, '');
}

/** Turns the URL of a file into its path. A path loses its query; any other text stays as it is. */
export const pathOf = (location: string): string =>
  location.startsWith('file:') ? fileURLToPath(location) : withoutQuery(location);
