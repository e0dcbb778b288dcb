/**
 * The contract that every delivery of hangup keeps on every SDK version and module format, stated once.
 * The bare column is the negative control: where a scenario claims a defect, the bare SDK must show it.
 */
import assert from 'node:assert/strict';
import { beforeAll, describe, test } from 'vitest';
import { versions as allVersions, type Delivery, formats, loadReference, loadSdk } from '../support/sdk.ts';
import { column } from './column.ts';
import { rowsOf } from './play.ts';
import { crashesIn, type Known } from './rows.ts';
import { Stage } from './stage.ts';

/** @param known of a column that is neither bare nor hangup's */
export function contract(delivery: Delivery, known?: Known): void {
  const versions = known?.versions ?? allVersions;
  // Up front, because loading a module holds up every cell that is waiting for something.
  beforeAll(async () => {
    for (const version of versions) {
      loadReference(version);
      for (const format of formats) await loadSdk({ version, format, delivery });
    }
  });
  for (const version of versions) {
    for (const format of formats) {
      const cell = { version, format, delivery };
      describe.concurrent(`${version} TTSWS ${format} ${delivery}`, () => {
        if (delivery === 'bare' && format === 'esm') cannotConnect(version);
        else
          column(rowsOf(cell, known), delivery, () => crashesIn(new URL('crashes-child.ts', import.meta.url), version));
      });
    }
  }
}

function cannotConnect(version: string): void {
  test('control: the ESM build never loads ws on Node 20 and throws on websocket()', async () => {
    const cell = { version, format: 'esm', delivery: 'bare' } as const;
    const stage = new Stage(cell, await loadSdk(cell), 4_000);
    try {
      if (typeof WebSocket === 'undefined') await assert.rejects(stage.open(), /"ws" peer dependency is required/);
    } finally {
      await stage.dispose();
    }
  });
}
