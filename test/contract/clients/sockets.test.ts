/** A client of any age ends the connections that it opened, and lets none of them connect again. */
import assert from 'node:assert/strict';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Disconnectable, DisconnectableClient } from '../../../core/disconnectable.ts';
import { targets } from '../../../overlays/cartesia/targets.ts';
import type { Format } from '../../support/sdk.ts';
import { type Behaviour, startVoiceServer } from '../../support/voice-server.ts';
import { playedOf } from '../played.ts';
import { cartesiaClient } from './cartesia-client.ts';
import { compatClient } from './compat-client.ts';
import { type ClientDriver, speech } from './driver.ts';
import { nestedClient } from './nested-client.ts';

interface Socket extends Disconnectable {
  connect(options: object): Promise<unknown>;
  send(request: object): Promise<{ source: { read(out: Float32Array): Promise<number> } }>;
}
type Client = DisconnectableClient & {
  tts: { websocket(options: object): Socket };
  stt?: { websocket?(options: object): Socket };
};

/** The builds of `backcompat` as ES modules cannot connect. */
const drivers: readonly [ClientDriver, Format, { tls: boolean }][] = [
  [cartesiaClient, 'cjs', { tls: true }],
  [compatClient, 'cjs', { tls: false }],
  [nestedClient, 'esm', { tls: false }],
];
const options = { sampleRate: 16_000, container: 'raw', encoding: 'pcm_s16le', model: 'ink-whisper' };

/** Speaks on a new connection, and reads in the background. @returns a promise of the number of samples */
async function speak(websocket: (options: object) => Socket): Promise<{ samples: Promise<number> }> {
  const socket = websocket({ ...options, encoding: 'pcm_f32le' });
  await socket.connect({ WebSocket });
  const { source } = await socket.send({ ...speech, modelId: speech.model_id });
  const out = new Float32Array(16);
  const count = async (sum: number): Promise<number> => {
    const read = await source.read(out);
    return read < out.length ? sum + read : count(sum + read);
  };
  return { samples: count(0) };
}

for (const delivery of ['overlay', 'patched'] as const) {
  for (const [driver, format, { tls }] of drivers) {
    const versions = targets.filter(({ family }) => family === driver.family).flatMap((target) => target.versions);
    describe.each(playedOf(versions))(`${driver.className} %s ${delivery}`, (version) => {
      const open = async (behaviour: Behaviour = { onClose: 'ignore' }) => {
        const server = await startVoiceServer(behaviour, { tls });
        const make = await driver.load({ version, delivery, format });
        const client = make(server.url).client as Client;
        const { stt } = client;
        const makers = [client.tts.websocket.bind(client.tts), ...(stt?.websocket ? [stt.websocket.bind(stt)] : [])];
        return { server, client, makers };
      };

      test('disconnect(true) ends its connections, and later ones do not dial', async () => {
        const { server, client, makers } = await open();
        assert.equal(client.connected, false);
        const sockets = makers.map((websocket) => websocket(options));
        for (const socket of sockets) await socket.connect({ WebSocket });
        assert.equal(client.connected, true);
        const dialled = server.seen.connections.length;
        const report = await client.disconnect(true);
        assert.equal(report.outcome, 'forced');
        assert.deepEqual(report.abandoned, []);
        assert.equal(client.connected, false);
        await expect.poll(() => server.seen.connections.every((connection) => connection.ended)).toBe(true);
        for (const socket of sockets) assert.equal(socket.connected, false);
        for (const websocket of makers) {
          const late = (async () => websocket(options).connect({ WebSocket }))();
          await expect(late).rejects.toMatchObject({ code: 'ERR_DISCONNECTED' });
        }
        assert.equal(server.seen.connections.length, dialled);
        assert.ok(!server.seen.connections.some(({ upgrade }) => /hangup|Symbol/.test(JSON.stringify(upgrade ?? ''))));
        await server.close();
      });

      test('connections lists those that are open', async () => {
        const { server, client, makers } = await open();
        assert.deepEqual(client.connections, []);
        const sockets = makers.map((websocket) => websocket(options));
        const dials = sockets.map((socket) => socket.connect({ WebSocket }));
        const names = makers.map((_, index) => (index === 0 ? 'socket tts' : 'socket stt'));
        const states = () => client.connections.map(({ name, state, streams }) => ({ name, state, streams }));
        await Promise.all(dials);
        const all = (state: string) => names.map((name) => ({ name, state, streams: [] }));
        assert.deepEqual(states(), all('open'));
        for (const { ageMs } of client.connections) assert.ok(ageMs >= 0 && ageMs < 60_000, `${ageMs} ms`);
        const ending = client.disconnect();
        assert.deepEqual(states(), all('closing'));
        await client.disconnect(true);
        await ending;
        assert.deepEqual(client.connections, []);
        await server.close();
      });

      test('disconnect({drain}) lets its streams finish', async () => {
        const { server, client, makers } = await open({ chunks: 20, interval: 5 });
        const { samples } = await speak(makers[0]!);
        const report = await client.disconnect({ drain: 60_000 });
        expect(report).toMatchObject({ outcome: 'graceful', abandoned: [] });
        expect(JSON.stringify(report)).toContain('{"name":"drain","outcome":"ok"');
        expect(await samples).toBe(20 * 16);
        await server.close();
      });

      test('a later disconnect() ends the drain of its streams, and disconnect(true) forces them', async () => {
        for (const how of [undefined, true]) {
          const { server, client, makers } = await open({ chunks: Number.POSITIVE_INFINITY, interval: 5 });
          const { samples } = await speak(makers[0]!);
          const ending = client.disconnect({ drain: 60_000 });
          await expect.poll(() => server.seen.connections.at(-1)!.chunks).toBeGreaterThan(3);
          void client.disconnect(how);
          expect((await ending).outcome).toBe(how ? 'forced' : 'graceful');
          expect(await samples).toBeGreaterThan(0);
          await server.close();
        }
      });

      test('another client and its connections are left alone', async () => {
        const { server, client, makers } = await open();
        const make = await driver.load({ version, delivery, format });
        const other = make(server.url).client as Client;
        const socket = makers[0]!(options);
        await socket.connect({ WebSocket });
        await other.disconnect(true);
        assert.equal(socket.connected, true);
        await client.disconnect(true);
        await server.close();
      });
    });
  }
}
