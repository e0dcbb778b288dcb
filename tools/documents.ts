import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import GithubSlugger from 'github-slugger';
import { marked } from 'marked';
import { packageRoot } from '../patching/package-json.ts';

/** A fenced block of code. */
export interface Block {
  /** The path of its document, from the package root. */
  document: string;
  /** The heading that it stands below. */
  heading: string;
  language: string;
  text: string;
}

export interface Document {
  /** From the package root. */
  path: string;
  /** The anchors of its headings, as GitHub makes them. */
  anchors: ReadonlySet<string>;
  /** The targets of its links. */
  links: readonly string[];
  blocks: readonly Block[];
  /** Code within a sentence. */
  inlineCode: readonly string[];
}

/** Reads every Markdown file that git knows or that is about to be added. */
export function readDocuments(): Document[] {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
  const paths = execFileSync('git', list, { cwd: packageRoot(), encoding: 'utf8' }).trim().split('\n');
  return paths.filter((path) => existsSync(join(packageRoot(), path))).map(readDocument);
}

function readDocument(path: string): Document {
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  const links: string[] = [];
  const blocks: Block[] = [];
  const inlineCode: string[] = [];
  let heading = '';
  marked.walkTokens(marked.lexer(readFileSync(join(packageRoot(), path), 'utf8')), (token) => {
    if (token.type === 'heading') {
      heading = token.text;
      anchors.add(slugger.slug(heading));
    } else if (token.type === 'link' || token.type === 'image') links.push(token.href);
    else if (token.type === 'code')
      blocks.push({ document: path, heading, language: token.lang ?? '', text: token.text });
    else if (token.type === 'codespan') inlineCode.push(token.text);
  });
  return { path, anchors, links, blocks, inlineCode };
}

/**
 * @param holds tells whether a file or folder is there, by its path from the package root
 * @returns one sentence for each relative link of a document whose file or heading does not exist
 */
export function brokenLinks(document: Document, all: readonly Document[], holds: (path: string) => boolean): string[] {
  return document.links.flatMap((link) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [file = '', anchor] = link.split('#');
    const path = file === '' ? document.path : posix.join(posix.dirname(document.path), file).replace(/\/$/, '');
    if (!holds(path)) return [`${document.path}: ${link} leads to nothing`];
    const target = all.find((one) => one.path === path);
    if (anchor === undefined || target?.anchors.has(anchor)) return [];
    return [`${document.path}: ${link} leads to no heading`];
  });
}
