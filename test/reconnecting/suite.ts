/**
 * What is special about the SDK's reconnecting sockets, stated once for every delivery. The bare column is the negative
 * control: where a scenario claims a defect, the bare SDK must show it.
 */
import { column } from '../contract/column.ts';
import { crashesIn } from '../contract/rows.ts';
import { nameOf } from '../support/cells.ts';
import { describeCell } from '../support/describe-cell.ts';
import type { Delivery } from '../support/sdk.ts';
import { cellsOf, rowsOf } from './play.ts';

export function suite(delivery: Delivery): void {
  for (const cell of cellsOf(delivery)) {
    describeCell(cell, () => {
      column(rowsOf(cell), delivery, () => crashesIn(new URL('crashes-child.ts', import.meta.url), nameOf(cell)));
    });
  }
}
