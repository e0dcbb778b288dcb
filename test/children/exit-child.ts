// One program for every kind of connection: streams, hangs up, and has nothing left to do.
import { receiveOrder, say, stream } from './driven.ts';

const { order, cell, dial } = await receiveOrder();
const line = dial();
const reader = await stream(line);

say('shutdown');
if (cell.delivery === 'bare') line.close();
else {
  const { outcome, durationMs } = await line.target.disconnect(order.force);
  const end = await reader.ended;
  // Some SDKs say things of their own.
  say(JSON.stringify({ outcome, durationMs, end: end?.message ?? 'quiet' }));
}
