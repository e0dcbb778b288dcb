import assert from 'node:assert/strict';
import { AssemblyAI } from 'assemblyai-4.41.5';
import { overlay } from '../../overlays/assemblyai/index.ts';
import { type Check, type Section, within } from './section.ts';

/** ASSEMBLYAI_STREAMING_URL points it at another server. */
export const assemblyai: Section = { name: 'AssemblyAI', needs: { ASSEMBLYAI_API_KEY: 'key' }, run };

const sampleRate = 16_000;
/** 100 ms of a tone. */
const tone = Int16Array.from(
  { length: sampleRate / 10 },
  (_, n) => 4000 * Math.sin((n * 2 * Math.PI * 440) / sampleRate),
);

async function run(check: Check): Promise<void> {
  const { ASSEMBLYAI_API_KEY: apiKey = '', ASSEMBLYAI_STREAMING_URL: websocketBaseUrl } = process.env;
  const { target: client } = overlay(new AssemblyAI({ apiKey }));
  const make = (key = apiKey) =>
    client.streaming.transcriber({
      apiKey: key,
      sampleRate,
      connectTimeout: 10_000,
      ...(websocketBaseUrl && { websocketBaseUrl }),
    });

  async function connect() {
    const transcriber = make();
    await within(transcriber.connect(), 15_000);
    return transcriber;
  }

  await check('connects', async () => {
    await using transcriber = await connect();
    assert.equal(transcriber.connected, true);
    await transcriber.disconnect();
    assert.equal(transcriber.connected, false);
  });

  await check("the SDK's own close() waits for the end of the session", async () => {
    await using transcriber = await connect();
    for (let n = 0; n < 5; n++) transcriber.sendAudio(tone.buffer);
    const { outcome, durationMs } = await transcriber.close();
    assert.equal(outcome, 'graceful');
    return `after ${durationMs.toFixed(0)} ms`;
  });

  for (const force of [false, true]) {
    await check(`disconnect(${force || ''}) tells no listener, and late audio is refused`, async () => {
      await using transcriber = await connect();
      const told: unknown[] = [];
      transcriber.on('close', (...end) => told.push(end));
      transcriber.on('error', (error) => told.push(error));
      transcriber.sendAudio(tone.buffer);
      const { outcome, durationMs, steps } = await transcriber.disconnect(force);
      assert.ok(durationMs < (force ? 500 : 2500), `took ${durationMs} ms`);
      assert.throws(() => transcriber.sendAudio(tone.buffer), { code: 'ERR_DISCONNECTED' });
      assert.deepEqual(told, []);
      return `${outcome} after ${durationMs.toFixed(0)} ms (${steps.map(({ name, outcome }) => `${name} ${outcome}`).join(', ')})`;
    });
  }

  await check('connect() opens again after disconnect()', async () => {
    await using transcriber = await connect();
    await transcriber.disconnect();
    await within(transcriber.connect(), 15_000);
    assert.equal(transcriber.connected, true);
  });

  await check('a wrong key rejects connect(), and is not shown', async () => {
    const transcriber = make('a-wrong-key-0123456789');
    const error = await within(transcriber.connect(), 15_000).then(
      () => assert.fail('it connected'),
      (error: Error) => error,
    );
    assert.doesNotMatch(`${error.stack} ${error.cause}`, /a-wrong-key/);
    return error.message;
  });

  await check('one disconnect() of the client ends its transcribers', async () => {
    const transcriber = await connect();
    const { members } = await client.disconnect();
    assert.equal(members?.length, 1);
    assert.equal(transcriber.connected, false);
  });
}
