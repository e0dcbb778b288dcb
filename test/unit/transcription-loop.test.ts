/** `transcribeChunks()` of 2.x: its loop ends with its connection, although it waits for the audio and for a transcript. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Disconnectable } from '../../core/disconnectable.ts';
import { overlay } from '../../overlays/cartesia/index.ts';
import { socketClass } from '../support/reconnecting.ts';
import { barePackage } from '../support/sdk.ts';
import { type Behaviour, type Fault, startVoiceServer, type VoiceServer } from '../support/voice-server.ts';

interface Transcript {
  type: string;
}
type Client = Disconnectable & {
  stt: { transcribeChunks(audio: AsyncIterator<Uint8Array>, options: object): AsyncGenerator<Transcript> };
};

const require = createRequire(import.meta.url);
const silent: Behaviour = { fault: { kind: 'black-hole' } };
const options = { model: 'ink-whisper', sampleRate: 16_000, encoding: 'pcm_s16le' };

let server: VoiceServer;
afterEach(() => server.close());

describe.each(['2.2.7', '2.2.9'])('%s', (version) => {
  const { CartesiaClient } = require(barePackage(version)) as { CartesiaClient: new (options: object) => Client };

  async function transcribe(behaviour: Behaviour, microphone: 'ends' | 'stays') {
    server = await startVoiceServer(behaviour);
    const client = new CartesiaClient({ apiKey: 'k', environment: server.url });
    overlay(client, { WebSocket: socketClass(server.ca) as never });
    async function* audio() {
      yield new Uint8Array(64);
      if (microphone === 'stays') await new Promise(() => {});
    }
    const loop = client.stt.transcribeChunks(audio(), options);
    return { client, loop };
  }

  async function read(loop: AsyncIterable<Transcript>, heard: string[] = []): Promise<string> {
    try {
      for await (const { type } of loop) heard.push(type);
      return 'quietly';
    } catch (error) {
      return String((error as { code?: unknown }).code);
    }
  }
  const within = <T>(promise: Promise<T>) => Promise.race([promise, sleep(10_000, 'hangs', { ref: false })]);
  const sent = async () => {
    await expect.poll(() => server.seen.upgrades, { timeout: 5_000, interval: 5 }).toBe(1);
    await sleep(100);
  };

  describe.each(['ends', 'stays'] as const)('the audio %s', (microphone) => {
    test.each([[undefined], [true]])('disconnect(%s) of the client ends it quietly', async (force) => {
      const { client, loop } = await transcribe(silent, microphone);
      const ended = read(loop);
      await sent();
      await client.disconnect(force ?? { timeout: 100 });
      assert.equal(await within(ended), 'quietly');
      assert.deepEqual(await loop.next(), { done: true, value: undefined });
    });

    const faults: readonly Fault[] = [{ kind: 'reset' }, { kind: 'fin' }, { kind: 'close', code: 1011 }];
    test.each(faults)('$kind by the peer is the cause of its end', async (fault) => {
      const { client, loop } = await transcribe(silent, microphone);
      const ended = read(loop);
      await sent();
      server.inflict(fault);
      assert.equal(await within(ended), 'ERR_STREAM_ENDED');
      assert.equal(server.seen.connections.length, 1);
      await client.disconnect(true);
    });
  });

  test('transcripts that had arrived are delivered before the cause', async () => {
    const { client, loop } = await transcribe(
      { chunks: 3, done: false, interval: 0, fault: { kind: 'close', code: 1011 }, faultAfter: 3 },
      'ends',
    );
    const first = await loop.next();
    await sleep(100);
    const heard = [first.value.type as string];
    assert.equal(await within(read(loop, heard)), 'ERR_STREAM_ENDED');
    assert.deepEqual(heard, ['transcript', 'transcript', 'transcript']);
    await client.disconnect(true);
  });

  test('a whole transcription is as before', async () => {
    const { client, loop } = await transcribe({ interval: 0 }, 'ends');
    const heard: string[] = [];
    assert.equal(await within(read(loop, heard)), 'quietly');
    assert.deepEqual(heard, ['transcript', 'transcript', 'transcript', 'flush_done', 'done']);
    await client.disconnect();
  });

  test('begun after the end of the client, it is refused', async () => {
    const { client, loop } = await transcribe({}, 'ends');
    await client.disconnect();
    await assert.rejects(loop.next(), { code: 'ERR_DISCONNECTED' });
    assert.equal(server.seen.connections.length, 0);
  });
});
