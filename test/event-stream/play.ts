import { targets } from '../../overlays/cartesia/targets.ts';
import type { SocketCell } from '../contract/driver.ts';
import type { Mode } from '../contract/drivers/event-stream-sdk.ts';
import { driverOf } from '../contract/drivers/index.ts';
import type { Row } from '../contract/rows.ts';
import { socketCells, versionsWithSameFiles } from '../support/cells.ts';
import type { Delivery } from '../support/sdk.ts';
import { scenarios } from './scenarios/index.ts';
import { type StreamScenario, StreamStage } from './stage.ts';

/** Whole scenario, in ms; what a scenario waits for has its own, shorter limit. */
const scenarioLimit = 15_000;
/** Every version runs everything. */
const full = process.env.HANGUP_FULL === '1';

export const { versions } = targets.find(({ family }) => family === 'event-stream')!;

export const cellsOf = (delivery: Delivery): SocketCell[] =>
  socketCells(delivery).filter(({ target }) => target.family === 'event-stream');

export const modeOf = ({ target }: SocketCell): Mode => (target.className === 'AutoFinalizeWS' ? 'auto' : 'manual');

/** What is slow, or crashes the bare SDK, runs once per set of versions whose files are identical, on the newest of them. */
export function rowsOf(cell: SocketCell): Row[] {
  const isMine = full || versionsWithSameFiles(cell, driverOf(cell).modules).at(-1) === cell.version;
  const isShared = ({ slow, bare }: StreamScenario) =>
    slow || (cell.delivery === 'bare' && bare !== 'passes' && 'crashes' in bare);
  return scenarios
    .filter((scenario) => isMine || !isShared(scenario))
    .map((scenario) => ({
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
