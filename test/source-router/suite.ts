/**
 * What is special about `WebSocketWrapper`, besides the contract of every connection, stated once for every delivery. The
 * bare column is the negative control: where a scenario claims a defect, the bare SDK must show it.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { barePatience, play } from '../contract/common/play.ts';
import type { LineScenario } from '../contract/common/stage.ts';
import type { SocketCell } from '../contract/driver.ts';
import { sourceRouter } from '../contract/drivers/source-router.ts';
import { nameOf, socketCells } from '../support/cells.ts';
import type { Delivery } from '../support/sdk.ts';
import { connecting } from './connecting.ts';
import { messages } from './messages.ts';
import { reading } from './reading.ts';

const scenarios: readonly LineScenario[] = [...reading, ...messages, ...connecting];
const patience = 4_000;

export function suite(delivery: Delivery): void {
  for (const cell of socketCells(delivery)) {
    if (cell.target.family !== 'source-router' || cell.broken !== undefined) continue;
    describe.concurrent(nameOf(cell), () => {
      for (const scenario of scenarios) column(cell, scenario);
    });
  }
}

function column(cell: SocketCell, scenario: LineScenario): void {
  const { name, bare } = scenario;
  if (cell.delivery !== 'bare' || bare === 'passes') {
    test(name, () => play(scenario, cell, sourceRouter, patience));
    return;
  }
  assert.ok('fails' in bare, 'the bare SDK crashes in none of these');
  test(`control: fails, ${bare.fails}: ${name}`, async () => {
    await assert.rejects(play(scenario, cell, sourceRouter, barePatience), 'the bare SDK kept the promise');
  });
}
