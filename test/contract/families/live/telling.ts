import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Diagnostics } from '../../../../core/diagnostics.ts';
import type { Fault } from '../../../support/voice-server.ts';
import { missing } from '../../defects.ts';
import { slug } from '../../play.ts';
import { endless } from '../../stage.ts';
import type { LiveScenario } from './stage.ts';

const drops: readonly [name: string, fault: Fault, code: number][] = [
  ['close 1000', { kind: 'close', code: 1000 }, 1000],
  ['close 1011', { kind: 'close', code: 1011, reason: 'overloaded' }, 1011],
  ['a TCP reset', { kind: 'reset' }, 1006],
];
const unreadable = /JSON|Unexpected token/;

/** D7, D10, D13: callbacks are told of every end, once. */
export const telling: readonly LiveScenario[] = [
  ...drops.map(
    ([name, fault, code]): LiveScenario => ({
      id: `${slug(name)}-told-once`,
      promise: 'D7',
      name: `${name} in the middle of a turn is told once, by the callback of the SDK`,
      bare: 'passes',
      async run(stage) {
        await stage.talking(endless);
        stage.server.inflict(fault);
        const { reason } = await stage.toldOnce(code);
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
      await stage.talking(endless);
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
        await stage.talking(endless);
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
      const { session } = await stage.open({}, { listen: false });
      stage.server.inflict({ kind: 'reset' });
      await stage.gone();
      await stage.shutDown(session, () => session.close());
    },
  },
  ...([undefined, true] as const).map(
    (how): LiveScenario => ({
      id: `own-end-tells-nothing${how ? '-forced' : ''}`,
      promise: ['D1', 'D7'],
      name: `disconnect(${how ?? ''}) in the middle of a turn tells nobody of an end`,
      bare: missing,
      async run(stage) {
        const { session } = await stage.talking(endless);
        await stage.within(stage.disconnect(session, how), 'disconnect()');
        await stage.gone();
        const before = stage.messages.length;
        await stage.settle();
        stage.toldNothing();
        assert.equal(stage.messages.length, before, 'messages after the end');
      },
    }),
  ),
  {
    id: 'own-close-is-told',
    promise: ['D5', 'D14'],
    name: "the SDK's own close() is told by its callback, as before",
    bare: 'passes',
    async run(stage) {
      const { session } = await stage.talking(endless);
      void session.close();
      await stage.toldOnce(1005);
      await stage.gone();
    },
  },
  {
    id: 'own-close-unanswered-is-told',
    promise: 'D5',
    name: "the SDK's own close() is told also when the provider does not answer it",
    bare: { fails: /^a close event: not within/ },
    async run(stage) {
      const { session } = await stage.open({ onClose: 'ignore' });
      void session.close();
      await stage.toldOnce(1006);
      await stage.gone();
    },
  },
  {
    id: 'unreadable-frame-told',
    promise: 'D10',
    name: 'a message that the SDK cannot read is told to the callback for errors, and the session goes on',
    bare: { crashes: unreadable },
    async run(stage) {
      const { session } = await stage.open();
      stage.server.inflict({ kind: 'text', data: '{"serverContent": not json' });
      await stage.until(() => stage.errors.length > 0, 'the error');
      const error = stage.errors[0]!.error as Error & { code?: string };
      assert.equal(error.code, 'ERR_PROVIDER');
      assert.ok(error.cause instanceof Error);
      assert.equal(stage.errors[0]!.message, error.message);
      await stage.goesOn(session);
      assert.equal(stage.errors.length, 1);
    },
  },
  {
    id: 'getter-in-a-frame',
    promise: 'D10',
    name: 'a message with a key that its class only has a getter for comes without that key',
    // Older versions copy the keys that they know.
    bare: ({ version }) => (version === '0.7.0' ? 'passes' : { crashes: /Cannot set property/ }),
    async run(stage) {
      const { session } = await stage.open();
      const before = stage.messages.length;
      stage.server.inflict({
        kind: 'text',
        data: '{"text":"hello","data":"AA==","serverContent":{"interrupted":true}}',
      });
      await stage.until(() => stage.messages.length > before, 'the message');
      assert.deepEqual({ ...stage.messages.at(-1) }, { serverContent: { interrupted: true } });
      assert.deepEqual(stage.errors, []);
      await stage.goesOn(session);
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
      const error = stage.errors[0]!.error as Error;
      assert.doesNotMatch(`${error.stack} ${(error.cause as Error).stack}`, /TESTKEY/);
    },
  },
];
