/** An app opens connections without a client, by a class that it overlays. No client of the same provider is asked for them. */
import assert from 'node:assert/strict';
import { type EventEmitter, once } from 'node:events';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Disconnectable, DisconnectableClient } from '../../../core/disconnectable.ts';
import { overlay } from '../../../overlays/assemblyai/index.ts';
import { assemblyai } from '../../../overlays/assemblyai/sdk.ts';
import { overlay as overlayDeepgram } from '../../../overlays/deepgram/index.ts';
import { deepgram } from '../../../overlays/deepgram/sdk.ts';
import { versionsOf } from '../../../overlays/sdk.ts';
import { barePackage } from '../../support/sdk.ts';
import { startVoiceServer, type VoiceServer } from '../../support/voice-server.ts';
import { parametersFor, type Transcriber, type TranscriberClass } from '../drivers/transcriber.ts';
import { apiKey } from '../stage.ts';

interface Sdk {
  readonly AssemblyAI: new (options: { baseUrl: string; apiKey: string }) => DisconnectableClient;
  readonly StreamingTranscriber: TranscriberClass;
}

interface Live extends Disconnectable, EventEmitter {
  isConnected(): boolean;
}
interface Deepgram {
  createClient(options: object): DisconnectableClient;
  readonly ListenLiveClient: new (options: object, request: object) => Live;
}

const require = createRequire(import.meta.url);
const { AssemblyAI, StreamingTranscriber } = require(barePackage(versionsOf(assemblyai).at(-1)!, assemblyai)) as Sdk;

let server: VoiceServer;
const undos: (() => void)[] = [];
const opened: Transcriber[] = [];

beforeEach(async () => {
  server = await startVoiceServer({});
});
afterEach(async () => {
  for (const { socket } of opened.splice(0)) socket?.terminate();
  for (const undo of undos.splice(0).reverse()) undo();
  await server.close();
});

const cover = (target: object) => void undos.push(overlay(target).undo);
const makeClient = () => new AssemblyAI({ baseUrl: server.url, apiKey });
async function open(): Promise<void> {
  const transcriber = new StreamingTranscriber(parametersFor(server));
  opened.push(transcriber);
  await transcriber.connect();
}
async function isLeftAlone(client: DisconnectableClient): Promise<void> {
  const { outcome, abandoned } = await client.disconnect();
  assert.deepEqual([outcome, abandoned], ['graceful', []]);
  expect(opened[0]!.socket?.readyState).toBe(1);
}

it('a client that is overlaid while such a transcriber is open is graceful', async () => {
  cover(StreamingTranscriber);
  await open();
  const client = makeClient();
  cover(client);
  await isLeftAlone(client);
});

it('a client that hangup meets only at its end is graceful', async () => {
  const client = makeClient();
  cover(StreamingTranscriber);
  cover(makeClient());
  await open();
  await isLeftAlone(client);
});

it('a client that is made after its class was overlaid has opened nothing before: it is graceful', async () => {
  await open();
  cover(makeClient());
  await isLeftAlone(makeClient());
  const handedIn = makeClient();
  cover(handedIn);
  await isLeftAlone(handedIn);
});

it('a client of Deepgram is graceful while a live client that it has not made is open', async () => {
  const version = versionsOf(deepgram)
    .filter((version) => version.startsWith('4.'))
    .at(-1)!;
  const { createClient, ListenLiveClient } = require(barePackage(version, deepgram)) as Deepgram;
  const plain = await startVoiceServer({}, { tls: false });
  const options = { key: apiKey, global: { websocket: { options: { url: plain.url.replace('http', 'ws') } } } };
  undos.push(overlayDeepgram(ListenLiveClient).undo);
  const live = new ListenLiveClient(options, { model: 'a-model' });
  try {
    await once(live, 'open');
    const client = createClient(options);
    undos.push(overlayDeepgram(client).undo);
    const { outcome, abandoned } = await client.disconnect();
    assert.deepEqual([outcome, abandoned], ['graceful', []]);
    expect(live.isConnected()).toBe(true);
  } finally {
    await live.disconnect(true);
    await plain.close();
  }
});
