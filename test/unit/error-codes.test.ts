/** The catalogues in APPLY.md and README.md hold every code that the sources have, and no other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../patching/package-json.ts';
import { exitCodes } from '../../scripts/outcome.ts';

const root = packageRoot();
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Rows of the tables whose first cell begins as given, without that cell's marks. */
const rows = (file: string, first: RegExp): string[][] =>
  read(file)
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, cell]) => cell !== undefined && first.test(cell));

const codeIn = ([, cell]: string[]): string => /ERR_[A-Z_]+/.exec(cell!)![0];

const thrown = new Set(
  ['core', 'overlays', 'patching', 'register', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [...read(join(folder, file)).matchAll(/(?<=')ERR_[A-Z_]+(?=')/g)].map(([code]) => code)),
  ),
);

test('every error code is in a catalogue, and every catalogued code exists', () => {
  const catalogued = ['APPLY.md', 'README.md'].flatMap((file) => rows(file, /^`ERR_[A-Z_]+`/).map(codeIn));
  expect(thrown.size).toBeGreaterThan(10);
  expect([...new Set(catalogued)].sort()).toEqual([...thrown].sort());
});

test('APPLY.md says of every code what causes it, and what mends it', () => {
  for (const row of rows('APPLY.md', /^`ERR_/)) {
    const [, code, cause, mend] = row;
    expect(cause, code).toMatch(/\w{4}/);
    expect(mend, code).toMatch(/\w{3}/);
  }
});

test('APPLY.md has the exit codes', () => {
  const listed = rows('APPLY.md', /^\d$/).map(([, code]) => Number(code));
  expect(listed).toEqual(Object.values(exitCodes));
});
