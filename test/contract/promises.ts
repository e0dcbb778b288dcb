import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { claims } from '../children/play.ts';
import { nativeClaims, oldClaims, twoSockets } from '../native/claims.ts';
import { root } from '../support/sdk.ts';
import { rows } from '../ws/rows.ts';
import { suites } from './suites.ts';

interface Place {
  title: string;
  /** Relative to the package root. */
  folder: string;
  tests: readonly { id: string; promise: string | readonly string[] }[];
}

/** Everything that names the promise it tests. */
const places: readonly Place[] = [
  ...suites.map(({ title, folder, scenarios }) => ({ title, folder: `test/contract/${folder}`, tests: scenarios })),
  { title: 'Sockets of `hangup/ws`', folder: 'test/ws', tests: rows },
  { title: 'Exit of a process', folder: 'test/children', tests: claims },
  { title: "Node's own WebSocket", folder: 'test/native', tests: [...nativeClaims, twoSockets, ...oldClaims] },
];

const numbers = (promise: string | readonly string[]): readonly string[] => [promise].flat();

/** The numbers of the promises in CONTRACT.md, in its order. */
export function promises(): string[] {
  const text = readFileSync(join(root, 'CONTRACT.md'), 'utf8');
  return [...text.matchAll(/^## (D\d+):/gm)].map(([, number]) => number!);
}

/** The table of the tests of a promise: a line for each place that has some. */
export function testsOf(promise: string): string[][] {
  const lines = places.map(({ title, folder, tests }) => {
    const ids = tests.filter((test) => numbers(test.promise).includes(promise)).map(({ id }) => `\`${id}\``);
    return [`[${title}](${folder})`, ids.join(', ')];
  });
  return [['Tested by', 'Scenarios'], ...lines.filter(([, ids]) => ids !== '')];
}

/** Promises that nothing tests, and tests that name a promise which does not exist. */
export function faults(): string[] {
  const known = new Set(promises());
  const untested = [...known].filter((promise) => testsOf(promise).length === 1);
  const unknown = places.flatMap(({ folder, tests }) =>
    tests.flatMap(({ id, promise }) =>
      numbers(promise)
        .filter((number) => !known.has(number))
        .map((number) => `${folder}: ${id} names ${number}, which CONTRACT.md does not have`),
    ),
  );
  return [...untested.map((promise) => `CONTRACT.md: nothing tests ${promise}`), ...unknown];
}
