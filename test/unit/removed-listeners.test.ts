/** An SDK or an app takes all listeners off a socket, as `removeAllListeners()` does. hangup goes on to watch the socket. */
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { overlay } from '../../overlays/cartesia/index.ts';
import type { Client } from '../support/sdk.ts';
import { startVoiceServer, type VoiceServer } from '../support/voice-server.ts';

const require = createRequire(import.meta.url);
const { Cartesia } = require('cartesia-4.2.0') as { Cartesia: new (options: object) => Client };

let server: VoiceServer;
let undo: () => void;
beforeAll(async () => {
  server = await startVoiceServer();
  ({ undo } = overlay(new Cartesia({ apiKey: 'k' })));
});
afterAll(async () => {
  undo();
  await server.close();
});

async function deaf() {
  const ws = await new Cartesia({ apiKey: 'k', baseURL: server.url }).tts.websocket({ ca: server.ca });
  await ws.connect();
  ws.socket.removeAllListeners();
  return ws;
}

it('disconnect() sees the close of such a socket', async () => {
  const report = await (await deaf()).disconnect();
  expect(report).toMatchObject({ outcome: 'graceful', abandoned: [] });
});

it('an error of such a socket does not end the process', async () => {
  const ws = await deaf();
  server.inflict({ kind: 'raw', bytes: Uint8Array.of(193, 1, 0) });
  await expect.poll(() => ws.connected).toBe(false);
  expect(await ws.disconnect(true)).toMatchObject({ abandoned: [] });
});
