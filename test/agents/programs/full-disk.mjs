// The folder of the store is a disk of its own, which this program fills.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { AgentRegistry, fileStore } = await import(process.env.AGENTS);
const store = fileStore(process.env.FOLDER);
const agents = new AgentRegistry({ store, host: 'a', grace: 500, logger: false });
const command = ['sleep', '1000'];
const codeOf = (promise) =>
  promise.then(
    () => 'spawned',
    ({ code }) => code,
  );

await agents.spawn('one', command, { ready: false });
const two = await agents.spawn('two', command, { ready: false });
const filler = join(process.env.FOLDER, 'filler');
let size = 1 << 20;
for (let written = Buffer.alloc(0); size > 0; ) {
  try {
    const more = Buffer.concat([written, Buffer.alloc(size)]);
    writeFileSync(filler, more);
    written = more;
  } catch {
    writeFileSync(filler, written);
    size >>= 1;
  }
}
const refused = await codeOf(agents.spawn('three', command, { ready: false }));
const end = await agents.end('one');
const kept = await store.get('two');
const names = readdirSync(process.env.FOLDER).filter((name) => name.endsWith('.new'));
rmSync(filler);
await agents.reconcile();
const { pending } = await agents.reconcile();
const again = await codeOf(agents.spawn('four', command, { ready: false }));
const left = (await store.list()).map(({ id }) => id).sort();
console.log(JSON.stringify({ refused, result: end.result, kept: kept?.pid === two.pid, names, pending, again, left }));
await agents.endAll();
