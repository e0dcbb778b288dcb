// No file can be opened for a while, as when too many clients have connected.
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const { AgentRegistry, fileStore } = await import(process.env.AGENTS);
const agents = new AgentRegistry({ store: fileStore(process.env.FOLDER), host: 'a', grace: 500, logger: false });
const command = ['sleep', '1000'];
const dead = await agents.spawn('dead', command, { ready: false });
const ended = await agents.spawn('ended', command);
await agents.reconcile();

const files = [];
try {
  for (;;) files.push(openSync('/dev/null'));
} catch {
  // That was the last one.
}
const looked = await agents.reconcile();
dead.exited.then(() => {});
process.kill(dead.pid, 'SIGKILL');
const end = agents.end('ended');
const ready = ended.ready.catch(({ code }) => code);
await sleep(300);
for (const file of files) closeSync(file);
const results = [(await dead.gone).result, (await end).result, await ready];
await agents.endAll();
console.log(JSON.stringify({ looked, results }));
