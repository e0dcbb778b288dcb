/**
 * What is special of the STT sockets, for every version, delivery and module format. The bare column is the negative
 * control: where a scenario claims a defect, the bare SDK must show it.
 */
import assert from 'node:assert/strict';
import { beforeAll, describe, test } from 'vitest';
import { column } from '../contract/column.ts';
import type { SocketCell } from '../contract/driver.ts';
import { crashesIn } from '../contract/rows.ts';
import { nameOf } from '../support/cells.ts';
import type { Delivery } from '../support/sdk.ts';
import { cellsOf, modeOf, rowsOf } from './play.ts';
import { StreamStage } from './stage.ts';

export function contract(delivery: Delivery): void {
  const cells = cellsOf(delivery);
  // Up front, because loading a module holds up every cell that is waiting for something.
  beforeAll(async () => {
    for (const cell of cells) await stageOf(cell);
  });
  for (const cell of cells) {
    describe.concurrent(nameOf(cell), () => {
      if (delivery === 'bare' && cell.format === 'esm') cannotConnect(cell);
      else column(rowsOf(cell), delivery, () => crashesIn(new URL('crashes-child.ts', import.meta.url), nameOf(cell)));
    });
  }
}

const stageOf = (cell: SocketCell) => StreamStage.create(cell, modeOf(cell), 4_000);

function cannotConnect(cell: SocketCell): void {
  test('control: the ESM build never loads ws, and throws on a Node without a global WebSocket', async () => {
    const stage = await stageOf(cell);
    await stage.serve();
    try {
      if (typeof WebSocket === 'undefined') assert.throws(() => stage.transcribe(), /requires the "ws" package/);
    } finally {
      await stage.dispose();
    }
  });
}
