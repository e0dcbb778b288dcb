import { formatPatch, structuredPatch } from 'diff';

/** A published file before and after the patch. */
export interface FileChange {
  path: string;
  pre: string;
  post: string;
}

/** The fields of a DEP-3 header, in order. */
export type Header = readonly (readonly [name: string, value: string])[];

/** The fields that every patch of hangup has. */
export const headerFields = [
  'Description',
  'Origin',
  'Forwarded',
  'Applied-Upstream',
  'Last-Update',
  'X-Package',
  'X-Adds',
  'X-Remove-When',
] as const;

/** Makes a small patch: a header, and a package-rooted git diff of the published files. `completePatch()` adds the new files. */
export function makePatch(header: Header, changes: readonly FileChange[]): string {
  const fields = header.map(([name, value]) => `${name}: ${value.replaceAll('\n', '\n ')}\n`).join('');
  return `${fields}\n${changes.map(fileDiff).join('')}`;
}

function fileDiff({ path, pre, post }: FileChange): string {
  const [from, to] = [`a/${path}`, `b/${path}`];
  const { hunks } = structuredPatch(from, to, pre, post, undefined, undefined, { context: 3 });
  return formatPatch({
    oldFileName: from,
    newFileName: to,
    oldHeader: undefined,
    newHeader: undefined,
    isGit: true,
    hunks,
  });
}
