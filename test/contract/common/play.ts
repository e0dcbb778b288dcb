import type { Driver, SocketCell } from '../driver.ts';
import type { Bare } from '../stage.ts';
import { type LineScenario, LineStage } from './stage.ts';

/** Whole scenario, in ms; what a scenario waits for has its own, shorter limit. */
const scenarioLimit = 15_000;
/** A hang of the bare SDK is believed after this long: what it hangs on never comes, or comes after 30 s. */
export const barePatience = 400;

/** What the bare SDK of this cell does in the scenario. */
export function bareOf(scenario: LineScenario, cell: SocketCell, driver: Driver): Bare {
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
