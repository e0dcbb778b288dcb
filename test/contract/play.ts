import { type Cell, loadSdk, sameFiles } from '../support/sdk.ts';
import type { Known, Row } from './rows.ts';
import { scenarios } from './scenarios/index.ts';
import { type Scenario, Stage } from './stage.ts';

/** Whole scenario, in ms; what a scenario waits for has its own, shorter limit. */
const scenarioLimit = 15_000;
/** Every version runs everything. */
const full = process.env.HANGUP_FULL === '1';

/**
 * Slow scenarios run once per set of versions whose files are identical, on the newest of them.
 *
 * @param known of a column that is neither bare nor hangup's
 */
export function rowsOf(cell: Cell, known?: Known): Row[] {
  const others = sameFiles(cell.version).filter((other) => other !== cell.version);
  const isNewest = sameFiles(cell.version).at(-1) === cell.version;
  return scenarios
    .filter(({ slow, concerns }) => concerns?.(cell.version) !== false && (full || !slow || isNewest))
    .map((scenario) => ({
      name:
        scenario.slow && !full && others.length > 0
          ? `${scenario.name} (same files: ${others.join(', ')})`
          : scenario.name,
      bare: known?.of(scenario.name, cell.format) ?? scenario.bare,
      play: (patience, over) => play(scenario, cell, patience, over),
    }));
}

async function play(scenario: Scenario, cell: Cell, patience: number, over?: AbortSignal): Promise<void> {
  const stage = new Stage(cell, await loadSdk(cell), patience, over);
  try {
    await stage.within(scenario.run(stage), scenario.name, scenarioLimit);
  } finally {
    await stage.dispose();
  }
}
