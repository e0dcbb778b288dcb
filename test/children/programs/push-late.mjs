import { setTimeout as sleep } from 'node:timers/promises';
import { connect, contextOf, hangUp, say } from './cell.mjs';

const ws = await connect();
const context = contextOf(ws);
await hangUp(ws);
await sleep(50);
if (process.env.AWAITED === '1') {
  await context.push({ transcript: 'late' }).catch((error) => say(error.code));
} else {
  // Nobody awaits these: what they reject with must not become an unhandled rejection.
  context.push({ transcript: 'late' });
  context.push({ transcript: 'late', flush: true });
  context.no_more_inputs();
  context.flush();
  ws.send({ transcript: 'late', context_id: 'b' });
  ws.cancelContext('b');
}
