import assert from 'node:assert/strict';
import { once } from 'node:events';
import { RealtimeAgent, RealtimeSession } from 'agents-realtime-0.20.0';
import { overlay } from '../../overlays/agents-realtime/index.ts';
import { type Check, type Section, within } from './section.ts';

/** OPENAI_REALTIME_MODEL names another model, and OPENAI_REALTIME_URL another server. */
export const agentsRealtime: Section = { name: 'OpenAI Agents', needs: { OPENAI_API_KEY: 'key' }, run };

const story = 'Tell a story of at least two hundred words.';

async function run(check: Check): Promise<void> {
  const { OPENAI_API_KEY = '', OPENAI_REALTIME_URL: url, OPENAI_REALTIME_MODEL: model = 'gpt-realtime' } = process.env;

  function make() {
    const agent = new RealtimeAgent({ name: 'teller', instructions: 'You tell stories.' });
    const { target: session } = overlay(new RealtimeSession(agent, { transport: 'websocket', model }));
    const errors: unknown[] = [];
    session.on('error', ({ error }) => errors.push(error));
    return { session, errors };
  }
  const open = (session: RealtimeSession, apiKey = OPENAI_API_KEY) =>
    within(session.connect({ apiKey, ...(url && { url }) }), 15_000);

  await check('connects, and connects again after disconnect()', async () => {
    const { session } = make();
    for (const _ of [1, 2]) {
      await open(session);
      assert.equal(session.connected, true);
      await session.disconnect();
      assert.equal(session.connected, false);
    }
  });

  for (const how of [false, true, { drain: 60_000 }] as const) {
    await check(`disconnect(${how ? JSON.stringify(how) : ''}) in the middle of a story`, async () => {
      const { session, errors } = make();
      await open(session);
      session.sendMessage(story);
      await within(once(session, 'audio'), 15_000);
      const { outcome, durationMs, steps } = await session.disconnect(how);
      if (typeof how === 'boolean') assert.ok(durationMs < (how ? 500 : 2500), `took ${durationMs} ms`);
      assert.throws(() => session.sendMessage(story), { code: 'ERR_DISCONNECTED' });
      assert.deepEqual(errors, []);
      return `${outcome} after ${durationMs.toFixed(0)} ms (${steps.map(({ name, outcome }) => `${name} ${outcome}`).join(', ')})`;
    });
  }

  await check('a wrong key is told, and is not shown', async () => {
    const { session, errors } = make();
    // The provider may also take the connection, and then close it with a reason.
    const failed = open(session, 'sk-a-wrong-key-0123456789').then(
      () => within(once(session, 'error'), 15_000),
      (error: unknown) => [error],
    );
    const [told] = await failed;
    assert.doesNotMatch(`${(told as Error).stack} ${JSON.stringify(errors)}`, /wrong-key/);
    await session.disconnect();
    return (told as Error).message;
  });
}
