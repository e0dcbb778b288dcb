import assert from 'node:assert/strict';
import { missing } from '../../defects.ts';
import { endless } from '../../stage.ts';
import { tellsDrops } from '../endings.ts';
import { tellsUnreadable } from '../unreadable.ts';
import type { TranscriptionScenario, TranscriptionStage } from './stage.ts';

const unreadable = /JSON|Unexpected token/;
/** The SDK drops the arguments. */
const wordless = { fails: /^the code in the close event/ };

/** D7, D10, D13: listeners are told of every end, once, and nothing that they do not hear ends the process. */
export const telling: readonly TranscriptionScenario[] = [
  ...tellsDrops({
    name: 'in the middle of a segment is told once, by the close event, with code and reason',
    bare: wordless,
    bareHang: { fails: /^a close event: not within/ },
    toldOnce: (stage: TranscriptionStage, code) => stage.toldOnce(code),
    check(stage, told, { code, reason }) {
      assert.deepEqual(told, [code, reason]);
      assert.deepEqual(stage.errors, []);
    },
  }),
  {
    id: 'secret-in-a-reason',
    promise: 'D13',
    name: 'the reason in the close event does not have the key',
    bare: wordless,
    async run(stage) {
      await stage.speaking(endless);
      stage.server.inflict({ kind: 'close', code: 1008, reason: 'bad key sk_car_TESTKEYdonotprint' });
      assert.equal((await stage.toldOnce(1008))[1], 'bad key [redacted]');
    },
  },
  {
    id: 'own-close-told-once',
    promise: ['D5', 'D7'],
    name: "the SDK's own close() tells of the end once, with the code",
    bare: wordless,
    async run(stage) {
      const ws = await stage.speaking(endless);
      await stage.within(Promise.resolve(ws.close()), 'close()');
      await stage.toldOnce(1005);
      assert.deepEqual(stage.errors, []);
    },
  },
  ...([undefined, true] as const).map(
    (how): TranscriptionScenario => ({
      id: `disconnect-told-once${how ? '-forced' : ''}`,
      promise: ['D1', 'D7'],
      name: `disconnect(${how ?? ''}) in the middle of a segment tells of the end once, and of nothing else`,
      bare: missing,
      async run(stage) {
        const ws = await stage.speaking(endless);
        await stage.within(stage.disconnect(ws, how), 'disconnect()');
        const before = stage.partial.length;
        await stage.toldOnce(how ? 1006 : 1005);
        assert.deepEqual(stage.errors, []);
        assert.equal(stage.partial.length, before, 'transcripts after the end');
      },
    }),
  ),
  {
    id: 'unheard-drop',
    promise: 'D10',
    name: 'a drop that nobody listens for ends nothing but the session',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open({}, { listen: false });
      stage.server.inflict({ kind: 'reset' });
      await stage.serverSeesTheEnd();
      await stage.shutDown(ws, () => ws.close());
    },
  },
  {
    id: 'unheard-failure',
    promise: ['D9', 'D10'],
    name: 'a failed handshake that nobody listens for ends nothing but the connection',
    bare: { crashes: /Unexpected server response: 401/ },
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-401' });
      const ws = await stage.connect({ listen: false });
      await stage.until(() => ws.websocket!.readyState === 3, 'the client to be CLOSED');
      await stage.settle();
    },
  },
  {
    id: 'unheard-provider-error',
    promise: 'D10',
    name: 'an error event of the provider that nobody listens for: the session goes on',
    bare: { crashes: /Unhandled error/ },
    async run(stage) {
      const ws = await stage.open({}, { listen: false });
      stage.server.inflict({ kind: 'error-event', withContext: false });
      await stage.goesOn(ws);
    },
  },
  ...tellsUnreadable('{"message_type":"partial_transcript", not json', { crashes: unreadable }),
  {
    id: 'listener-that-throws',
    promise: 'D14',
    name: "an error that a listener throws is the app's, as before",
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open();
      ws.on('session_started', () => {
        throw new Error('of the app');
      });
      const begin = Buffer.from('{"message_type":"session_started"}');
      assert.throws(() => ws.websocket!.emit('message', begin, false), /^Error: of the app$/);
      assert.deepEqual([stage.closes, stage.errors], [[], []]);
      await stage.goesOn(ws);
    },
  },
];
