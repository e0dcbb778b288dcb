/** A context id that is used again right after its cancel, with a provider that does not answer the cancel. */
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { overlay } from '../../overlays/cartesia/index.ts';
import type { Client, VoiceEvent, VoiceSocket } from '../support/sdk.ts';
import { startVoiceServer, type VoiceServer } from '../support/voice-server.ts';

const require = createRequire(import.meta.url);
const { Cartesia } = require('cartesia-4.2.0') as { Cartesia: new (options: object) => Client };

let server: VoiceServer;
let undo: () => void;
beforeAll(async () => {
  server = await startVoiceServer({ chunks: 3, interval: 20, done: false, ignoreCancel: true });
  ({ undo } = overlay(new Cartesia({ apiKey: 'k' })));
});
afterAll(async () => {
  undo();
  await server.close();
});

async function typesOf(stream: AsyncIterable<VoiceEvent>, types: string[] = []): Promise<string[]> {
  for await (const { type } of stream) types.push(type);
  return types;
}

const uses: Record<string, (ws: VoiceSocket) => Promise<string[]>> = {
  'receive()': async (ws) => {
    const context = ws.context({ contextId: 'a' });
    await context.send({ transcript: 'again' });
    return typesOf(context.receive());
  },
  'generate()': (ws) => typesOf(ws.generate({ context_id: 'a', transcript: 'again' })),
};

it.each(Object.keys(uses))('by %s: the new stream is whole', async (name) => {
  server.behaviour = { chunks: 1, interval: 10, done: false, ignoreCancel: true };
  const ws = await new Cartesia({ apiKey: 'k', baseURL: server.url }).tts.websocket({ ca: server.ca });
  const first = ws.context({ contextId: 'a' });
  await first.push({ transcript: 'once' });
  const heard: string[] = [];
  const before = typesOf(first.receive(), heard);
  await expect.poll(() => heard, { timeout: 10_000, interval: 5 }).toEqual(['chunk']);
  await first.cancel();
  expect(await before).toEqual(['chunk']);
  await sleep(50);
  server.behaviour = { chunks: 8, interval: 100 };
  const types = await uses[name]!(ws);
  expect(types).toEqual([...Array(8).fill('chunk'), 'done']);
  await ws.disconnect(true);
});
