import assert from 'node:assert/strict';
import { missing } from '../../defects.ts';
import type { RecognizerScenario } from './stage.ts';

const unsettled = { fails: /^start\(\): not within/ };
const staysOpen = { fails: /^the server to see the end: not within/ };

/** D3, D9, D14: `start()` connects, and waits until the recognition has begun. */
export const starting: readonly RecognizerScenario[] = [
  {
    id: 'lost-before-it-began',
    promise: ['D9', 'D13'],
    name: 'a connection that the provider closes before the recognition began makes start() reject at once, with the reason',
    bare: unsettled,
    async run(stage) {
      await stage.serve({ greets: false });
      const starting = stage.start(stage.make());
      await stage.ready(() => stage.got('StartRecognition').length > 0, 'the request');
      stage.server.inflict({ kind: 'close', code: 1008, reason: 'bad token sk_car_TESTKEYdonotprint' });
      const error = await stage.fails(() => starting, 'start()', 'ERR_CONNECT');
      assert.match(error.message, /1008 .*bad token/);
      assert.doesNotMatch(`${error.stack} ${error.cause}`, /TESTKEY/);
      await stage.gone();
    },
  },
  {
    id: 'start-never-answered',
    promise: ['D3', 'D9'],
    name: "the SDK's own limit of start() ends the connection too",
    bare: staysOpen,
    async run(stage) {
      await stage.serve({ greets: false });
      const error = await stage.fails(() => stage.start(stage.make({ connectionTimeout: 150 })), 'start()');
      assert.match(error.message, /^Timed out after 150ms waiting for RecognitionStarted$/);
      await stage.gone();
    },
  },
  {
    id: 'refused-by-a-message',
    promise: ['D3', 'D9'],
    name: 'a start() that the provider refuses by a message leaves nothing behind',
    bare: staysOpen,
    async run(stage) {
      await stage.serve({ greets: false });
      const starting = stage.start(stage.make());
      await stage.ready(() => stage.got('StartRecognition').length > 0, 'the request');
      stage.server.inflict({ kind: 'error-event', withContext: false });
      const error = await stage.fails(() => starting, 'start()');
      assert.equal(error.message, 'protocol_error');
      await stage.gone();
    },
  },
  {
    id: 'two-starts-at-once',
    promise: 'D9',
    name: 'two calls of start() at the same time are one attempt',
    bare: { fails: /^start\(\) rejected/ },
    async run(stage) {
      await stage.serve();
      const ws = stage.make();
      await stage.resolves(() => Promise.all([stage.start(ws), stage.start(ws)]), 'start()');
      await stage.goesOn(ws);
      await stage.dialled(1);
    },
  },
  {
    id: 'a-second-start',
    promise: ['D3', 'D14'],
    name: 'start() during a recognition opens another connection, as before, and disconnect() closes both politely',
    bare: missing,
    async run(stage) {
      const ws = await stage.open();
      await stage.within(stage.start(ws), 'start()');
      await stage.goesOn(ws);
      const report = await stage.within(stage.disconnect(ws), 'disconnect()');
      assert.equal(report.outcome, 'graceful');
      await stage.gone();
      const { connections } = stage.server.seen;
      assert.deepEqual(
        connections.map(({ close }) => close !== undefined),
        [true, true],
      );
    },
  },
  {
    id: 'ended-when-it-begins-to-dial',
    promise: ['D3', 'D9'],
    name: 'disconnect() from inside the listener that hears of "connecting" ends the attempt',
    bare: missing,
    async run(stage) {
      await stage.serve();
      const ws = stage.make();
      stage.own(ws);
      let ended: Promise<unknown> | undefined;
      ws.addEventListener('socketStateChange', () => {
        ended ??= ws.disconnect();
      });
      await stage.fails(() => stage.start(ws), 'start()', 'ERR_DISCONNECTED');
      await stage.within(ended!, 'disconnect()');
      await stage.gone();
      assert.deepEqual(stage.server.seen.messages, []);
    },
  },
];
