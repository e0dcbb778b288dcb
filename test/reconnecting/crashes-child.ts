import { setTimeout as sleep } from 'node:timers/promises';
import { bareOf, cellsOf, play, scenarios } from './suite.ts';

const cell = cellsOf('bare').find(({ version }) => version === process.argv[2])!;
const result: Record<string, string[]> = {};
let crashes: string[] = [];
process.on('unhandledRejection', (reason) => crashes.push(String((reason as Error)?.message ?? reason)));
process.on('uncaughtException', (error) => crashes.push(error.message));

for (const scenario of scenarios) {
  const bare = bareOf(scenario, cell.version);
  if (bare === 'passes' || 'fails' in bare || scenario.concerns?.(cell.version) === false) continue;
  crashes = result[scenario.name] = [];
  await play(scenario, cell, scenario.crashesWithin ?? 250).catch(() => {});
  await sleep(40);
  crashes = [];
}
console.log(`\n${JSON.stringify(result)}`);
process.exit(0);
