import { sdks } from '../../overlays/sdks.ts';
import { writeTables } from '../support/generated-tables.ts';
import type { SocketCell } from './driver.ts';
import { type Bare, rowsOf, type Suite } from './play.ts';
import { suites } from './suites.ts';

const added = 'new';
/** A row with nothing else compares nothing. */
const isNew = new Set([added, '–']);

// Makes the tables of docs/before-after.md, each below a heading, so that a link can lead to a class. A control fails the tests when the SDK as published does something else.
writeTables(
  'docs/before-after.md',
  'before-after',
  suites.flatMap((suite) => [suite.title, tableOf(suite)]),
);

function tableOf(suite: Suite): string[][] {
  const columns = newestOf(suite).map((cell) => ({ cell, rows: rowsOf(suite, cell) }));
  const heads = columns.map(({ cell }) => `\`${cell.target.className}\` ${cell.version}`);
  const lines = suite.scenarios.map(({ id, name }) => {
    const bares = columns.map(({ rows }) => rows.find((row) => row.id === id)?.bare);
    return [name, ...bares.map((bare) => (bare === undefined ? '–' : changeOf(bare)))];
  });
  return [['Scenario', ...heads], ...lines.filter(([, ...cells]) => cells.some((cell) => !isNew.has(cell)))];
}

function changeOf(bare: Bare): string {
  if (bare === 'passes') return 'yes';
  if (bare === 'has no such call') return added;
  return 'crashes' in bare ? 'crash → yes' : 'no → yes';
}

/** The newest version of each class, in its first format, by SDK. */
function newestOf(suite: Suite): SocketCell[] {
  const newest = new Map<string, SocketCell>();
  for (const cell of suite.cells('bare')) {
    const key = `${sdks.indexOf(cell.sdk)} ${cell.target.className}`;
    if (newest.get(key)?.version !== cell.version) newest.set(key, cell);
  }
  return [...newest.values()];
}
