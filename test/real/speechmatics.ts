import assert from 'node:assert/strict';
import { RealtimeClient } from 'speechmatics-8.5.1';
import { overlay } from '../../overlays/speechmatics/index.ts';
import { type Check, type Section, within } from './section.ts';

/** SPEECHMATICS_URL points it at another server. */
export const speechmatics: Section = { name: 'Speechmatics', needs: { SPEECHMATICS_JWT: 'temporary key' }, run };

const sampleRate = 16_000;
/** 100 ms of a tone. */
const tone = Int16Array.from(
  { length: sampleRate / 10 },
  (_, n) => 4000 * Math.sin((n * 2 * Math.PI * 440) / sampleRate),
);
const config = {
  transcription_config: { language: 'en' },
  audio_format: { type: 'raw', encoding: 'pcm_s16le', sample_rate: sampleRate },
} as const;

async function run(check: Check): Promise<void> {
  const { SPEECHMATICS_JWT: jwt = '', SPEECHMATICS_URL: url } = process.env;
  const make = () => overlay(new RealtimeClient(url ? { url } : {})).target;

  async function start() {
    const client = make();
    await within(client.start(jwt, config), 15_000);
    return client;
  }

  await check('starts', async () => {
    await using client = await start();
    assert.equal(client.connected, true);
    await client.disconnect();
    assert.equal(client.connected, false);
  });

  await check('stopRecognition() waits for the rest of the transcript', async () => {
    await using client = await start();
    for (let n = 0; n < 5; n++) client.sendAudio(tone);
    await within(client.stopRecognition(), 15_000);
    const { outcome, durationMs } = await client.disconnect();
    assert.equal(outcome, 'graceful');
    return `after ${durationMs.toFixed(0)} ms`;
  });

  await check('disconnect({ drain }) gets the end of the transcript', async () => {
    await using client = await start();
    for (let n = 0; n < 5; n++) client.sendAudio(tone);
    const { steps } = await client.disconnect({ drain: 10_000 });
    assert.equal(steps[0]?.outcome, 'ok');
    return steps.map(({ name, outcome }) => `${name} ${outcome}`).join(', ');
  });

  for (const force of [false, true]) {
    await check(`disconnect(${force || ''}) in the middle, and late audio is refused`, async () => {
      await using client = await start();
      client.sendAudio(tone);
      const { outcome, durationMs } = await client.disconnect(force);
      assert.ok(durationMs < (force ? 500 : 2500), `took ${durationMs} ms`);
      assert.throws(() => client.sendAudio(tone), { code: 'ERR_DISCONNECTED' });
      return `${outcome} after ${durationMs.toFixed(0)} ms`;
    });
  }

  await check('start() begins anew after disconnect()', async () => {
    await using client = await start();
    await client.disconnect();
    await within(client.start(jwt, config), 15_000);
    assert.equal(client.connected, true);
  });

  await check('a wrong token rejects start(), and is not shown', async () => {
    const error = await within(make().start('a-wrong-token-0123456789', config), 15_000).then(
      () => assert.fail('it started'),
      (error: Error) => error,
    );
    assert.doesNotMatch(`${error.stack} ${error.cause}`, /a-wrong-token/);
    return error.message;
  });
}
