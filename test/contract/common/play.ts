import type { Driver, SocketCell } from '../driver.ts';
import type { Bare, Known, Row } from '../rows.ts';
import { scenarios } from './index.ts';
import { type LineScenario, LineStage } from './stage.ts';

/** Whole scenario, in ms; what a scenario waits for has its own, shorter limit. */
const scenarioLimit = 15_000;
/** The scenarios of `common/` that this cell plays. */
export function rowsOf(cell: SocketCell, driver: Driver, known?: Known): Row[] {
  const concerned = scenarios.filter((scenario) => scenario.concerns?.(driver) !== false);
  return concerned.map((scenario) => {
    const row = rowOf(scenario, cell, driver);
    return { ...row, bare: known?.of(row.name, cell.format) ?? row.bare };
  });
}

export function rowOf(scenario: LineScenario, cell: SocketCell, driver: Driver): Row {
  return {
    name: scenario.name,
    bare: bareOf(scenario, cell, driver),
    play: (patience, over) => play(scenario, cell, driver, patience, over),
  };
}

/** What the bare SDK of this cell does in the scenario. */
function bareOf(scenario: LineScenario, cell: SocketCell, driver: Driver): Bare {
  const own = driver.bare[scenario.name];
  return (typeof own === 'function' ? own(cell) : own) ?? scenario.bare;
}

/** @param over see `Clock` */
export async function play(
  scenario: LineScenario,
  cell: SocketCell,
  driver: Driver,
  patience: number,
  over?: AbortSignal,
): Promise<void> {
  const stage = new LineStage(cell, driver, await driver.load(cell), patience, over);
  try {
    await stage.within(scenario.run(stage), scenario.name, scenarioLimit);
  } finally {
    await stage.dispose();
  }
}
