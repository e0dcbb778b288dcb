import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Diagnostics } from '../../../../core/diagnostics.ts';
import { type Fault, reservedOpcodeFrame } from '../../../support/voice-server.ts';
import { missing } from '../../defects.ts';
import { slug } from '../../play.ts';
import { endless } from '../../stage.ts';
import type { ConversationScenario } from './stage.ts';

const drops: readonly [name: string, fault: Fault, code: number, reason: string][] = [
  ['close 1000', { kind: 'close', code: 1000 }, 1000, ''],
  ['close 1011', { kind: 'close', code: 1011, reason: 'overloaded' }, 1011, 'overloaded'],
  ['a TCP reset', { kind: 'reset' }, 1006, ''],
];
const twice = { fails: /^events session_ended that were heard/ };

/** D7, D10: the event `session_ended` comes once. */
export const telling: readonly ConversationScenario[] = [
  ...drops.map(
    ([name, fault, code, reason]): ConversationScenario => ({
      id: `${slug(name)}-told-once`,
      promise: 'D7',
      name: `${name} is told once, with code and reason`,
      bare: 'passes',
      async run(stage) {
        await stage.speaking(endless);
        stage.server.inflict(fault);
        assert.deepEqual(await stage.toldOnce(), ['a-conversation', code, reason]);
      },
    }),
  ),
  {
    id: 'close-frame-and-hang-told-once',
    promise: 'D7',
    name: 'a peer that sends its close frame and hangs is told once',
    bare: { fails: /^session_ended: not within/ },
    async run(stage) {
      await stage.speaking(endless);
      stage.server.inflict({ kind: 'close-and-hang', code: 1001 });
      assert.deepEqual((await stage.toldOnce()).slice(0, 2), ['a-conversation', 1001]);
    },
  },
  {
    id: 'cut-is-scrubbed',
    promise: ['D7', 'D13'],
    name: 'the error of a drop has the code and the reason, without the signature of the address in it',
    bare: { fails: /^the error of the drop: not within/ },
    async run(stage) {
      const cuts: Error[] = [];
      const listen = (message: unknown) => void cuts.push((message as Diagnostics['hangup.stream.cut']).error);
      subscribe('hangup.stream.cut', listen);
      try {
        await stage.speaking(endless);
        stage.server.inflict({ kind: 'close', code: 1008, reason: 'bad signature s3cr3tsignature' });
        const isOurs = (error: Error) => (error as { closeCode?: number }).closeCode === 1008;
        await stage.until(() => cuts.some(isOurs), 'the error of the drop');
        for (const cut of cuts.filter(isOurs)) {
          assert.match(cut.message, /"bad signature \[redacted\]"/);
          assert.doesNotMatch(`${cut.stack} ${JSON.stringify(cut)}`, /s3cr3t/);
        }
      } finally {
        unsubscribe('hangup.stream.cut', listen);
      }
    },
  },
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
