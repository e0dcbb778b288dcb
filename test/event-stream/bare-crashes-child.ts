import { setTimeout as sleep } from 'node:timers/promises';
import type { Mode } from '../contract/drivers/event-stream-sdk.ts';
import type { BareResult } from './bare-crashes.ts';
import { scenarios } from './scenarios/index.ts';
import { StreamStage } from './stage.ts';

const cell = { version: process.argv[2]!, delivery: 'bare', format: 'cjs' } as const;
const result: BareResult = {};
let crashes: string[] = [];
process.on('unhandledRejection', (reason) => crashes.push(String((reason as Error)?.message ?? reason)));
process.on('uncaughtException', (error) => crashes.push(error.message));

for (const scenario of scenarios) {
  if (scenario.bare === 'passes' || !('crashes' in scenario.bare)) continue;
  crashes = result[scenario.name] = [];
  const stage = await StreamStage.create(cell, process.argv[3] as Mode, 300);
  await stage.within(scenario.run(stage), scenario.name, 2_000).catch(() => {});
  await sleep(20);
  crashes = [];
  await stage.dispose();
}
console.log(`\n${JSON.stringify(result)}`);
process.exit(0);
