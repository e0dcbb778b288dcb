import assert from 'node:assert/strict';
import { endless } from '../../stage.ts';
import { scrubsCut, tellsDrops, tellsNoOwnEnd } from '../endings.ts';
import type { LiveScenario, LiveStage } from './stage.ts';

const unreadable = /JSON|Unexpected token/;

/** D7, D10, D13: callbacks are told of every end, once. */
export const telling: readonly LiveScenario[] = [
  ...tellsDrops({
    name: 'in the middle of a turn is told once, by the callback of the SDK',
    bareHang: { fails: /^a close event: not within/ },
    toldOnce: (stage: LiveStage, code) => stage.toldOnce(code),
    check(_, told, { reason }) {
      if (reason !== '') assert.equal(told.reason, reason);
    },
  }),
  scrubsCut({ what: 'the key', reason: 'bad key sk_car_TESTKEYdonotprint', kept: /"bad key /, text: /TESTKEY/ }),
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
  ...tellsNoOwnEnd('a turn', (stage: LiveStage) => stage.messages.length),
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
