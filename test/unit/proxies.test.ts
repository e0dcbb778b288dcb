/** Apps put a client or a connection behind a proxy: tracing wrappers, reactive state. Its end is that of the object. */
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { overlay } from '../../overlays/cartesia/index.ts';
import { deep, readOnly, traced, transparent } from '../support/proxies.ts';
import type { Client, VoiceSocket } from '../support/sdk.ts';
import { startVoiceServer, type VoiceServer } from '../support/voice-server.ts';

const require = createRequire(import.meta.url);
const { Cartesia } = require('cartesia-4.2.0') as {
  Cartesia: new (options: object) => Client & Pick<VoiceSocket, 'connected' | 'disconnect'>;
};
const speech = {
  model_id: 'm',
  voice: { mode: 'id', id: 'x' },
  output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16000 },
};

const takesNoMembers = 'a proxy that takes no members';
const proxies = [
  ['a transparent proxy', transparent],
  ['a proxy that wraps every object', deep],
  ['a proxy that traces every call', traced],
  [takesNoMembers, readOnly],
] as const;

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

describe.each(proxies)('behind %s', (name, proxy) => {
  const makeClient = () => new Cartesia({ apiKey: 'k', baseURL: server.url });

  it('a client ends its connections, and opens none after that', async () => {
    const client = proxy(makeClient());
    const ws = await client.tts.websocket({ ca: server.ca });
    expect(client.connected).toBe(true);
    const report = await client.disconnect();
    expect(report).toMatchObject({ outcome: 'graceful', members: [{ name: 'socket tts' }] });
    expect(ws.connected).toBe(false);
    expect(ws.socket.readyState).toBe(3);
    await expect(client.tts.websocket({ ca: server.ca })).rejects.toMatchObject({ code: 'ERR_DISCONNECTED' });
  });

  // A proxy of the last kind cannot hand options on to an object that has opened nothing yet.
  it.runIf(name !== takesNoMembers)('options count for the client', async () => {
    server.behaviour = { onClose: 'ignore' };
    const client = proxy(makeClient());
    const { undo } = overlay(client, { timeout: 30 });
    const ws = await client.tts.websocket({ ca: server.ca });
    const { durationMs } = await ws.disconnect();
    expect(durationMs).toBeLessThan(500);
    undo();
  });

  it('a connection speaks, cancels and ends', async () => {
    const ws = proxy(await makeClient().tts.websocket({ ca: server.ca }));
    const context = proxy(ws.context({ ...speech, contextId: 'a' }));
    await context.push({ transcript: 'hello' });
    await context.no_more_inputs();
    const types: string[] = [];
    for await (const { type } of context.receive()) types.push(type);
    expect(types.at(-1)).toBe('done');
    await ws.send({ ...speech, transcript: 'hello', context_id: 'b' });
    await ws.cancelContext('b');
    expect(ws.connected).toBe(true);
    expect((await ws.disconnect()).outcome).toBe('graceful');
    expect(ws.connected).toBe(false);
    await expect(context.push({ transcript: 'late' })).rejects.toMatchObject({
      code: 'ERR_DISCONNECTED',
      message: expect.stringMatching(/^push\(\): /),
    });
  });

  it('a loop that is cut learns its cause', async () => {
    server.behaviour = { chunks: Number.POSITIVE_INFINITY, fault: { kind: 'reset' }, faultAfter: 2 };
    const ws = proxy(await makeClient().tts.websocket({ ca: server.ca }));
    const context = proxy(ws.context({ ...speech, contextId: 'a' }));
    await context.push({ transcript: 'hello' });
    const loop = async () => {
      for await (const _ of context.receive());
    };
    await expect(loop()).rejects.toMatchObject({ code: 'ERR_STREAM_ENDED', contextId: 'a' });
  });
});

it('a proxy in front of a connection from before overlay() is refused, and the connection itself is taken', async () => {
  undo();
  const { ca, url } = server;
  const ws = await new Cartesia({ apiKey: 'k', baseURL: url }).tts.websocket({ ca });
  ({ undo } = overlay(new Cartesia({ apiKey: 'k' })));
  expect(() => new Proxy(ws, {}).disconnect()).toThrow(/it is a proxy, .*Hand in the connection itself/);
  expect((await ws.disconnect()).outcome).toBe('graceful');
});

it('code that reads `connected` of a prototype leaves no state there', async () => {
  const client = new Cartesia({ apiKey: 'k', baseURL: server.url });
  expect(Reflect.get(Cartesia.prototype, 'connected', Cartesia.prototype)).toBe(false);
  expect((await (Cartesia.prototype as typeof client).disconnect()).outcome).toBe('graceful');
  const ws = await client.tts.websocket({ ca: server.ca });
  expect(ws.connected).toBe(true);
  await client.disconnect(true);
});

describe('behind a transparent proxy, in other families', () => {
  it('an STT connection ends', async () => {
    const provider = await startVoiceServer();
    type Stt = {
      stt: { autoFinalize: { websocket(...args: object[]): VoiceSocket & { sendRaw(a: Uint8Array): void } } };
    };
    const client = transparent(new Cartesia({ apiKey: 'k', baseURL: provider.url })) as unknown as Stt & VoiceSocket;
    const ws = transparent(client.stt.autoFinalize.websocket({ model: 'ink-2' }, { ca: provider.ca }));
    await vi.waitUntil(() => ws.connected);
    ws.sendRaw(new Uint8Array(320));
    expect(await ws.disconnect()).toMatchObject({ outcome: 'graceful' });
    expect(() => ws.sendRaw(new Uint8Array(320))).toThrow(expect.objectContaining({ code: 'ERR_DISCONNECTED' }));
    expect(await client.disconnect()).toMatchObject({ outcome: 'graceful' });
    await provider.close();
  });
});
