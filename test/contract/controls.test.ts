/**
 * A control that passes on an SDK without defects shows nothing. Here hangup is put under the newest version of each class,
 * which is then played like the bare SDK: no control may pass.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { nameOf } from '../support/cells.ts';
import { patience, showsDefect } from './column.ts';
import { type Crashes, crashesIn, doesCrash } from './crashes.ts';
import type { SocketCell } from './driver.ts';
import { mend } from './mend.ts';
import { type Row, rowsOf, type Suite } from './play.ts';
import { suites } from './suites.ts';

/** The slowest of them waits for an end of 2 s, many at the same time. */
const limit = 60_000;

for (const suite of suites) {
  for (const cell of newest(suite.cells('bare'))) {
    describe.concurrent(`${suite.title}: ${nameOf(cell)}`, () => {
      test('no control passes on an SDK without defects', () => noControlPasses(suite, cell), limit);
    });
  }
}

async function noControlPasses(suite: Suite, cell: SocketCell): Promise<void> {
  await mend(cell);
  const controls = rowsOf(suite, cell).filter(({ bare }) => bare !== 'passes');
  const crashes = controls.some(doesCrash) ? await crashesIn(suite.folder, nameOf(cell), 'mended') : {};
  const passed = await Promise.all(controls.map(async (row) => ((await passes(row, crashes)) ? row.id : [])));
  assert.deepEqual(passed.flat(), []);
}

async function passes(row: Row, crashes: Crashes): Promise<boolean> {
  return showsDefect(row, patience, crashes).then(
    () => true,
    () => false,
  );
}

/** The newest version of each class, in its first format. */
function newest(cells: readonly SocketCell[]): SocketCell[] {
  const byClass = new Map<string, SocketCell>();
  for (const cell of cells) {
    const key = `${cell.target.className} ${cell.target.family}`;
    if (byClass.get(key)?.version !== cell.version) byClass.set(key, cell);
  }
  return [...byClass.values()];
}
