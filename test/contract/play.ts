import { isPlayed, socketCells } from '../support/cells.ts';
import { type Delivery, loadSdk } from '../support/sdk.ts';
import type { SocketCell } from './driver.ts';
import { contextRouter } from './drivers/context-router.ts';
import type { Known, Row } from './rows.ts';
import { scenarios } from './scenarios/index.ts';
import { type Scenario, Stage } from './stage.ts';

/** Whole scenario, in ms; what a scenario waits for has its own, shorter limit. */
const scenarioLimit = 15_000;

export const cellsOf = (delivery: Delivery): SocketCell[] =>
  socketCells(delivery).filter(
    (cell) => contextRouter.classNames.includes(cell.target.className) && isPlayed(cell, contextRouter.modules),
  );

/** @param known of a column that is neither bare nor hangup's */
export function rowsOf(cell: SocketCell, known?: Known): Row[] {
  const concerned = scenarios.filter(({ concerns }) => concerns?.(cell.version) !== false);
  return concerned.map((scenario) => ({
    name: scenario.name,
    bare: known?.of(scenario.name, cell.format) ?? scenario.bare,
    play: (patience, over) => play(scenario, cell, patience, over),
  }));
}

async function play(scenario: Scenario, cell: SocketCell, patience: number, over?: AbortSignal): Promise<void> {
  const stage = new Stage(cell, await loadSdk(cell), patience, over);
  try {
    await stage.within(scenario.run(stage), scenario.name, scenarioLimit);
  } finally {
    await stage.dispose();
  }
}
