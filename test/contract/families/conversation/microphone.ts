import assert from 'node:assert/strict';
import type { Fault } from '../../../support/voice-server.ts';
import { missing } from '../../defects.ts';
import { slug } from '../../play.ts';
import { endless } from '../../stage.ts';
import type { ConversationScenario } from './stage.ts';

const drops: readonly [name: string, fault: Fault][] = [
  ['close 1000', { kind: 'close', code: 1000 }],
  ['close 1011', { kind: 'close', code: 1011 }],
  ['a TCP reset', { kind: 'reset' }],
  ['a close frame whose TCP connection stays open', { kind: 'close-and-hang', code: 1001 }],
];
/** The microphone runs on. */
const runsOn = { fails: /^the audio to be stopped: not within/ };
const isAudio = (message: object) => 'user_audio_chunk' in message;

const fixes: readonly [name: string, fix: (object: object) => void][] = [
  ['seal', (object) => Object.seal(object)],
  ['freeze', (object) => Object.freeze(object)],
];

/** D1, D3, D4: the microphone and the speaker of the app end with the session. */
export const microphone: readonly ConversationScenario[] = [
  ...drops.map(
    ([name, fault]): ConversationScenario => ({
      id: `stopped-after-${slug(name)}`,
      promise: ['D3', 'D7'],
      name: `${name}: the audio is stopped, once`,
      bare: runsOn,
      async run(stage) {
        const conversation = await stage.speaking(endless);
        stage.server.inflict(fault);
        await stage.stoppedOnce();
        await stage.shutDown(conversation, () => conversation.endSession());
        await stage.stoppedOnce();
      },
    }),
  ),
  {
    id: 'stopped-by-end-session',
    promise: 'D5',
    name: "the SDK's own endSession() stops the audio once, however often it is called",
    bare: { fails: /^times that the audio was stopped/ },
    async run(stage) {
      const conversation = await stage.open();
      await stage.within(Promise.all([conversation.endSession(), conversation.endSession()]), 'endSession()');
      await stage.stoppedOnce();
    },
  },
  ...([undefined, true] as const).map(
    (how): ConversationScenario => ({
      id: `stopped-by-disconnect${how ? '-forced' : ''}`,
      promise: ['D1', 'D2'],
      name: `disconnect(${how ?? ''}) stops the audio once, and the provider hears nothing more`,
      bare: missing,
      async run(stage) {
        const conversation = await stage.speaking(endless);
        const ending = stage.disconnect(conversation, how);
        stage.audio.speak();
        await stage.within(ending, 'disconnect()');
        stage.audio.speak();
        await stage.stoppedOnce();
        assert.equal(stage.server.seen.messages.filter(isAudio).length, 0);
      },
    }),
  ),
  {
    id: 'heard-until-then',
    promise: 'D14',
    name: 'the provider hears the microphone, and the app the agent',
    bare: 'passes',
    async run(stage) {
      await stage.speaking();
      stage.audio.speak();
      await stage.until(() => stage.server.seen.messages.some(isAudio), 'the audio');
      assert.deepEqual([stage.audio.starts, stage.audio.stops], [1, 0]);
    },
  },
  {
    id: 'drain-refuses-the-microphone',
    promise: ['D1', 'D4'],
    name: 'disconnect({ drain }): the app hears the rest of the answer, and the provider hears nothing more',
    bare: missing,
    async run(stage) {
      const conversation = await stage.speaking({ chunks: 12, interval: 10 });
      const ending = stage.disconnect(conversation, { drain: 60_000 });
      stage.audio.speak();
      const report = await stage.within(ending, 'disconnect({ drain })');
      assert.deepEqual([report.outcome, report.steps[0]?.outcome], ['graceful', 'ok']);
      assert.equal(stage.audio.heard, 12, 'chunks that were heard');
      assert.equal(stage.server.seen.messages.filter(isAudio).length, 0);
      await stage.stoppedOnce();
    },
  },
  ...fixes.map(
    ([name, fix]): ConversationScenario => ({
      id: `ends-after-${name}`,
      promise: ['D1', 'D2'],
      name: `Object.${name}() of a session that is open: disconnect() ends its socket, and stops the audio`,
      bare: missing,
      async run(stage) {
        const conversation = await stage.speaking(endless);
        fix(conversation);
        await stage.within(stage.disconnect(conversation), 'disconnect()');
        await stage.serverSeesTheEnd();
        await stage.stoppedOnce();
      },
    }),
  ),
  {
    id: 'stop-throws',
    promise: 'D5',
    name: 'an audio interface whose stop() throws: the connection is closed all the same',
    bare: { fails: /^endSession\(\) rejected/ },
    async run(stage) {
      const conversation = await stage.open();
      stage.audio.stop = () => {
        throw new Error('of the app');
      };
      await stage.resolves(async () => conversation.endSession(), 'endSession()');
      await stage.serverSeesTheEnd();
    },
  },
];
