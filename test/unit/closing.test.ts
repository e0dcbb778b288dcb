/** A socket that begins to close by itself, or by the app, or that is lost while it closes. */
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { overlay } from '../../overlays/cartesia/index.ts';
import type { Client, VoiceSocket } from '../support/sdk.ts';
import { startVoiceServer, type VoiceServer } from '../support/voice-server.ts';

const require = createRequire(import.meta.url);
interface EventSocket extends VoiceSocket {
  sendRaw(audio: Uint8Array): void;
}
type FullClient = Client & { stt: { autoFinalize: { websocket(...args: object[]): EventSocket } } };
const { Cartesia } = require('cartesia-4.2.0') as { Cartesia: new (options: object) => FullClient };

const endless = { chunks: Number.POSITIVE_INFINITY, interval: 5 };
/** A frame with a reserved bit, which is an error of the peer's. */
const badFrame = { kind: 'raw', bytes: Uint8Array.of(193, 1, 0) } as const;

let server: VoiceServer;
let undo: () => void;
beforeAll(async () => {
  server = await startVoiceServer();
  ({ undo } = overlay(new Cartesia({ apiKey: 'k' })));
});
afterEach(() => {
  server.behaviour = {};
});
afterAll(async () => {
  undo();
  await server.close();
});

async function speaking(): Promise<{ ws: VoiceSocket; loop: Promise<{ code: string; cause?: Error }> }> {
  const ws = await new Cartesia({ apiKey: 'k', baseURL: server.url }).tts.websocket({ ca: server.ca });
  const context = ws.context({ contextId: 'a' });
  let heard = () => {};
  const first = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const loop = (async () => {
    for await (const _ of context.receive()) heard();
    throw new Error('the loop ended quietly');
  })().catch((error) => error as { code: string; cause?: Error });
  await context.push({ transcript: 'hello' });
  await first;
  return { ws, loop };
}

const closed = (ws: VoiceSocket) => new Promise((resolve) => ws.socket.once('close', resolve));
async function ms(promise: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await promise;
  return performance.now() - start;
}

describe('CLOSING that hangup did not begin', () => {
  it('after a protocol error, a loop learns of it at once, and the socket goes after 1000 ms', async () => {
    server.behaviour = { ...endless, onClose: 'answer-and-hang' };
    const { ws, loop } = await speaking();
    server.inflict(badFrame);
    const [told, gone] = await Promise.all([ms(loop), ms(closed(ws))]);
    expect(await loop).toMatchObject({ code: 'ERR_STREAM_ENDED', closeCode: 1006 });
    expect((await loop).cause?.message).toMatch(/RSV1 must be clear/);
    expect(told).toBeLessThan(500);
    expect(gone).toBeLessThan(2000);
  });

  it("the app's own socket.close() into a black hole takes 1000 ms", async () => {
    server.behaviour = { ...endless, onClose: 'ignore' };
    const { ws, loop } = await speaking();
    server.inflict({ kind: 'black-hole' });
    ws.socket.close();
    expect(await ms(loop)).toBeLessThan(2000);
    expect(await loop).toMatchObject({ code: 'ERR_STREAM_ENDED', closeCode: 1006 });
  });
});

describe('a socket that is lost while it closes', () => {
  it('by a reset in place of an answer: the close step failed, with the error', async () => {
    server.behaviour = { onClose: 'ignore' };
    const ws = await new Cartesia({ apiKey: 'k', baseURL: server.url }).tts.websocket({ ca: server.ca });
    const ending = ws.disconnect();
    await sleep(50);
    server.inflict({ kind: 'reset' });
    const report = await ending;
    expect(report).toMatchObject({ outcome: 'forced', reason: 'failed', abandoned: [] });
    expect(report.steps.find(({ name }) => name === 'close')).toMatchObject({
      outcome: 'failed',
      error: { code: 'ECONNRESET' },
    });
  });

  it('by a reset before the close frame: the same', async () => {
    // With nothing on its way: a reset that overtakes data may look like an orderly end.
    server.behaviour = { ...endless, interval: 200, ignoreCancel: true };
    const { ws } = await speaking();
    const ending = ws.disconnect();
    await sleep(50);
    server.inflict({ kind: 'reset' });
    expect(await ending).toMatchObject({ outcome: 'forced', reason: 'failed' });
  });

  it('in the handshake, by our own close: that is graceful', async () => {
    server.behaviour = { greeting: 'upgrade-stall' };
    const client = new Cartesia({ apiKey: 'k', baseURL: server.url }) as FullClient & VoiceSocket;
    client.tts.websocket({ ca: server.ca }).catch(() => {});
    await sleep(50);
    expect(await client.disconnect()).toMatchObject({ outcome: 'graceful' });
  });
});

it('STT that is forced in the middle of a transcription names the transcription', async () => {
  const provider = await startVoiceServer();
  const client = new Cartesia({ apiKey: 'k', baseURL: provider.url });
  const ws = client.stt.autoFinalize.websocket({ model: 'ink-2' }, { ca: provider.ca });
  await vi.waitUntil(() => ws.connected);
  ws.sendRaw(new Uint8Array(320));
  expect(await ws.disconnect(true)).toMatchObject({
    outcome: 'forced',
    abandoned: ['socket stt › transcription'],
  });
  await provider.close();
});
