// Talks to an agent, loses the connection, connects again, lets the agent finish, and hangs up.
//
//   npx tsx examples/agents-realtime.ts
//
// Without OPENAI_API_KEY in the environment, the provider is in this process. In an app, import from '@openai/agents-realtime',
// 'hangup/agents-realtime' and 'hangup/testing'.
import { setTimeout as sleep } from 'node:timers/promises';
import { RealtimeAgent, RealtimeSession } from 'agents-realtime-0.20.0';
import { overlay } from '../overlays/agents-realtime/index.ts';
import { fakeProvider } from '../testing/index.ts';

const key = process.env.OPENAI_API_KEY;
const provider = key ? undefined : fakeProvider({ chunks: 10, interval: 20 }, { url: 'https://api.openai.com' });
const apiKey = key || 'a-key';

const agent = new RealtimeAgent({ name: 'greeter', instructions: 'Say hello.' });
const { target: session } = overlay(new RealtimeSession(agent, { transport: 'websocket' }));
session.on('error', ({ error }) => console.log('lost:', (error as Error).message));

await session.connect({ apiKey });
if (provider) {
  const lost = new Promise((resolve) => session.once('error', resolve));
  provider.inflict({ kind: 'close', code: 1011, reason: 'overloaded' });
  await lost;
  await session.connect({ apiKey });
}

let bytes = 0;
session.on('audio', ({ data }) => {
  bytes += data.byteLength;
});
session.sendMessage('Good morning.');
await sleep(100);
const { outcome, steps } = await session.disconnect({ drain: 5000 });
console.log(bytes > 0 ? 'heard' : 'nothing heard', 'of the answer');
console.log(outcome, steps.map(({ name, outcome }) => `${name} ${outcome}`).join(', '));
await provider?.close();
