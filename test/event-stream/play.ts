import { targets } from '../../overlays/cartesia/targets.ts';
import type { SocketCell } from '../contract/driver.ts';
import type { Mode } from '../contract/drivers/event-stream-sdk.ts';
import { driverOf } from '../contract/drivers/index.ts';
import type { Row } from '../contract/rows.ts';
import { isPlayed, socketCells } from '../support/cells.ts';
import type { Delivery } from '../support/sdk.ts';
import { scenarios } from './scenarios/index.ts';
import { type StreamScenario, StreamStage } from './stage.ts';

/** Whole scenario, in ms; what a scenario waits for has its own, shorter limit. */
const scenarioLimit = 15_000;
export const { versions } = targets.find(({ family }) => family === 'event-stream')!;

export const cellsOf = (delivery: Delivery): SocketCell[] =>
  socketCells(delivery).filter(
    (cell) => cell.target.family === 'event-stream' && isPlayed(cell, driverOf(cell).modules),
  );

export const modeOf = ({ target }: SocketCell): Mode => (target.className === 'AutoFinalizeWS' ? 'auto' : 'manual');

export function rowsOf(cell: SocketCell): Row[] {
  return scenarios.map((scenario) => ({
    name: scenario.name,
    bare: scenario.bare,
    play: (patience, over) => play(scenario, cell, patience, over),
  }));
}

async function play(scenario: StreamScenario, cell: SocketCell, patience: number, over?: AbortSignal): Promise<void> {
  const stage = await StreamStage.create(cell, modeOf(cell), patience, over);
  try {
    await stage.within(scenario.run(stage), scenario.name, scenarioLimit);
  } finally {
    await stage.dispose();
  }
}
