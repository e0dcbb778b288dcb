import { setTimeout as sleep } from 'node:timers/promises';
import { socketCells } from '../../support/cells.ts';
import { driverOf } from '../drivers/index.ts';
import type { BareCrashes } from './crashes.ts';
import { scenarios } from './index.ts';
import { bareOf, barePatience, play } from './play.ts';

const [version, format, className] = process.argv.slice(2);
const cell = socketCells('bare').find(
  (cell) => cell.version === version && cell.format === format && cell.target.className === className,
)!;
const driver = driverOf(cell);
const result: BareCrashes = {};
let crashes: string[] = [];
let over = new AbortController();
const onCrash = (reason: unknown) => {
  crashes.push(String((reason as Error)?.message ?? reason));
  over.abort();
};
process.on('unhandledRejection', onCrash);
process.on('uncaughtException', onCrash);

for (const scenario of scenarios) {
  const bare = bareOf(scenario, cell, driver);
  if (bare === 'passes' || 'fails' in bare || scenario.concerns?.(driver) === false) continue;
  crashes = result[scenario.name] = [];
  over = new AbortController();
  await play(scenario, cell, driver, barePatience, over.signal).catch(() => {});
  await sleep(5);
  crashes = [];
}
console.log(`\n${JSON.stringify(result)}`);
process.exit(0);
