import assert from 'node:assert/strict';
import { AudioFormat, ElevenLabsClient, RealtimeEvents } from 'elevenlabs-2.73.0';
import { Conversation } from 'elevenlabs-2.73.0/api/resources/conversationalAi/conversation/index.js';
import { overlay } from '../../overlays/elevenlabs/index.ts';
import { type Check, type Section, within } from './section.ts';

/** ELEVENLABS_BASE_URL points it at another server. A conversation needs ELEVENLABS_AGENT_ID. */
export const elevenlabs: Section = { name: 'ElevenLabs', needs: { ELEVENLABS_API_KEY: 'key' }, run };

const sampleRate = 16_000;
/** 100 ms of a tone. */
const tone = Int16Array.from(
  { length: sampleRate / 10 },
  (_, n) => 4000 * Math.sin((n * 2 * Math.PI * 440) / sampleRate),
);
const audio = { audioBase64: Buffer.from(tone.buffer).toString('base64') };

async function run(check: Check): Promise<void> {
  const { ELEVENLABS_API_KEY: apiKey = '', ELEVENLABS_BASE_URL: baseUrl, ELEVENLABS_AGENT_ID: agentId } = process.env;
  const make = (key = apiKey) => overlay(new ElevenLabsClient({ apiKey: key, ...(baseUrl && { baseUrl }) })).target;
  const client = make();

  async function connect(from = client) {
    const connection = await from.speechToText.realtime.connect({
      modelId: 'scribe_v2_realtime',
      audioFormat: AudioFormat.PCM_16000,
      sampleRate,
    });
    const told: unknown[] = [];
    connection.on(RealtimeEvents.ERROR, (error) => told.push(error));
    const begun = new Promise<void>((resolve, reject) => {
      connection.on(RealtimeEvents.SESSION_STARTED, () => resolve());
      connection.on(RealtimeEvents.ERROR, reject);
      connection.on(RealtimeEvents.CLOSE, () => reject(new Error('closed before the session')));
    });
    await within(begun, 15_000);
    return { connection, told };
  }

  for (const force of [false, true]) {
    await check(`Scribe: disconnect(${force || ''}) tells of no error, and late audio is refused`, async () => {
      const { connection, told } = await connect();
      connection.send(audio);
      const { outcome, durationMs } = await connection.disconnect(force);
      assert.ok(durationMs < (force ? 500 : 2500), `took ${durationMs} ms`);
      assert.throws(() => connection.send(audio), { code: 'ERR_DISCONNECTED' });
      assert.deepEqual(told, []);
      return `${outcome} after ${durationMs.toFixed(0)} ms`;
    });
  }

  await check('Scribe: disconnect({ drain }) commits the last audio', async () => {
    const { connection } = await connect();
    for (let n = 0; n < 20; n++) connection.send(audio);
    const { outcome, steps } = await connection.disconnect({ drain: 5000 });
    return `${outcome} (${steps.map(({ name, outcome }) => `${name} ${outcome}`).join(', ')})`;
  });

  await check('Scribe: a wrong key is told, and is not shown', async () => {
    const error = await connect(make('a-wrong-key-0123456789')).then(
      () => assert.fail('it connected'),
      (error: Error) => error,
    );
    assert.doesNotMatch(`${error.stack} ${error.cause}`, /a-wrong-key/);
    return error.message;
  });

  await check('one disconnect() of the client ends its connections and conversations', async () => {
    const own = make();
    const { connection } = await connect(own);
    const members = 1 + (agentId === undefined ? 0 : await talk(own, agentId));
    const report = await own.disconnect();
    assert.equal(report.members?.length, members);
    assert.equal(connection.connected, false);
    return agentId === undefined ? 'without a conversation: ELEVENLABS_AGENT_ID is not set' : report.outcome;
  });
}

/** Begins a conversation. @returns the number of conversations */
async function talk(conversationClient: object, agentId: string): Promise<number> {
  overlay(Conversation);
  const audioInterface = { start() {}, stop() {}, output() {}, interrupt() {} };
  const options = { agentId, requiresAuth: true, audioInterface, conversationClient: conversationClient as never };
  const conversation = new Conversation(options);
  await within(conversation.startSession(), 15_000);
  return 1;
}
