// Says which timers are left of a connection that the provider has dropped.
import { setTimeout as sleep, setImmediate as tick } from 'node:timers/promises';
import { receiveOrder, say, stream } from './driven.ts';

const { dial } = await receiveOrder();
const line = dial();
await (await stream(line)).ended;
while (!line.closed) await sleep(2);
await tick();

say('shutdown');
say(JSON.stringify(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')));
