// Connects, streams and hangs up, over and over, and says what that leaves in the heap and in the event loop.
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { receiveOrder, say, stream } from './driven.ts';

const { order, dial } = await receiveOrder();
const lanes = 8;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

async function cycle(force: boolean): Promise<void> {
  const line = dial();
  const reader = await stream(line);
  await line.target.disconnect(force);
  await reader.ended;
}

async function cycles(count: number): Promise<{ heap: number; handles: string[] }> {
  const lane = async () => {
    for (let n = 0; n < count / lanes; n++) await cycle(n % 2 === 0);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  for (let round = 0; round < 5; round++) {
    collect();
    // Finalization callbacks run in tasks of their own.
    await sleep(20);
  }
  return { heap: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo().sort() };
}

const before = await cycles(200);
const after = await cycles(order.cycles!);
say('shutdown');
say(
  JSON.stringify({
    bytesPerCycle: (after.heap - before.heap) / order.cycles!,
    before: before.handles,
    after: after.handles,
  }),
);
