/**
 * What is special of the STT sockets, for every version, delivery and module format. The bare column is the negative
 * control: where a scenario claims a defect, the bare SDK must show it.
 */
import { beforeAll } from 'vitest';
import { column } from '../contract/column.ts';
import { crashesIn } from '../contract/rows.ts';
import { nameOf } from '../support/cells.ts';
import { describeCell } from '../support/describe-cell.ts';
import type { Delivery } from '../support/sdk.ts';
import { cellsOf, modeOf, rowsOf } from './play.ts';
import { StreamStage } from './stage.ts';

export function contract(delivery: Delivery): void {
  // What the bare ES module build does instead, every connection of it does: test/contract/common.
  const cells = cellsOf(delivery).filter(({ format }) => delivery !== 'bare' || format === 'cjs');
  // Up front, because loading a module holds up every cell that is waiting for something.
  beforeAll(async () => {
    for (const cell of cells) await StreamStage.create(cell, modeOf(cell), 0);
  });
  for (const cell of cells) {
    describeCell(cell, () => {
      column(rowsOf(cell), delivery, () => crashesIn(new URL('crashes-child.ts', import.meta.url), nameOf(cell)));
    });
  }
}
