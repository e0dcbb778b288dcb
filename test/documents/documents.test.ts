/** Every block of every document can be copied: data parses, commands and their options exist. types.test.ts compiles the programs. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { commands, optionsOf } from '../../scripts/commands.ts';
import { brokenLinks } from '../../tools/documents.ts';
import { scratch } from '../support/patching.ts';
import { root } from '../support/sdk.ts';
import { blocks, blocksOf, documents } from './blocks.ts';

const run = promisify(execFile);
const { scripts, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  exports: Record<string, string | Record<string, string>>;
};

/** Languages of blocks that show what a program prints, or a tree of files. */
const outputs = ['text', 'console', ''];

/** Everything that a document tells its reader to run or to write: its blocks, and the code in its sentences. */
const code = documents.flatMap(({ path, blocks, inlineCode }) => {
  const shown = blocks.filter(({ language }) => !outputs.includes(language)).map(({ text }) => text);
  return [...shown, ...inlineCode].map((text) => ({ path, text }));
});

test('every language of a block has a test', () => {
  const tested = ['sh', 'ts', 'js', 'json', 'yaml', 'dockerfile', 'gitattributes', 'ini', 'toml', 'xml', ...outputs];
  expect(blocks.filter(({ language }) => !tested.includes(language))).toEqual([]);
});

test.each(blocksOf('js'))('JavaScript of $document, $heading, is valid', async ({ text }) => {
  await transform(text, { loader: 'js' });
});

test.each(blocksOf('json'))('JSON of $document, $heading, is valid', ({ text }) => {
  expect(JSON.parse(text)).toBeTypeOf('object');
});

test.each(blocksOf('yaml'))('YAML of $document, $heading, is valid', ({ text }) => {
  expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([]);
});

test.each(blocksOf('sh'))('the shell reads $document, $heading', async ({ text }) => {
  await run('bash', ['-n', '-c', text]);
});

test.each(blocksOf('dockerfile'))('the Dockerfile of $document, $heading, has only instructions', async ({ text }) => {
  const lines = text.split('\n').filter(Boolean);
  expect(lines.filter((line) => !/^(FROM|WORKDIR|COPY|RUN|ENV|USER|CMD) \S/.test(line))).toEqual([]);
  for (const line of lines) if (line.startsWith('RUN ')) await run('bash', ['-n', '-c', line.slice(4)]);
});

test.each([...blocksOf('ini'), ...blocksOf('toml')])(
  '$document, $heading, has only sections and settings',
  ({ text }) => {
    const lines = text.split('\n').filter(Boolean);
    expect(lines.filter((line) => !/^(#.*|\[\w+\]|\w+ ?= ?\S.*)$/.test(line))).toEqual([]);
  },
);

test.each(blocksOf('xml'))('XML of $document, $heading, closes its elements', ({ text }) => {
  const tags = [...text.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)].filter(([, , , isEmpty]) => isEmpty === '');
  const open: string[] = [];
  for (const [, isEnd, name] of tags) {
    if (isEnd) expect(open.pop()).toBe(name);
    else open.push(name!);
  }
  expect(open).toEqual([]);
});

test.each(blocksOf('gitattributes'))(
  'git keeps the line ends with the lines of $document, $heading',
  async ({ text }) => {
    const folder = scratch();
    mkdirSync(join(folder, 'patches'));
    writeFileSync(join(folder, 'patches/.gitattributes'), text);
    await run('git', ['init', '-q'], { cwd: folder });
    const { stdout } = await run('git', ['check-attr', 'text', 'patches/one.patch'], { cwd: folder });
    expect(stdout).toContain('text: unset');
  },
);

/** The calls of the command `hangup` in a text, each with its arguments. */
function callsOf(text: string): string[][] {
  const launchers = /^(RUN|npx|pnpm|yarn|bunx|dlx|\(|[A-Z_]+=.*)$/;
  return text.split(/&&|[;|\n]|\s#/).flatMap((command) => {
    const words = command.trim().replaceAll('"', '').split(/\s+/);
    const at = words.indexOf('hangup');
    return at >= 0 && words.slice(0, at).every((word) => launchers.test(word)) ? [words.slice(at + 1)] : [];
  });
}

/** @throws {Error} when there is no such command, or it has no such option */
function checkCall([name, ...args]: string[]): void {
  if (name === undefined || name === '--help') return;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new Error(`"${name}" is no command`);
  const options = Object.entries(optionsOf(command)).map(([option, { value }]) => [
    option,
    { type: value === undefined ? 'boolean' : 'string' },
  ]);
  parseArgs({ args, options: Object.fromEntries(options), allowPositionals: command.operands !== undefined });
}

describe('commands', () => {
  test('those of hangup and their options exist', () => {
    const calls = code.flatMap(({ path, text }) => callsOf(text).map((call) => ({ path, call })));
    expect(calls.length).toBeGreaterThan(50);
    for (const { path, call } of calls)
      expect(() => checkCall(call), `${path}: hangup ${call.join(' ')}`).not.toThrow();
  });

  test.each(['npx hangup aply', 'npx hangup apply --chek', 'npm ci && npx hangup verify 4.2.0'])(
    '"%s" would be found',
    (text) => {
      expect(() => callsOf(text).forEach(checkCall)).toThrow();
    },
  );

  test('scripts of npm exist', () => {
    const names = code.flatMap(({ text }) => [...text.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1]!));
    expect(names.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  test('modules of hangup exist', () => {
    const mentions = code.flatMap(({ text }) => [...text.matchAll(/(?<![\w./])hangup\/(\w[\w./-]*\w)(?![\w/])/g)]);
    const modules = mentions.map((match) => match[1]!).filter((path) => !/\.[cm]?[jt]s$/.test(path));
    expect(modules.length).toBeGreaterThan(20);
    const exported = Object.keys(exports).map((key) => new RegExp(`^${key.replace('*', '.+')}$`));
    expect(modules.filter((path) => !exported.some((key) => key.test(`./${path}`)))).toEqual([]);
  });
});

test('a link to a file or heading that is not there is found', () => {
  const [document] = documents;
  const links = ['nothing.md', 'README.md#nothing', '#nothing', 'README.md', 'https://example.com/nothing'];
  const broken = brokenLinks({ ...document!, path: 'README.md', links }, documents, (path) => path === 'README.md');
  expect(broken).toHaveLength(3);
});

test('the size of the patch of 4.2.0 is the one that the documents state', () => {
  const patch = readFileSync(join(root, 'patches/@cartesia/cartesia-js/4.2.0.patch'), 'utf8');
  const [lines, files] = [/^\+(?!\+\+ )/gm, /^diff /gm].map((pattern) => patch.match(pattern)!.length);
  const stated = ['SECURITY.md', 'docs/choose.md'].map((path) => readFileSync(join(root, path), 'utf8'));
  for (const text of stated) expect(text).toContain(`4.2.0, ${lines} lines in ${files} files`);
});
