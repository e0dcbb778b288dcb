/** Many agents of mixed behaviour end together. */
import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { it } from 'vitest';
import { AgentRegistry, fileStore } from '../../lifecycle/agents/index.ts';
import { isLong } from '../contract/played.ts';
import { agentCommand, newFolder, processesWith, until } from './processes.ts';

/** Twenty agents of a day. */
const kinds: string[][] = [
  ...Array<string[]>(11).fill(['polite']),
  ...Array<string[]>(4).fill(['deaf']),
  ['polite', 'child'],
  ['child', 'stubborn'],
  ['deaf', 'setsid', 'stubborn'],
  ['deaf', 'blocked'],
  ['brief'],
];
const count = isLong ? 100 : 20;

it(`${count} agents of mixed behaviour end together, and nothing of them is left`, {
  timeout: 120_000,
}, async ({ expect }) => {
  const grace = 2000;
  const agents = new AgentRegistry({ store: fileStore(newFolder()), grace, logger: false });
  const mark = randomUUID();
  const ids = Array.from({ length: count }, (_, index) => `agent-${index}`);
  const spawned = await Promise.all(
    ids.map((id, index) => agents.spawn(id, agentCommand(...kinds[index % kinds.length]!), { env: { MARK: mark } })),
  );
  await Promise.all(spawned.map(({ ready }) => ready));
  const lag = monitorEventLoopDelay({ resolution: 5 });
  lag.enable();
  const report = await agents.endAll();
  lag.disable();
  console.log(
    `ended in ${Math.round(report.durationMs)} ms, event loop p99 ${Math.round(lag.percentile(99) / 1e6)} ms`,
  );
  // On a machine that is busy, the report may come before the last process is gone.
  const ends = await Promise.all(spawned.map(({ gone }) => gone));
  expect(ends.flatMap(({ survivors }) => survivors)).toEqual([]);
  expect(report.members?.length).toBeGreaterThan(ids.length / 2);
  expect(processesWith(mark)).toEqual([]);
  await until(async () => (await agents.store.list()).length === 0);
  // A class, not a time: without the shared end each of them would add its own grace.
  expect(report.durationMs).toBeLessThan(3 * grace);
});
