import { setTimeout as sleep } from 'node:timers/promises';
import { client, cover, say } from './cell.mjs';

cover(client);
const body = { model_id: 'sonic-2', transcript: 'hello', voice: { mode: 'id', id: 'a' }, output_format: {} };
const { KIND, HOW } = process.env;
const kinds = {
  bytes: async () => (await client.tts.generate(body)).arrayBuffer(),
  sse: async () => {
    for await (const _ of await (client.tts.generateSSE ?? client.tts.generateSse).call(client.tts, body));
  },
  list: async () => {
    for await (const _ of client.voices.list());
  },
};
const ended = kinds[KIND]().then(
  () => 'resolved',
  (error) => error.code ?? error.cause?.code ?? error.message,
);
await sleep(200);
say('shutdown');
if (client.disconnect) {
  await client.disconnect(JSON.parse(HOW));
  say(await ended);
}
