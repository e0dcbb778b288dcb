/**
 * The requests of every client class: stated once, played in every version, delivery and format. The bare column is the
 * negative control: where a scenario claims a defect, the bare SDK must show it.
 */
import { targets } from '../../overlays/cartesia/targets.ts';
import { column } from '../contract/column.ts';
import type { Row } from '../contract/rows.ts';
import { describeCell } from '../support/describe-cell.ts';
import type { Cell, Delivery } from '../support/sdk.ts';
import { cartesia } from './cartesia.ts';
import { cartesiaClient } from './cartesia-client.ts';
import { compatClient } from './compat-client.ts';
import type { Driver } from './driver.ts';
import { nestedClient } from './nested-client.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import { RequestStage } from './stage.ts';

const drivers: readonly Driver[] = [cartesia, cartesiaClient, compatClient, nestedClient];

export function requestContract(delivery: Delivery): void {
  for (const driver of drivers) {
    for (const target of targets.filter(({ family }) => family === driver.family)) {
      for (const version of target.versions) {
        for (const { format } of target.builds) {
          const cell: Cell = { version, delivery, format };
          describeCell({ ...cell, target }, () => column(rowsOf(driver, cell), delivery));
        }
      }
    }
  }
}

function rowsOf(driver: Driver, cell: Cell): Row[] {
  const concerned = scenarios.filter(({ readsStatus }) => !readsStatus || driver.readsStatus);
  return concerned.map((scenario) => ({
    name: scenario.name,
    bare: scenario.bare,
    play: (patience) => play(scenario, driver, cell, patience),
  }));
}

async function play(scenario: Scenario, driver: Driver, cell: Cell, limit: number): Promise<void> {
  const stage = new RequestStage(await driver.load(cell), limit);
  try {
    await scenario.run(stage);
  } finally {
    await stage.dispose();
  }
}
