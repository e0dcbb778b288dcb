import assert from 'node:assert/strict';
import { DeepgramClient } from 'deepgram-5.13.0';
import { overlay } from '../../overlays/deepgram/index.ts';
import { type Check, type Section, within } from './section.ts';

/** DEEPGRAM_URL points it at another server. */
export const deepgram: Section = { name: 'Deepgram', needs: { DEEPGRAM_API_KEY: 'key' }, run };

const sampleRate = 16_000;
/** 100 ms of a tone. */
const tone = Int16Array.from(
  { length: sampleRate / 10 },
  (_, n) => 4000 * Math.sin((n * 2 * Math.PI * 440) / sampleRate),
);

async function run(check: Check): Promise<void> {
  const { DEEPGRAM_API_KEY, DEEPGRAM_URL: url } = process.env;
  const sockets = url?.replace(/^http/, 'ws') ?? '';
  const environment = { base: url!, production: sockets, agent: sockets, agentRest: url! };
  const make = (apiKey = DEEPGRAM_API_KEY!) =>
    overlay(new DeepgramClient({ apiKey, ...(url && { environment }) })).target;
  const client = make();

  async function connect(of = client) {
    const socket = await of.listen.v1.connect({
      model: 'nova-3',
      encoding: 'linear16',
      sample_rate: String(sampleRate),
    } as Parameters<typeof of.listen.v1.connect>[0]);
    socket.connect();
    await within(socket.waitForOpen(), 15_000);
    return socket;
  }

  await check('connects', async () => {
    await using socket = await connect();
    assert.equal(socket.connected, true);
    await socket.disconnect();
    assert.equal(socket.connected, false);
  });

  await check('disconnect({ drain }) waits for the last results, and the loop gets them', async () => {
    const socket = await connect();
    let messages = 0;
    const read = async () => {
      for await (const _ of socket) messages++;
    };
    const reading = read();
    for (let n = 0; n < 5; n++) socket.sendMedia(tone.buffer);
    const { outcome, durationMs, steps } = await socket.disconnect({ drain: 5000 });
    await within(reading, 1000);
    assert.equal(outcome, 'graceful');
    assert.ok(messages > 0, 'no message has come');
    return `${messages} messages, after ${durationMs.toFixed(0)} ms (${steps.map(({ name, outcome }) => `${name} ${outcome}`).join(', ')})`;
  });

  for (const force of [false, true]) {
    await check(`disconnect(${force || ''}) tells no handler, and late audio is refused`, async () => {
      await using socket = await connect();
      const told: unknown[] = [];
      socket.on('close', (event) => told.push(event));
      socket.on('error', (error) => told.push(error));
      socket.sendMedia(tone.buffer);
      const { outcome, durationMs } = await socket.disconnect(force);
      assert.ok(durationMs < (force ? 500 : 2500), `took ${durationMs} ms`);
      assert.throws(() => socket.sendMedia(tone.buffer), { code: 'ERR_DISCONNECTED' });
      assert.deepEqual(told, []);
      return `${outcome} after ${durationMs.toFixed(0)} ms`;
    });
  }

  await check('connect() opens again after disconnect()', async () => {
    await using socket = await connect();
    await socket.disconnect();
    socket.connect();
    await within(socket.waitForOpen(), 15_000);
    assert.equal(socket.connected, true);
  });

  await check('a wrong key rejects waitForOpen(), and is not shown', async () => {
    const error = await connect(make('a-wrong-key-0123456789')).then(
      () => assert.fail('it connected'),
      (error: Error) => error,
    );
    assert.doesNotMatch(`${error.stack} ${error.cause}`, /a-wrong-key/);
    return error.message;
  });

  await check('one disconnect() of the client ends its sockets', async () => {
    const socket = await connect();
    await client.disconnect();
    assert.equal(socket.connected, false);
  });
}
