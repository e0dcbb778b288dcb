import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../patching/package-json.ts';
import { readDocuments } from '../../tools/documents.ts';

const documents = readDocuments();
const blocks = documents.flatMap((document) => document.blocks);

/**
 * Finds the lines that a document tells a reader to copy.
 *
 * @param which a text in the block, where several blocks of this language stand below the heading
 */
export function block(document: string, heading: string, language: string, which = ''): string {
  const found = blocks.filter(
    (one) =>
      one.document === document &&
      one.heading.replaceAll('`', '') === heading &&
      one.language === language &&
      one.text.includes(which),
  );
  if (found.length !== 1)
    throw new Error(`${document} has ${found.length} blocks of ${language} below "${heading}" with "${which}"`);
  return found[0]!.text;
}

/** The files that a document shows: every block whose first line is a comment with the name of a file. */
export function filesOf(document: string): Record<string, string> {
  const shown = blocks.filter((one) => one.document === document);
  return Object.fromEntries(
    shown.flatMap(({ text }) => {
      const name = /^\/\/ (\S+\.\w+)\n/.exec(text)?.[1];
      return name === undefined ? [] : [[name, text]];
    }),
  );
}

/** The lines of a block of commands, without comments. */
export const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/\s+#.*/, ''))
    .filter((line) => line !== '');

/** Finds a command within a sentence or a table. @param beginning its first words */
export function quoted(document: string, beginning: string): string {
  const { inlineCode = [] } = documents.find(({ path }) => path === document) ?? {};
  const found = inlineCode.filter((code) => code.startsWith(beginning));
  if (found.length !== 1) throw new Error(`${document} quotes ${found.length} commands that begin with "${beginning}"`);
  return found[0]!;
}

/** The rest of the line of a block that begins with these words. */
export function after(words: string, text: string): string {
  const line = text.split('\n').find((one) => one.startsWith(words));
  if (line === undefined) throw new Error(`no line begins with "${words}" in\n${text}`);
  return line.slice(words.length);
}

/** The four commands of a package manager in the table of APPLY.md. @param manager the beginning of its row */
export function commandsOf(manager: string): { install: string; init: string; patch: string; verify: string } {
  const text = readFileSync(join(packageRoot(), 'APPLY.md'), 'utf8');
  const row = text.split('\n').find((line) => line.startsWith(`| ${manager} |`));
  const [install, init, patch, verify] = row?.match(/(?<=\| `)[^`]+(?=` \|)/g) ?? [];
  if (!install || !init || !patch || !verify) throw new Error(`APPLY.md has no commands in the row "${manager}"`);
  return { install, init, patch, verify };
}

/** The version of a package that the tests of hangup use. */
export function pinned(name: string): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return `${name}@${manifest.devDependencies[name]}`;
}
