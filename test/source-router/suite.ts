/**
 * What is special about `WebSocketWrapper`, besides the contract of every connection, stated once for every delivery. The
 * bare column is the negative control: where a scenario claims a defect, the bare SDK must show it.
 */
import { column } from '../contract/column.ts';
import { rowOf } from '../contract/common/play.ts';
import type { LineScenario } from '../contract/common/stage.ts';
import { sourceRouter } from '../contract/drivers/source-router.ts';
import { isPlayed, socketCells } from '../support/cells.ts';
import { describeCell } from '../support/describe-cell.ts';
import type { Delivery } from '../support/sdk.ts';
import { connecting } from './connecting.ts';
import { messages } from './messages.ts';
import { reading } from './reading.ts';

const scenarios: readonly LineScenario[] = [...reading, ...messages, ...connecting];

export function suite(delivery: Delivery): void {
  for (const cell of socketCells(delivery)) {
    if (cell.target.family !== 'source-router' || cell.broken !== undefined) continue;
    if (!isPlayed(cell, sourceRouter.modules)) continue;
    describeCell(cell, () => {
      column(
        scenarios.map((scenario) => rowOf(scenario, cell, sourceRouter)),
        delivery,
      );
    });
  }
}
