/** The provider in memory, used as the tests of an app use it. */
import assert from 'node:assert/strict';
import { Agent } from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { Cartesia, type CartesiaError } from 'cartesia-4.2.0';
import type { TTSWS } from 'cartesia-4.2.0/resources/tts/ws';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
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

  test('takes nothing away: connect() of Node is as before, in whatever order providers close', async () => {
    await provider.close();
    const before = [net.connect, tls.connect];
    const providers = [fakeProvider(), fakeProvider(), fakeProvider()];
    expect([net.connect, tls.connect]).not.toEqual(before);
    for (const index of [1, 0, 2]) await providers[index]!.close();
    expect([net.connect, tls.connect]).toEqual(before);
  });

  test('after close(), connections go where they did before', async () => {
    await provider.close();
    await expect(newClient(provider).tts.websocket()).rejects.toMatchObject({ message: /ECONNREFUSED|ENOTFOUND/ });
    expect(provider.seen.connections).toEqual([]);
  });
});
