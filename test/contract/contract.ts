/**
 * The contract that every delivery of hangup keeps on every SDK version and module format, stated once.
 * The bare column is the negative control: where a scenario claims a defect, the bare SDK must show it.
 */
import { beforeAll } from 'vitest';
import { nameOf } from '../support/cells.ts';
import { describeCell } from '../support/describe-cell.ts';
import { type Delivery, loadReference, loadSdk } from '../support/sdk.ts';
import { column } from './column.ts';
import { cellsOf, rowsOf } from './play.ts';
import { crashesIn, type Known } from './rows.ts';

/** @param known of a column that is neither bare nor hangup's */
export function contract(delivery: Delivery, known?: Known): void {
  const cells = cellsOf(delivery).filter(
    // What the bare ES module build does instead, every connection of it does: test/contract/common.
    ({ format, version }) => !(delivery === 'bare' && format === 'esm') && known?.versions.includes(version) !== false,
  );
  // Up front, because loading a module holds up every cell that is waiting for something.
  beforeAll(async () => {
    for (const cell of cells) {
      loadReference(cell.version);
      await loadSdk(cell);
    }
  });
  for (const cell of cells) {
    describeCell(cell, () => {
      column(rowsOf(cell, known), delivery, () =>
        crashesIn(new URL('crashes-child.ts', import.meta.url), nameOf(cell)),
      );
    });
  }
}
