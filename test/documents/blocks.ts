import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Block, readDocuments } from '../../tools/documents.ts';
import { patchedPackage, runFolderVariable } from '../support/sdk.ts';

export const documents = readDocuments();
export const blocks = documents.flatMap((document) => document.blocks);

export const blocksOf = (...languages: string[]): Block[] =>
  blocks.filter(({ language }) => languages.includes(language));

/** The name of the file that a block shows, from the comment in its first line. */
const fileNameOf = ({ text }: Block): string | undefined => /^\/\/ (\S+\.\w+)\n/.exec(text)?.[1];

/**
 * Writes the programs of one section as an app has them, beside the patched SDK. A file that the section uses may stand in
 * another section of the document.
 *
 * @returns a new folder, and the paths of the section's own files in it
 */
export function writeSection(document: string, heading: string): { folder: string; files: string[] } {
  const folder = mkdtempSync(join(process.env[runFolderVariable]!, 'documents-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(dirname(patchedPackage('4.2.0')), join(folder, 'node_modules/@cartesia'));
  const programs = blocksOf('ts', 'js').filter((block) => block.document === document);
  const own = programs.filter((block) => block.heading === heading);
  const others = programs.filter((block) => {
    const module = fileNameOf(block)?.replace(/\.\w+$/, '');
    return block.heading !== heading && module !== undefined && own.some(({ text }) => text.includes(`/${module}`));
  });
  const write = (block: Block, index: number) => {
    const file = join(folder, fileNameOf(block) ?? `block-${index}.${block.language}`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, block.text);
    return file;
  };
  others.forEach(write);
  return { folder, files: own.map(write) };
}
