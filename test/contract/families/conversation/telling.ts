import assert from 'node:assert/strict';
import { reservedOpcodeFrame } from '../../../support/voice-server.ts';
import { missing } from '../../defects.ts';
import { endless } from '../../stage.ts';
import { scrubsCut, tellsDrops } from '../endings.ts';
import type { ConversationScenario, ConversationStage } from './stage.ts';

const twice = { fails: /^events session_ended that were heard/ };

/** D7, D10: the event `session_ended` comes once. */
export const telling: readonly ConversationScenario[] = [
  ...tellsDrops({
    name: 'is told once, with code and reason',
    bareHang: { fails: /^session_ended: not within/ },
    async toldOnce(stage: ConversationStage, code) {
      const told = await stage.toldOnce();
      assert.deepEqual(told.slice(0, 2), ['a-conversation', code]);
      return told;
    },
    check: (_, told, { reason }) => assert.equal(told[2], reason),
  }),
  scrubsCut({
    what: 'the signature of the address',
    reason: 'bad signature s3cr3tsignature',
    kept: /"bad signature \[redacted\]"/,
    text: /s3cr3t/,
  }),
  {
    id: 'end-session-told-once',
    promise: ['D5', 'D7'],
    name: "the SDK's own endSession() tells of the end once, in the same tick",
    bare: twice,
    async run(stage) {
      const conversation = await stage.speaking(endless);
      const closing = conversation.endSession();
      assert.deepEqual(stage.ends, [['a-conversation']]);
      await stage.within(Promise.resolve(closing), 'endSession()');
      await stage.serverSeesTheEnd();
      await stage.toldOnce();
    },
  },
  ...([undefined, true] as const).map(
    (how): ConversationScenario => ({
      id: `disconnect-told-once${how ? '-forced' : ''}`,
      promise: ['D1', 'D7'],
      name: `disconnect(${how ?? ''}) tells of the end once, and the agent is heard no more`,
      bare: missing,
      async run(stage) {
        const conversation = await stage.speaking(endless);
        await stage.within(stage.disconnect(conversation, how), 'disconnect()');
        const before = stage.audio.heard;
        assert.deepEqual(await stage.toldOnce(), ['a-conversation']);
        assert.equal(stage.audio.heard, before, 'chunks after the end');
        assert.deepEqual(stage.errors, []);
      },
    }),
  ),
  {
    id: 'end-session-after-a-drop',
    promise: 'D7',
    name: 'a drop, and then endSession(): the end is told once',
    bare: twice,
    async run(stage) {
      const conversation = await stage.open();
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.ready(() => stage.ends.length > 0, 'session_ended');
      await stage.within(Promise.resolve(conversation.endSession()), 'endSession()');
      await stage.toldOnce();
    },
  },
  {
    id: 'listener-that-throws',
    promise: 'D14',
    name: 'endSession() throws an error that a listener of session_ended throws, as before, and the session ends',
    bare: 'passes',
    async run(stage) {
      const conversation = await stage.open();
      let isFirst = true;
      conversation.on('session_ended', () => {
        if (!isFirst) return;
        isFirst = false;
        throw new Error('of the app');
      });
      assert.throws(() => conversation.endSession(), /^Error: of the app$/);
      await stage.serverSeesTheEnd();
    },
  },
  {
    id: 'unheard-failure',
    promise: ['D9', 'D10'],
    name: 'a failed handshake without an error listener rejects startSession(), and the process goes on',
    bare: { crashes: /Unexpected server response: 401/ },
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-401' });
      const conversation = stage.make({ listen: false });
      assert.match((await stage.fails(() => conversation.startSession(), 'startSession()')).message, /401/);
    },
  },
  {
    id: 'unheard-error',
    promise: 'D10',
    name: 'a frame with a reserved opcode, without an error listener, ends nothing but the session',
    bare: { crashes: /Invalid WebSocket frame/ },
    async run(stage) {
      const conversation = await stage.open({}, { listen: false });
      stage.server.inflict({ kind: 'raw', bytes: reservedOpcodeFrame });
      await stage.serverSeesTheEnd();
      await stage.shutDown(conversation, () => conversation.endSession());
    },
  },
];
