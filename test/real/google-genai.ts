import assert from 'node:assert/strict';
import { GoogleGenAI, type LiveServerMessage, Modality } from 'google-genai-3.3.0';
import { overlay } from '../../overlays/google-genai/index.ts';
import { type Check, type Section, within } from './section.ts';

/** GEMINI_LIVE_MODEL names another model, GEMINI_BASE_URL another server. */
export const googleGenai: Section = { name: 'Google GenAI', needs: { GEMINI_API_KEY: 'key' }, run };

async function run(check: Check): Promise<void> {
  const { GEMINI_API_KEY, GEMINI_BASE_URL: baseUrl, GEMINI_LIVE_MODEL } = process.env;
  const model = GEMINI_LIVE_MODEL || 'gemini-2.5-flash-native-audio-preview-12-2025';
  const make = (apiKey = GEMINI_API_KEY) =>
    overlay(new GoogleGenAI({ apiKey: apiKey!, ...(baseUrl && { httpOptions: { baseUrl } }) })).target;
  const client = make();

  /** A session, and all that its callbacks hear. */
  async function connect(of = client) {
    const heard: LiveServerMessage[] = [];
    const ends: unknown[] = [];
    const callbacks = {
      onmessage: (message: LiveServerMessage) => void heard.push(message),
      onerror: (event: unknown) => void ends.push(event),
      onclose: (event: unknown) => void ends.push(event),
    };
    const session = await within(
      of.live.connect({ model, callbacks, config: { responseModalities: [Modality.AUDIO] } }),
      15_000,
    );
    return { session, heard, ends };
  }

  await check('connects', async () => {
    const { session } = await connect();
    assert.equal(session.connected, true);
    const { outcome } = await session.disconnect();
    assert.equal(session.connected, false);
    return outcome;
  });

  await check('disconnect({ drain }) waits for the end of a turn', async () => {
    const { session, heard, ends } = await connect();
    session.sendClientContent({ turns: 'Say hello.' });
    const { outcome, durationMs } = await session.disconnect({ drain: 20_000 });
    assert.ok(heard.some(({ serverContent }) => serverContent?.turnComplete));
    assert.deepEqual(ends, []);
    return `${outcome} after ${durationMs.toFixed(0)} ms`;
  });

  for (const force of [false, true]) {
    await check(`disconnect(${force || ''}) tells no callback, and a late call is refused`, async () => {
      const { session, ends } = await connect();
      session.sendClientContent({ turns: 'Count to one hundred.' });
      const { outcome, durationMs, steps } = await session.disconnect(force);
      assert.ok(durationMs < (force ? 500 : 2500), `took ${durationMs} ms`);
      assert.throws(() => session.sendClientContent({ turns: 'Go on.' }), { code: 'ERR_DISCONNECTED' });
      assert.deepEqual(ends, []);
      return `${outcome} after ${durationMs.toFixed(0)} ms (${steps.map(({ name, outcome }) => `${name} ${outcome}`).join(', ')})`;
    });
  }

  await check("the SDK's own close() is told by its callback", async () => {
    const { session, ends } = await connect();
    const { outcome } = await session.close();
    assert.equal(ends.length, 1);
    return outcome;
  });

  await check('a wrong key rejects connect(), and is not shown', async () => {
    const error = await within(connect(make('a-wrong-key-0123456789')), 15_000).then(
      () => assert.fail('it connected'),
      (error: Error) => error,
    );
    assert.doesNotMatch(`${error.stack} ${error.cause}`, /a-wrong-key/);
    return error.message;
  });

  await check('one disconnect() of the client ends its sessions, and a later connect() rejects', async () => {
    const { session } = await connect();
    await client.disconnect();
    assert.equal(session.connected, false);
    await assert.rejects(connect(), { code: 'ERR_DISCONNECTED' });
  });
}
