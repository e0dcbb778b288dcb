import assert from 'node:assert/strict';
import { missing } from '../../defects.ts';
import { slug } from '../../play.ts';
import { endless } from '../../stage.ts';
import type { LiveScenario } from './stage.ts';

const hasMusic: LiveScenario['concerns'] = ({ version }) => version !== '0.7.0';
/** Longer than the patience of any scenario: an end that waits for it fails. */
const long = 60_000;

/** The provider sends these also while the model has no turn. */
const afterTurns: readonly object[] = [
  { inputTranscription: { text: 'a word' } },
  { outputTranscription: { text: 'a late word' } },
  { generationComplete: true },
  { waitingForInput: true },
  {},
];

/** D1, D4, D6: sessions, with music too, and their client. */
export const talking: readonly LiveScenario[] = [
  {
    id: 'send-after-drop',
    promise: 'D4',
    name: 'a call that sends after a drop throws, and its cause says why',
    bare: { fails: /^sendRealtimeInput\(\) did not fail/ },
    async run(stage) {
      const { session } = await stage.open();
      stage.server.inflict({ kind: 'close', code: 1011, reason: 'overloaded' });
      await stage.toldOnce(1011);
      const send = () => session.sendRealtimeInput({ media: { data: 'AAAA', mimeType: 'audio/pcm' } });
      const error = await stage.fails(send, 'sendRealtimeInput()', 'ERR_DISCONNECTED');
      assert.equal((error.cause as { code?: string }).code, 'ERR_STREAM_ENDED');
    },
  },
  {
    id: 'send-to-a-peer-that-has-closed',
    promise: 'D4',
    name: 'a call that sends after the close frame of the peer throws',
    bare: { fails: /^sendClientContent\(\) did not fail/ },
    async run(stage) {
      const { session } = await stage.open();
      stage.server.inflict({ kind: 'close-and-hang', code: 1001 });
      await stage.ready(() => stage.sockets[0]!.readyState === 2, 'the close frame');
      await stage.fails(() => session.sendClientContent({ turns: 'hello' }), 'sendClientContent()', 'ERR_DISCONNECTED');
    },
  },
  {
    id: 'drain-waits-for-no-tool',
    promise: 'D1',
    name: 'disconnect({ drain }) does not wait for a turn in which the model waits for a tool',
    bare: missing,
    async run(stage) {
      const { session } = await stage.talking(endless);
      stage.server.inflict({ kind: 'silence' });
      stage.server.inflict({ kind: 'text', data: '{"toolCall":{"functionCalls":[{"id":"1","name":"a"}]}}' });
      await stage.ready(() => stage.messages.some((message) => 'toolCall' in message), 'the call');
      const report = await stage.within(stage.disconnect(session, { drain: long }), 'disconnect()');
      assert.equal(report.outcome, 'graceful');
      assert.equal(report.steps[0]?.outcome, 'skipped');
    },
  },
  ...afterTurns.map(
    (content): LiveScenario => ({
      id: `drain-waits-for-no-${slug(Object.keys(content)[0] ?? 'empty')}`,
      promise: 'D1',
      name: `disconnect({ drain }) does not wait after a message that begins no turn: ${JSON.stringify(content)}`,
      bare: missing,
      async run(stage) {
        const { session } = await stage.open();
        const before = stage.messages.length;
        stage.server.inflict({ kind: 'text', data: JSON.stringify({ serverContent: content }) });
        await stage.ready(() => stage.messages.length > before, 'the message');
        const report = await stage.within(stage.disconnect(session, { drain: long }), 'disconnect()');
        assert.equal(report.outcome, 'graceful');
        assert.equal(report.steps[0]?.outcome, 'skipped');
      },
    }),
  ),
  {
    id: 'drain-waits-for-a-turn-of-the-model',
    promise: 'D1',
    name: 'disconnect({ drain }) waits for a turn that the model has begun by itself',
    bare: missing,
    async run(stage) {
      const { session } = await stage.open();
      stage.server.inflict({ kind: 'text', data: '{"serverContent":{"modelTurn":{}}}' });
      await stage.ready(() => stage.spoken > 0, 'audio');
      const report = stage.disconnect(session, { drain: long });
      stage.server.inflict({ kind: 'text', data: '{"serverContent":{"turnComplete":true}}' });
      assert.equal((await stage.within(report, 'disconnect()')).steps[0]?.outcome, 'ok');
    },
  },
  {
    id: 'turn-is-abandoned',
    promise: 'D1',
    name: 'disconnect({timeout}) names the turn that the model has not finished',
    bare: missing,
    async run(stage) {
      const { session } = await stage.talking(endless);
      stage.server.inflict({ kind: 'black-hole' });
      const report = await stage.within(stage.disconnect(session, { timeout: 100 }), 'disconnect()');
      assert.match(report.abandoned.join(), /› turn$/);
    },
  },
  {
    id: 'client-ends-sessions',
    promise: ['D1', 'D4'],
    name: 'disconnect() of the client ends its sessions',
    bare: missing,
    async run(stage) {
      const { client, session } = await stage.talking(endless);
      const other = await stage.prepared(stage.connect(client), 'another session');
      const report = await stage.within(stage.disconnect(client), 'disconnect()');
      assert.deepEqual([report.outcome, report.members?.length], ['graceful', 2]);
      assert.deepEqual([session.connected, other.connected], [false, false]);
      await stage.gone();
      stage.toldNothing();
    },
  },
  {
    id: 'music-ends',
    promise: ['D1', 'D4'],
    name: 'disconnect() ends music, and late calls fail',
    bare: missing,
    concerns: hasMusic,
    async run(stage) {
      const { client, session } = await stage.music(endless);
      session.play();
      await stage.ready(() => stage.spoken > 2, 'audio');
      assert.equal(stage.own(client).connected, true);
      const report = await stage.within(stage.disconnect(session), 'disconnect()');
      assert.deepEqual([report.name, report.outcome], ['socket music', 'graceful']);
      await stage.gone();
      stage.toldNothing();
      await stage.fails(() => session.play(), 'play()', 'ERR_DISCONNECTED');
      const prompts = { weightedPrompts: [{ text: 'a', weight: 1 }] };
      await stage.fails(() => session.setWeightedPrompts(prompts), 'setWeightedPrompts()', 'ERR_DISCONNECTED');
    },
  },
  {
    id: 'music-unreadable-frame',
    promise: 'D10',
    name: 'a message that the SDK cannot read does not end the music',
    bare: { crashes: /JSON|Unexpected token/ },
    concerns: hasMusic,
    async run(stage) {
      const { session } = await stage.music(endless);
      // The second one has a key that the SDK's message has only a getter for: it comes without it.
      stage.server.inflict({ kind: 'text', data: ['{"serverContent": not json', '{"audioChunk":1}'] });
      await stage.until(() => stage.errors.length > 0, 'the error');
      session.play();
      await stage.until(() => stage.spoken > 2, 'audio');
      assert.equal(stage.errors.length, 1, 'errors that were told');
    },
  },
  {
    id: 'music-handshake-fails',
    promise: 'D9',
    name: 'a handshake of music that fails: connect() rejects with the cause',
    bare: { fails: /^connect\(\): not within/ },
    concerns: hasMusic,
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-401' });
      const { music } = stage.client().live;
      const connect = () => music!.connect({ model: 'a-model', callbacks: stage.callbacks() });
      assert.match((await stage.fails(connect, 'connect()')).message, /401/);
      await stage.gone();
      await stage.dialled(1);
    },
  },
];
