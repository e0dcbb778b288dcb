import assert from 'node:assert/strict';
import OpenAI from 'openai-6.49.0';
import { OpenAIRealtimeWS } from 'openai-6.49.0/realtime/ws';
import { overlay } from '../../overlays/openai/index.ts';
import { type Check, type Section, within } from './section.ts';

/** OPENAI_REALTIME_MODEL names another model. OPENAI_BASE_URL, which the SDK reads by itself, points it at another server. */
export const openai: Section = { name: 'OpenAI', needs: { OPENAI_API_KEY: 'key' }, run };

const story = { instructions: 'Tell a story of at least two hundred words.' };

async function run(check: Check): Promise<void> {
  const model = process.env.OPENAI_REALTIME_MODEL ?? 'gpt-realtime';
  const { target: client } = overlay(new OpenAI({ maxRetries: 0 }));
  const { target: RealtimeWS } = overlay(OpenAIRealtimeWS);

  async function connect() {
    const ws = new RealtimeWS({ model }, client);
    ws.on('error', () => {});
    await within(ws.emitted('session.created'), 15_000);
    return ws;
  }

  await check('connects', async () => {
    await using ws = await connect();
    assert.equal(ws.connected, true);
    await ws.disconnect();
    assert.equal(ws.connected, false);
  });

  await check('cancelResponse() ends the response, and the session goes on', async () => {
    await using ws = await connect();
    await within(ws.createResponse(story), 15_000);
    await within(ws.emitted('response.output_audio.delta'), 15_000);
    const cancelled = await ws.cancelResponse();
    assert.equal(await ws.cancelResponse(), 'idle');
    await within(ws.createResponse({ instructions: 'Say yes.' }), 15_000);
    await within(ws.emitted('response.done'), 30_000);
    return cancelled;
  });

  await check('setVoice() is refused once the assistant has spoken, and the session goes on', async () => {
    await using ws = await connect();
    await within(ws.setVoice('cedar'), 15_000);
    await within(ws.createResponse({ instructions: 'Say yes.' }), 15_000);
    await within(ws.emitted('response.done'), 30_000);
    await assert.rejects(ws.setVoice('marin'), { code: 'ERR_VOICE_LOCKED' });
    assert.equal(ws.connected, true);
  });

  for (const force of [false, true]) {
    await check(`disconnect(${force || ''}) in the middle of a response`, async () => {
      await using ws = await connect();
      await within(ws.createResponse(story), 15_000);
      const { outcome, durationMs } = await ws.disconnect(force);
      assert.ok(durationMs < (force ? 500 : 2500), `took ${durationMs} ms`);
      assert.throws(() => ws.send({ type: 'input_audio_buffer.clear' }), { code: 'ERR_DISCONNECTED' });
      return `${outcome} after ${durationMs.toFixed(0)} ms`;
    });
  }

  await check('a wrong key is told, and not shown', async () => {
    const ws = new RealtimeWS({ model }, new OpenAI({ apiKey: 'sk-proj-a-wrong-key', maxRetries: 0 }));
    const error = await within(new Promise<Error>((resolve) => ws.on('error', resolve)), 15_000);
    assert.doesNotMatch(`${error.stack} ${error.cause}`, /a-wrong-key/);
    await ws.disconnect(true);
    return error.message;
  });

  await check('one disconnect() of the client ends its sessions', async () => {
    const ws = await connect();
    const { members } = await client.disconnect();
    assert.equal(members?.length, 1);
    assert.equal(ws.connected, false);
  });
}
