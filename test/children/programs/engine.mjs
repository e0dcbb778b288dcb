// A generation whose context id is made for it, and the end of its connection and of the client.
import { client, connect, cover, hangUp, say } from './cell.mjs';

cover(client);
const ws = await connect();
const request = {
  model_id: 'sonic-2',
  transcript: 'hello',
  voice: { mode: 'id', id: 'a-voice' },
  output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16000 },
};
const types = [];
for await (const { type } of ws.generate(request)) types.push(type);
say(types.at(-1));
await hangUp(ws);
await client.disconnect?.();
