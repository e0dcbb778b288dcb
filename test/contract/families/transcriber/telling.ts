import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Diagnostics } from '../../../../core/diagnostics.ts';
import type { Fault } from '../../../support/voice-server.ts';
import { missing } from '../../defects.ts';
import { slug } from '../../play.ts';
import { endless } from '../../stage.ts';
import type { TranscriberScenario } from './stage.ts';

const drops: readonly [name: string, fault: Fault, code: number][] = [
  ['close 1000', { kind: 'close', code: 1000 }, 1000],
  ['close 1011', { kind: 'close', code: 1011, reason: 'overloaded' }, 1011],
  ['a TCP reset', { kind: 'reset' }, 1006],
];
const unreadable = /JSON|Unexpected token|'in' operator/;

/** D7, D10, D13: listeners are told of every end, once. */
export const telling: readonly TranscriberScenario[] = [
  ...drops.map(
    ([name, fault, code]): TranscriberScenario => ({
      id: `${slug(name)}-told-once`,
      promise: 'D7',
      name: `${name} in the middle of a turn is told once, by the close event of the SDK`,
      bare: 'passes',
      async run(stage) {
        await stage.speaking(endless);
        stage.server.inflict(fault);
        const [, reason] = await stage.toldOnce(code);
        if (code === 1011) assert.equal(reason, 'overloaded');
      },
    }),
  ),
  {
    id: 'close-frame-and-hang-told-once',
    promise: 'D7',
    name: 'a peer that sends its close frame and hangs is told once',
    bare: { fails: /^a close event: not within/ },
    async run(stage) {
      await stage.speaking(endless);
      stage.server.inflict({ kind: 'close-and-hang', code: 1001 });
      await stage.toldOnce(1001);
    },
  },
  {
    id: 'cut-is-scrubbed',
    promise: ['D7', 'D13'],
    name: 'the error of a drop has the code and the reason, without the key in it',
    bare: { fails: /^the error of the drop: not within/ },
    async run(stage) {
      const cuts: Error[] = [];
      const listen = (message: unknown) => void cuts.push((message as Diagnostics['hangup.stream.cut']).error);
      subscribe('hangup.stream.cut', listen);
      try {
        await stage.speaking(endless);
        stage.server.inflict({ kind: 'close', code: 1008, reason: 'bad key sk_car_TESTKEYdonotprint' });
        await stage.toldOnce(1008);
        const isOurs = (error: Error) => (error as { closeCode?: number }).closeCode === 1008;
        await stage.until(() => cuts.some(isOurs), 'the error of the drop');
        for (const cut of cuts.filter(isOurs)) {
          assert.match(cut.message, /"bad key /);
          assert.doesNotMatch(`${cut.stack} ${JSON.stringify(cut)}`, /TESTKEY/);
        }
      } finally {
        unsubscribe('hangup.stream.cut', listen);
      }
    },
  },
  {
    id: 'unheard-drop',
    promise: 'D10',
    name: 'a drop that nobody listens for ends nothing but the session',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open({}, { listen: false });
      stage.server.inflict({ kind: 'reset' });
      await stage.gone();
      await stage.shutDown(ws, () => ws.close());
    },
  },
  ...([undefined, true] as const).map(
    (how): TranscriberScenario => ({
      id: `own-end-tells-nothing${how ? '-forced' : ''}`,
      promise: ['D1', 'D7'],
      name: `disconnect(${how ?? ''}) in the middle of a turn tells nobody of an end`,
      bare: missing,
      async run(stage) {
        const ws = await stage.speaking(endless);
        await stage.within(stage.disconnect(ws, how), 'disconnect()');
        await stage.gone();
        const before = stage.turns.length;
        await stage.settle();
        stage.toldNothing();
        assert.equal(stage.turns.length, before, 'transcripts after the end');
      },
    }),
  ),
  {
    id: 'unreadable-frame-told',
    promise: 'D10',
    name: 'a message that the SDK cannot read is told to the error listener, and the session goes on',
    bare: { crashes: unreadable },
    async run(stage) {
      const ws = await stage.open();
      stage.server.inflict({ kind: 'text', data: '{"type":"Turn", not json' });
      await stage.until(() => stage.errors.length > 0, 'the error');
      const [error] = stage.errors;
      assert.equal(error?.code, 'ERR_PROVIDER');
      assert.ok(error.cause instanceof Error);
      await stage.goesOn(ws);
      assert.equal(stage.errors.length, 1);
    },
  },
  {
    id: 'secret-in-a-frame',
    promise: ['D10', 'D13'],
    name: 'a message with a key in it that the SDK cannot read: the error does not have the key',
    bare: { crashes: unreadable },
    async run(stage) {
      await stage.open();
      stage.server.inflict({ kind: 'text', data: 'sk_car_TESTKEYdonotprint' });
      await stage.until(() => stage.errors.length > 0, 'the error');
      const [error] = stage.errors;
      assert.doesNotMatch(`${error!.stack} ${(error!.cause as Error).stack}`, /TESTKEY/);
    },
  },
  {
    id: 'listener-that-throws',
    promise: 'D14',
    name: "an error that a listener throws is the app's, as before",
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open();
      ws.on('open', () => {
        throw new Error('of the app');
      });
      const begin = '{"type":"Begin","message_type":"SessionBegins","expires_at":0}';
      assert.throws(() => ws.socket!.emit('message', Buffer.from(begin), false), /^Error: of the app$/);
      stage.toldNothing();
      await stage.goesOn(ws);
    },
  },
];
