// Speaks and hears with Node's own WebSocket, on the provider in memory, and prints how it ended. It is bundled for each run.
import { CartesiaClient } from 'cartesia-2.2.9';
import { overlay } from '../../overlays/cartesia/index.ts';
import { fakeProvider } from '../../testing/index.ts';

const provider = fakeProvider({ chunks: Number.POSITIVE_INFINITY });
const { target: client } = overlay(new CartesiaClient({ apiKey: 'test', environment: provider.url }));
const ws = client.tts.websocket({ container: 'raw', encoding: 'pcm_f32le', sampleRate: 16_000 });
await ws.connect();
const voice = { mode: 'id', id: 'a' } as const;
const { source } = await ws.send({ modelId: 'sonic-2', voice, transcript: 'Hi' } as Parameters<typeof ws.send>[0]);
const audio = new Float32Array(16);
const said: unknown[] = [
  (ws.socket as unknown as { _ws: WebSocket })._ws.constructor === WebSocket,
  await source.read(audio),
];
provider.inflict({ kind: 'close', code: 1011 });
try {
  while (true) await source.read(audio);
} catch (error) {
  const { code, closeCode } = error as { code: string; closeCode: number };
  said.push(code, closeCode);
}
provider.behaviour = { onClose: 'ignore' };
await ws.connect();
said.push((await client.disconnect({ timeout: 100 })).outcome);
console.log(JSON.stringify(said));
