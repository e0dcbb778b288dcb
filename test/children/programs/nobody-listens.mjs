// Neither a consumer nor an error listener when the bad frames arrive.
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, hangUp } from './cell.mjs';

const ws = await connect();
await ws.send({ transcript: 'hello', context_id: 'nobody', continue: true });
await sleep(300);
await hangUp(ws);
