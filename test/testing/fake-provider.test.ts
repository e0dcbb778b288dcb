/** The provider in memory, used as the tests of an app use it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, Agent as HttpAgent } from 'node:http';
import { Agent } from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { Cartesia, type CartesiaError } from 'cartesia-4.2.0';
import type { TTSWS } from 'cartesia-4.2.0/resources/tts/ws';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { DisconnectedError, isStreamEnded } from '../../core/index.ts';
import { overlay } from '../../overlays/cartesia/index.ts';
import { fakeProvider, type VoiceProvider } from '../../testing/index.ts';

const apiKey = 'test';
const format = { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16_000 } as const;
const speech = {
  model_id: 'sonic-3',
  voice: { mode: 'id', id: 'a' },
  output_format: format,
  transcript: 'Hi',
} as const;
const endless = { chunks: Number.POSITIVE_INFINITY };

const newClient = (provider: VoiceProvider) =>
  overlay(new Cartesia({ apiKey, baseURL: provider.url, maxRetries: 0 })).target;

/** The audio of one generation, as text. */
async function listen(ws: Pick<TTSWS, 'generate'>, onChunk: (count: number) => void = () => {}): Promise<string[]> {
  const heard: string[] = [];
  for await (const event of ws.generate(speech)) {
    if (event.type === 'chunk') onChunk(heard.push(Buffer.from(event.data, 'base64').toString()));
  }
  return heard;
}

let provider: VoiceProvider;
beforeEach(() => {
  provider = fakeProvider();
});
afterEach(() => provider.close());

describe('audio and texts that a test gives', () => {
  test('generate() yields the chunks', async () => {
    provider.behaviour = { chunks: [Buffer.from('one'), Buffer.from('two')] };
    const ws = await newClient(provider).tts.websocket();
    expect(await listen(ws)).toEqual(['one', 'two']);
    expect(provider.seen.messages).toMatchObject([{ transcript: 'Hi' }]);
  });

  test('a context with two pushes yields them twice', async () => {
    provider.behaviour = { chunks: [Buffer.from('one'), Buffer.from('two')] };
    const ws = await newClient(provider).tts.websocket();
    const { transcript, ...voice } = speech;
    const context = ws.context(voice);
    for (const _ of ['first', 'second']) await context.push({ transcript });
    await context.no_more_inputs();
    const heard: string[] = [];
    for await (const event of context.receive()) {
      if (event.type === 'chunk') heard.push(Buffer.from(event.data, 'base64').toString());
    }
    expect(heard).toEqual(['one', 'two', 'one', 'two']);
  });

  test('a transcription has the texts', async () => {
    provider.behaviour = { chunks: ['good', 'good morning'] };
    const parameters = { model: 'ink-2', encoding: 'pcm_s16le', sample_rate: 16_000 } as const;
    const ws = newClient(provider).stt.autoFinalize.websocket(parameters);
    const heard: string[] = [];
    ws.on('turn.update', ({ transcript }) => heard.push(transcript));
    const ended = new Promise((resolve) => ws.on('turn.end', ({ transcript }) => resolve(transcript)));
    ws.sendRaw(new Uint8Array(2));
    expect(await ended).toBe('good morning');
    expect(heard).toEqual(['good', 'good morning']);
    await ws.disconnect();
  });
});

describe('ends', () => {
  test('the provider closes: the loop throws StreamEndedError', async () => {
    provider.behaviour = endless;
    const ws = await newClient(provider).tts.websocket();
    const fault = { kind: 'close', code: 1011, reason: 'overloaded' } as const;
    const listening = listen(ws, (count) => count === 3 && provider.inflict(fault));
    const error: unknown = await listening.catch((error) => error);
    assert.ok(isStreamEnded(error));
    expect(error).toMatchObject({ closeCode: 1011, closeReason: 'overloaded', phase: 'between-chunks' });
  });

  test.each(['reset', 'fin'] as const)('the network is gone (%s): close code 1006', async (kind) => {
    provider.behaviour = endless;
    const ws = await newClient(provider).tts.websocket();
    const listening = listen(ws, (count) => count === 3 && provider.inflict({ kind }));
    await expect(listening).rejects.toMatchObject({ code: 'ERR_STREAM_ENDED', closeCode: 1006 });
  });

  test('disconnect() reports, and a late call rejects', async () => {
    const ws = await newClient(provider).tts.websocket();
    expect(ws.connected).toBe(true);
    expect(await ws.disconnect()).toMatchObject({ outcome: 'graceful', abandoned: [] });
    expect(ws.connected).toBe(false);
    expect(provider.seen.connections).toMatchObject([{ close: { code: 1000 }, ended: true }]);
    await expect(listen(ws)).rejects.toThrow(DisconnectedError);
  });

  test('a silent provider: disconnect() forces', async () => {
    provider.behaviour = { onClose: 'ignore' };
    const ws = await newClient(provider).tts.websocket();
    expect(await ws.disconnect({ timeout: 20 })).toMatchObject({ outcome: 'forced', reason: 'deadline' });
  });

  test('a handshake without an answer: the limit of the SDK holds', async () => {
    provider.behaviour = { greeting: 'upgrade-stall' };
    const opening = newClient(provider).tts.websocket({ handshakeTimeout: 20 });
    await expect(opening).rejects.toThrow('Opening handshake has timed out');
  });
});

describe('faults on command', () => {
  test('before the first connection, they hit nothing, and inflict() says so', () => {
    expect(() => provider.inflict({ kind: 'reset' })).toThrow('no connection has come yet');
  });

  test('in the handshake, they hit the connection when it opens', async () => {
    provider.behaviour = { ...endless, upgradeDelay: 300 };
    const opening = newClient(provider).tts.websocket();
    await expect.poll(() => provider.seen.upgrades).toBe(1);
    provider.inflict({ kind: 'close', code: 1011 });
    const ws = await opening;
    await expect(listen(ws)).rejects.toMatchObject({ code: 'ERR_STREAM_ENDED' });
  });

  test.each(['reset', 'fin'] as const)('in a handshake that stalls, the network may go at once: %s', async (kind) => {
    provider.behaviour = { greeting: 'upgrade-stall' };
    const opening = newClient(provider).tts.websocket();
    await expect.poll(() => provider.seen.upgrades).toBe(1);
    provider.inflict({ kind });
    await expect(opening).rejects.toThrow(/ECONNRESET|socket hang up/);
  });

  test('after the last connection has gone, they hit nothing', async () => {
    const ws = await newClient(provider).tts.websocket();
    await ws.disconnect();
    provider.inflict({ kind: 'reset' });
  });
});

describe('in place of the network', () => {
  test('opens no connection, not even of a client with the address of the provider', async () => {
    const opened = vi.spyOn(net.Socket.prototype, 'connect');
    await using real = fakeProvider({}, { url: 'https://api.cartesia.ai' });
    const { target: client } = overlay(new Cartesia({ apiKey, maxRetries: 0 }));
    expect(await listen(await client.tts.websocket())).toHaveLength(3);
    expect(real.seen.upgrades).toBe(1);
    await client.disconnect();
    expect(opened).not.toHaveBeenCalled();
    opened.mockRestore();
  });

  test('an agent leads to it too', async () => {
    const ws = await newClient(provider).tts.websocket({ agent: new Agent({ keepAlive: true }) });
    expect(await listen(ws)).toHaveLength(3);
  });

  test('answers other requests with 404', async () => {
    const error: unknown = await newClient(provider)
      .voices.list()
      .catch((error) => error);
    expect((error as InstanceType<typeof CartesiaError> & { status: number }).status).toBe(404);
  });

  test('fake timers need not advance for a finite stream without an interval', async () => {
    provider.behaviour = { interval: 0 };
    vi.useFakeTimers();
    try {
      const ws = await newClient(provider).tts.websocket();
      expect(await listen(ws)).toHaveLength(3);
    } finally {
      vi.useRealTimers();
    }
  });

  const openers = () => [net.connect, net.createConnection, tls.connect, HttpAgent.prototype.createConnection];

  test('takes nothing away: Node opens connections as before, in whatever order providers close, also twice', async () => {
    await provider.close();
    const before = openers();
    const providers = [fakeProvider(), fakeProvider(), fakeProvider()];
    for (const [n, opener] of openers().entries()) expect(opener).not.toBe(before[n]);
    for (const index of [1, 0, 2, 0]) await providers[index]!.close();
    expect(openers()).toEqual(before);
  });

  test('leaves a function of the app that has taken the place of connect() meanwhile', async () => {
    const own = vi.spyOn(net, 'connect');
    await provider.close();
    expect(net.connect).toBe(own);
    own.mockRestore();
    await expect(newClient(provider).tts.websocket()).rejects.toMatchObject({ message: /ECONNREFUSED|ENOTFOUND/ });
  });

  test.each([
    ['the newest first', [1, 0]],
    ['the oldest first', [0, 1]],
  ])('of two with one address the newest answers until it is closed: %s', async (_order, order) => {
    const url = 'https://api.cartesia.ai';
    const providers = [fakeProvider({ chunks: 1 }, { url }), fakeProvider({ chunks: 2 }, { url })];
    const heard = async () => listen(await newClient(providers[0]!).tts.websocket());
    expect(await heard()).toHaveLength(2);
    await providers[order[0]!]!.close();
    expect(await heard()).toHaveLength(order[0] === 1 ? 1 : 2);
    await providers[order[1]!]!.close();
  });

  test.each(['http://voice.localhost', 'http://voice.localhost:8080', 'http://[::1]:8080', 'http://127.0.0.1:8080'])(
    'a request to %s does not reach the network, whatever sends it',
    async (url) => {
      const opened = vi.spyOn(net.Socket.prototype, 'connect');
      await using plain = fakeProvider({}, { url });
      const status = (options: object) =>
        new Promise<unknown>((resolve, reject) => {
          const request = get(`${url}/voices`, options, (response) => resolve(response.resume().statusCode));
          request.on('error', reject);
        });
      expect(await status({})).toBe(404);
      expect(await status({ agent: new HttpAgent({ keepAlive: true }) })).toBe(404);
      expect(await status({ agent: false })).toBe(404);
      expect((await fetch(`${url}/voices`)).status).toBe(404);
      const ws = new WebSocket(`${url.replace('http', 'ws')}/tts/websocket`);
      await once(ws, 'open');
      ws.terminate();
      await once(
        net.connect({ host: new URL(url).hostname.replace(/[[\]]/g, ''), port: +new URL(url).port || 80 }),
        'connect',
      );
      expect(plain.seen.upgrades).toBe(1);
      expect(opened).not.toHaveBeenCalled();
      opened.mockRestore();
    },
  );

  test('after close(), connections go where they did before', async () => {
    await provider.close();
    await expect(newClient(provider).tts.websocket()).rejects.toMatchObject({ message: /ECONNREFUSED|ENOTFOUND/ });
    expect(provider.seen.connections).toEqual([]);
  });
});
