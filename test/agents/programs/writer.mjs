// Puts and removes records for ever, and says what the store has acknowledged.
import { writeSync } from 'node:fs';

const { fileStore } = await import(process.env.AGENTS);
const store = fileStore(process.env.FOLDER);
const record = (id, round) => ({
  id,
  host: 'a',
  boot: 'b',
  namespace: 'pid:[1]',
  pid: round,
  startTime: '1',
  token: `${id}-${round - (round % 10)}`,
  state: 'ready',
  spawnedAt: 1,
  labels: { text: 'x'.repeat(20_000) },
});

async function write(id) {
  for (let round = 0; ; round++) {
    const next = record(id, round);
    if (round % 10 === 9) {
      writeSync(1, `removing ${id}\n`);
      await store.remove(id, next.token, 'exited');
      writeSync(1, `removed ${id}\n`);
    } else {
      await store.put(next, 1000);
      writeSync(1, `put ${id} ${round}\n`);
    }
  }
}

await Promise.all(['one', 'two', 'three'].map(write));
