/**
 * The requests of every client class: stated once, played in every version, delivery and format. The bare column is the
 * negative control: where a scenario claims a defect, the bare SDK must show it.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { formatOf, targets } from '../../overlays/cartesia/targets.ts';
import type { Cell, Delivery } from '../support/sdk.ts';
import { cartesia } from './cartesia.ts';
import { cartesiaClient } from './cartesia-client.ts';
import { compatClient } from './compat-client.ts';
import type { Driver } from './driver.ts';
import { nestedClient } from './nested-client.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import { RequestStage } from './stage.ts';

const drivers: readonly Driver[] = [cartesia, cartesiaClient, compatClient, nestedClient];

const patience = 4_000;
/** A hang of the bare SDK is believed after this long: it lasts for a minute, or for ever. */
const barePatience = 500;

export function requestContract(delivery: Delivery): void {
  for (const driver of drivers) {
    for (const target of targets.filter(({ family }) => family === driver.family)) {
      for (const version of target.versions) {
        for (const build of target.builds) {
          const cell: Cell = { version, delivery, format: formatOf(target, build) };
          describe.concurrent(`${driver.className} ${version} ${cell.format} ${delivery}`, () => column(driver, cell));
        }
      }
    }
  }
}

function column(driver: Driver, cell: Cell): void {
  for (const scenario of scenarios) {
    if (scenario.readsStatus && !driver.readsStatus) continue;
    const { bare, name } = scenario;
    if (cell.delivery !== 'bare' || bare === 'passes') {
      test(name, () => play(scenario, driver, cell, patience));
    } else {
      test(`control: fails, ${bare.fails}: ${name}`, async () => {
        await assert.rejects(play(scenario, driver, cell, barePatience), 'the bare SDK kept the contract');
      });
    }
  }
}

async function play(scenario: Scenario, driver: Driver, cell: Cell, limit: number): Promise<void> {
  const stage = new RequestStage(await driver.load(cell), limit);
  try {
    await scenario.run(stage);
  } finally {
    await stage.dispose();
  }
}
