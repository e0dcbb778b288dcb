/** The first call of a connection that was made before its client ended is refused, and dials nothing. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, test } from 'vitest';
import type { Disconnectable } from '../../core/disconnectable.ts';
import { overlay } from '../../overlays/cartesia/index.ts';
import { barePackage } from '../support/sdk.ts';
import { startVoiceServer, type VoiceServer } from '../support/voice-server.ts';

type Part = { websocket?(options: object): Record<string, (...args: unknown[]) => unknown> };
type Client = Disconnectable & Record<'tts' | 'stt', Part | undefined>;

const require = createRequire(import.meta.url);
const nested = async (folder: string) =>
  ((await import(pathToFileURL(join(folder, 'dist/index.js')).href)) as { Cartesia: unknown }).Cartesia;
const resource = async (folder: string) => (require(folder) as { CartesiaClient: unknown }).CartesiaClient;
const compat = async (folder: string) =>
  (require(join(folder, 'backcompat/index.js')) as { CartesiaClient: unknown }).CartesiaClient;

const versions: readonly [string, typeof nested][] = [
  ['1.0.0', nested],
  ['1.0.1', nested],
  ['1.1.0', nested],
  ['1.3.0', nested],
  ['2.1.0', resource],
  ['2.2.3', resource],
  ['2.2.4', resource],
  ['2.2.9', resource],
  ['4.2.0', compat],
];

const options = { sampleRate: 16_000, container: 'raw', encoding: 'pcm_s16le', model: 'ink-whisper' };
const request = { contextId: 'a', context_id: 'a', modelId: 'm', voice: { mode: 'id', id: 'v' }, transcript: 'hello' };
/** The arguments of the first calls, by part and name. */
const calls = {
  tts: { connect: {}, send: request, continue: request },
  stt: { connect: {}, send: new Uint8Array(8), finalize: undefined, done: undefined, onMessage: () => {} },
} as const;

let server: VoiceServer;
beforeEach(async () => {
  server = await startVoiceServer({}, { tls: false });
});
afterEach(() => server.close());

const loaded = await Promise.all(
  versions.map(async ([version, load]) => {
    const Class = (await load(barePackage(version))) as new (options: object) => Client;
    const make = (url: string) => new Class({ apiKey: 'k', environment: url, baseUrl: url });
    const parts = (['tts', 'stt'] as const).flatMap((part) => {
      const ws = make('http://127.0.0.1:1')[part]?.websocket?.(options);
      const names = Object.keys(calls[part]).filter((name) => ws?.[name] !== undefined);
      return ws === undefined ? [] : [{ part, names: names as (keyof (typeof calls)[typeof part])[] }];
    });
    return { version, make, parts };
  }),
);

describe.each(loaded)('$version', ({ make, parts }) => {
  for (const { part, names } of parts) {
    test.each(names)(`${part}: %s()`, async (name) => {
      const client = make(server.url);
      overlay(client);
      const ws = client[part]!.websocket!(options);
      await client.disconnect();
      await assert.rejects(async () => ws[name]!(calls[part][name]), { code: 'ERR_DISCONNECTED' });
      await sleep(20);
      assert.equal(server.seen.connections.length, 0);
      assert.equal((ws as unknown as Disconnectable).connected, false);
    });

    test(`${part}: connect() after its own end, in the tick of the client's end`, async () => {
      const client = make(server.url);
      overlay(client);
      const ws = client[part]!.websocket!(options);
      await (ws as unknown as Disconnectable).disconnect();
      const connecting = (async () => ws.connect!({}))();
      const report = await client.disconnect();
      await assert.rejects(connecting, { code: 'ERR_DISCONNECTED' });
      assert.deepEqual(report.abandoned, []);
      await sleep(20);
      assert.equal(server.seen.connections.length, 0);
    });
  }
});
