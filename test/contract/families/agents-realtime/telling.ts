import assert from 'node:assert/strict';
import { transportOf } from '../../drivers/agents-realtime.ts';
import { endless } from '../../stage.ts';
import type { AgentsScenario } from './stage.ts';

/** Frames that the SDK cannot digest. */
const badFrames = [
  '{"type":"session.created","event_id":"e","session":null}',
  '{"type":"conversation.item.done","event_id":"e","item":{"type":"mcp_approval_request","id":"i"}}',
];

const untold = { fails: /^an error: not within/ };

/** D4, D7, D10, D13: listeners are told of every end, once. */
export const telling: readonly AgentsScenario[] = [
  {
    id: 'drop-told-once',
    promise: ['D7', 'D13'],
    name: 'a drop in the middle of a response is told once, with code and reason, beside "disconnected"',
    bare: untold,
    async run(stage) {
      await stage.speaking(endless);
      stage.server.inflict({ kind: 'close', code: 1011, reason: 'bad key sk-proj-TESTKEYdonotprint' });
      const error = await stage.toldOnce('ERR_STREAM_ENDED');
      assert.equal(error.closeCode, 1011);
      assert.match(error.closeReason!, /^bad key /);
      assert.match(error.contextId!, /^resp_/);
      assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /TESTKEY/);
      await stage.until(() => stage.heard('disconnected') > 0, 'connection_change "disconnected"');
      assert.equal(stage.heard('disconnected'), 1, 'connection_change "disconnected"');
    },
  },
  ...([1000, 1005] as const).map(
    (code): AgentsScenario => ({
      id: `close-${code}-while-idle-told`,
      promise: 'D7',
      name: `close ${code} between two responses is told once, too: the SDK has no other event with a code`,
      bare: untold,
      async run(stage) {
        await stage.open();
        stage.server.inflict({ kind: 'close', code });
        assert.equal((await stage.toldOnce('ERR_STREAM_ENDED')).closeCode, code);
      },
    }),
  ),
  {
    id: 'close-frame-and-hang-told-once',
    promise: 'D7',
    name: 'a peer that sends its close frame and hangs is told once, and connect() opens again',
    bare: untold,
    async run(stage) {
      const made = await stage.open();
      stage.server.inflict({ kind: 'close-and-hang', code: 1001 });
      assert.equal((await stage.toldOnce('ERR_STREAM_ENDED')).closeCode, 1001);
      await stage.until(() => transportOf(made).status === 'disconnected', 'the SDK to know');
      await stage.within(stage.connect(made), 'connect()');
      await stage.goesOn(made);
      await stage.dialled(2);
    },
  },
  {
    id: 'protocol-error-told-once',
    promise: 'D7',
    name: 'a frame that breaks the protocol is told once, as the cause of the end and not besides',
    bare: { fails: /'ERR_STREAM_ENDED'/ },
    async run(stage) {
      await stage.open();
      stage.server.inflict({ kind: 'raw', bytes: Uint8Array.of(193, 1, 0) });
      const error = await stage.toldOnce('ERR_STREAM_ENDED');
      assert.match(String((error.cause as Error).message), /RSV1/);
    },
  },
  {
    id: 'own-end-tells-nothing',
    promise: ['D1', 'D7'],
    name: 'disconnect() in the middle of a response tells nobody of an error',
    bare: 'passes',
    async run(stage) {
      const made = await stage.speaking(endless);
      await stage.shutDown(made, () => made.close());
      await stage.gone();
      await stage.settle();
      assert.deepEqual(stage.errors, []);
      assert.equal(stage.heard('disconnected'), 1, 'connection_change "disconnected"');
    },
  },
  {
    id: 'send-after-drop',
    promise: 'D4',
    name: 'after a drop an event is refused with the cause, and audio is dropped as before',
    bare: { fails: /failed with another error/ },
    async run(stage) {
      const made = await stage.open();
      stage.server.inflict({ kind: 'close', code: 1001 });
      await stage.ready(() => transportOf(made).status === 'disconnected', 'the drop');
      made.sendAudio(new ArrayBuffer(64));
      const error = await stage.fails(() => made.sendMessage('hello', {}), 'sendMessage()', 'ERR_STREAM_ENDED');
      assert.equal(error.closeCode, 1001);
    },
  },
  {
    id: 'unheard-provider-error',
    promise: 'D10',
    name: 'an error of the provider that nobody listens for: the connection goes on',
    bare: { crashes: /Unhandled error/ },
    async run(stage) {
      const made = await stage.open({ fault: { kind: 'error-event', withContext: false } }, { listen: false });
      stage.ask(made);
      await stage.until(() => stage.events.includes('error'), 'the error event');
      await stage.goesOn(made);
    },
  },
  {
    id: 'unheard-drop',
    promise: 'D10',
    name: 'a drop that nobody listens for ends nothing but the connection',
    bare: 'passes',
    async run(stage) {
      const made = await stage.open({}, { listen: false });
      stage.server.inflict({ kind: 'reset' });
      await stage.gone();
      await stage.shutDown(made, () => made.close());
    },
  },
  {
    id: 'unreadable-frame-told',
    promise: 'D10',
    name: 'a message that the SDK cannot read is told once, and the connection goes on',
    bare: { crashes: /of null/ },
    async run(stage) {
      for (const data of badFrames) {
        const made = await stage.open();
        stage.server.inflict({ kind: 'text', data });
        await stage.toldOnce('ERR_PROVIDER');
        await stage.goesOn(made);
        stage.errors.length = 0;
      }
    },
  },
  {
    id: 'listener-that-throws',
    promise: 'D14',
    name: "an error that a listener throws is the app's, as before",
    bare: 'passes',
    async run(stage) {
      const made = await stage.open();
      const transport = transportOf(made);
      const listener = () => {
        throw new Error('of the app');
      };
      transport.on('*', listener);
      const message = Buffer.from('{"type":"a.new.event","event_id":"e"}');
      const { websocket } = transport.connectionState;
      assert.throws(() => websocket!.emit('message', message, false), /^Error: of the app$/);
      transport.off('*', listener);
      assert.deepEqual(stage.errors, []);
      await stage.goesOn(made);
    },
  },
];
