import { setTimeout as sleep } from 'node:timers/promises';
import { connect, contextOf, hangUp, listen, say } from './cell.mjs';

const ws = await connect();
const context = contextOf(ws);
await listen(context, 2);
if (process.env.CANCEL === 'before') await context.cancel();
hangUp(ws, { timeout: 300 });
if (process.env.CANCEL === 'later') await sleep(100);
await context.cancel();
say('cancelled');
