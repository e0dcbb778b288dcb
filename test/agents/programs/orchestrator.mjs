// Has agents, and does with them what it is told on its stdin. ORCHESTRATOR has its options as JSON.
import { createInterface } from 'node:readline';

const { AgentRegistry, fileStore, redisOptions, redisStore } = await import(process.env.AGENTS);
const { folder, redis, host, grace, agents, shutdown: wantsShutdown } = JSON.parse(process.env.ORCHESTRATOR);

async function storeOf() {
  if (redis === undefined) return fileStore(folder);
  const { Redis } = await import('ioredis');
  const client = new Redis(redis, redisOptions);
  client.on('error', () => {});
  await new Promise((resolve) => client.once('ready', resolve));
  return redisStore(client);
}

const registry = new AgentRegistry({ store: await storeOf(), host, grace, logger: false });
if (wantsShutdown) {
  const { createShutdown } = await import(process.env.LIFECYCLE);
  const shutdown = createShutdown({ logger: false, watchdog: { blockTimeout: 500 }, exit: false });
  shutdown.use('resources', 'agents', registry);
  shutdown.signal.addEventListener('abort', async () => {
    const report = await shutdown.end();
    process.stdout.write(`report ${JSON.stringify(report)}\n`, () => process.exit(report.exitCode));
  });
}
const started = await Promise.all(agents.map(({ id, command }) => registry.spawn(id, command)));
await Promise.all(started.map(({ ready }) => ready));
console.log(`listening on http://none:0 ${JSON.stringify(started.map(({ record }) => record))}`);

// Its tests may be killed: then nobody else ends it.
process.stdin.on('end', () => process.exit());
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'end') void registry.endAll().then(() => console.log('ended'));
  if (line === 'exit') process.exit(7);
  if (line === 'block') for (;;);
});
