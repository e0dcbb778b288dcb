import { formatPatch, structuredPatch } from 'diff';

/** A published file before and after the patch. */
export interface FileChange {
  path: string;
  pre: string;
  post: string;
}

/** The DEP-3 header's fields, in order. */
export type Header = readonly (readonly [name: string, value: string])[];

export const headerFields = [
  'Description',
  'Origin',
  'Forwarded',
  'Applied-Upstream',
  'Last-Update',
  'X-Package',
  'X-Files-SHA256',
  'X-Remove-When',
] as const;

/** A package-rooted git diff without the new files: see `completePatch()`. */
export function makeHunks(header: Header, changes: readonly FileChange[]): string {
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
