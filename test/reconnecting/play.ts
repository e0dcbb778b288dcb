import type { SocketCell } from '../contract/driver.ts';
import { driverOf } from '../contract/drivers/index.ts';
import type { Row } from '../contract/rows.ts';
import { deliver, isPlayed, loadClass, socketCells } from '../support/cells.ts';
import type { VoiceClass } from '../support/reconnecting.ts';
import type { Delivery } from '../support/sdk.ts';
import { Bench, type Scenario } from './bench.ts';
import { connecting } from './connecting.ts';
import { frames } from './frames.ts';
import { streams } from './streams.ts';

const scenarios: readonly Scenario[] = [...streams, ...connecting, ...frames];

/** Whole scenario, in ms; what a scenario waits for has its own, shorter limit. */
const scenarioLimit = 15_000;

export const cellsOf = (delivery: Delivery): SocketCell[] =>
  socketCells(delivery).filter(
    (cell) =>
      cell.target.family === 'reconnecting' &&
      cell.target.className !== 'SttWebsocket' &&
      cell.broken === undefined &&
      isPlayed(cell, driverOf(cell).modules),
  );

export function rowsOf(cell: SocketCell): Row[] {
  const concerned = scenarios.filter(({ concerns }) => concerns?.(cell.version) !== false);
  return concerned.map((scenario) => {
    const { name, bare } = scenario;
    return {
      name,
      bare: typeof bare === 'function' ? bare(cell.version) : bare,
      play: (patience, over) => play(scenario, cell, patience, over),
    };
  });
}

async function play(scenario: Scenario, cell: SocketCell, patience: number, over?: AbortSignal): Promise<void> {
  const Class = await loadClass<VoiceClass>(cell);
  deliver(cell, Class);
  const bench = new Bench(cell, Class, patience, over);
  try {
    await bench.within(scenario.run(bench), scenario.name, scenarioLimit);
  } finally {
    await bench.dispose();
  }
}
