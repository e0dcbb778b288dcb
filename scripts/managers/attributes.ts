import type { Draft } from './draft.ts';

const lines = '# hangup: git must not change the line ends of patches\n*.patch -text\n';
const ownLines = /^# hangup: git must not change the line ends of patches\r?\n\*\.patch -text(\r?\n|$)/m;

/**
 * Adds the lines to a folder's `.gitattributes` that keep git from turning the line ends of patch files into CRLF on Windows,
 * or takes them out. A patch with such line ends makes package managers fail, or write files that hangup does not know.
 */
export function editAttributes(draft: Draft, folder: string, isWanted: boolean): void {
  const path = `${folder}/.gitattributes`;
  const text = draft.read(path);
  if (!isWanted) {
    if (text !== null && ownLines.test(text)) draft.write(path, text.replace(ownLines, '') || null);
  } else if (text === null || text === '') draft.write(path, lines);
  else if (!/^\*\.patch\s+(.*\s)?(-text|binary)(\s|$)/m.test(text))
    draft.write(path, `${text}${text.endsWith('\n') ? '' : '\n'}${lines}`);
}
