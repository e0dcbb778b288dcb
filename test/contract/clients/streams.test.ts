/** A client shows these to an app that watches it: the streams in `connections`, also of connections that give events, and refused requests. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { CartesiaClient } from 'cartesia-2.2.9';
import { Cartesia } from 'cartesia-4.2.0';
import { OpenAI } from 'openai-6.49.0';
import { OpenAIRealtimeWS } from 'openai-6.49.0/realtime/ws';
import { ResponsesWS } from 'openai-6.49.0/resources/responses/ws';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Disconnectable, DisconnectableClient } from '../../../core/disconnectable.ts';
import { overlay } from '../../../overlays/cartesia/index.ts';
import { overlay as overlayOpenAI } from '../../../overlays/openai/index.ts';
import { fakeProvider, type VoiceProvider } from '../../../testing/index.ts';

interface Session extends Disconnectable {
  send(event: object): void;
  sendRaw(audio: Uint8Array): void;
  on(event: string, listener: () => void): unknown;
}

const apiKey = 'test';
let provider: VoiceProvider;
beforeEach(() => {
  provider = fakeProvider({ chunks: Number.POSITIVE_INFINITY, interval: 5 });
});
afterEach(() => provider.close());

const openai = () => {
  overlayOpenAI(OpenAIRealtimeWS);
  overlayOpenAI(ResponsesWS);
  return overlayOpenAI(new OpenAI({ apiKey, baseURL: provider.url })).target;
};
const cartesia = () => overlay(new Cartesia({ apiKey, baseURL: provider.url })).target;
const audio = { encoding: 'pcm_s16le', sample_rate: 16_000 } as const;
const response = { type: 'response.create' };

type Case = [name: string, stream: RegExp, open: () => [DisconnectableClient, Session], ask: (ws: Session) => void];
const cases = (
  [
    [
      'OpenAIRealtimeWS',
      /^response resp_/,
      openai,
      (client: OpenAI) => new OpenAIRealtimeWS({ model: 'a' }, client),
      (ws) => ws.send(response),
    ],
    ['ResponsesWS', /^response$/, openai, (client: OpenAI) => new ResponsesWS(client), (ws) => ws.send(response)],
    [
      'AutoFinalizeWS',
      /^transcription$/,
      cartesia,
      (client: Cartesia) => client.stt.autoFinalize.websocket({ model: 'ink-2', ...audio }),
      (ws) => ws.sendRaw(new Uint8Array(2)),
    ],
    [
      'ManualFinalizeWS',
      /^transcription$/,
      cartesia,
      (client: Cartesia) => client.stt.manualFinalize.websocket({ model: 'ink-whisper', ...audio }),
      (ws) => ws.sendRaw(new Uint8Array(2)),
    ],
  ] as [string, RegExp, () => object, (client: never) => unknown, (ws: Session) => void][]
).map(([name, stream, make, socket, ask]): Case => {
  const open = (): [DisconnectableClient, Session] => {
    const client = make();
    return [client as DisconnectableClient, socket(client as never) as Session];
  };
  return [name, stream, open, ask];
});

test.each(cases)('%s', async (_name, stream, open, ask) => {
  const [client, ws] = open();
  ws.on('error', () => {});
  const names = () => client.connections.map(({ streams }) => streams);
  await expect.poll(() => ws.connected).toBe(true);
  expect(names()).toEqual([[]]);
  ask(ws);
  await expect.poll(() => names().flat()).toEqual([expect.stringMatching(stream)]);
  await ws.disconnect(true);
  await expect.poll(names).toEqual([]);
});

interface Requesting {
  client: unknown;
  request(): PromiseLike<unknown>;
}
const requesting: [string, () => Requesting][] = [
  [
    'Cartesia',
    () => {
      const client = cartesia();
      return { client, request: () => client.voices.list() };
    },
  ],
  [
    'OpenAI',
    () => {
      const client = openai();
      return { client, request: () => client.models.list() };
    },
  ],
  [
    'CartesiaClient',
    () => {
      const { target: client } = overlay(new CartesiaClient({ apiKey }));
      return { client, request: () => client.voices.list() };
    },
  ],
];

test.each(requesting)('a request of %s after the end is published as refused', async (_name, make) => {
  const { client, request } = make();
  const told: unknown[] = [];
  const hear = (message: unknown) => void told.push(message);
  await (client as Disconnectable).disconnect();
  subscribe('hangup.dial.refused', hear);
  await expect((async () => request())()).rejects.toMatchObject({ code: 'ERR_DISCONNECTED' });
  unsubscribe('hangup.dial.refused', hear);
  expect(told).toEqual([{ name: 'client', call: 'request' }]);
});
