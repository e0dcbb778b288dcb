import assert from 'node:assert/strict';
import type { Realtime } from '../../drivers/realtime.ts';
import { endless, hasHangup } from '../../stage.ts';
import type { RealtimeScenario, RealtimeStage } from './stage.ts';

const untold = { fails: /^an error: not within/ };
const unsettled = { fails: /^emitted\(\): not within/ };

interface Emitting {
  emitted(type: string): Promise<unknown>;
}
const emitted = (stage: RealtimeStage, ws: Realtime, type = 'response.done') =>
  stage.fails(() => (ws as unknown as Emitting).emitted(type), 'emitted()');

const created = (stage: RealtimeStage, ws: Realtime) => stage.fails(() => ws.createResponse(), 'createResponse()');

/** D7, D10, D13: listeners and promises are told of every end, once. */
export const telling: readonly RealtimeScenario[] = [
  {
    id: 'drop-told-once',
    promise: ['D7', 'D13'],
    name: 'a drop in the middle of a response is told once, with code and reason',
    bare: untold,
    async run(stage) {
      const ws = await stage.open(endless);
      await stage.speaking(ws);
      stage.server.inflict({ kind: 'close', code: 1011, reason: 'bad key sk-proj-TESTKEYdonotprint' });
      const cause = await stage.toldOnce('ERR_STREAM_ENDED');
      assert.equal(cause.closeCode, 1011);
      assert.match(cause.closeReason!, /^bad key /);
      assert.match(cause.contextId!, /^resp_/);
      assert.doesNotMatch(`${stage.heard[0]!.stack} ${cause.stack} ${JSON.stringify(cause)}`, /TESTKEY/);
    },
  },
  ...([1000, 1005] as const).map(
    (code): RealtimeScenario => ({
      id: `close-${code}-while-idle-told`,
      promise: 'D7',
      name: `close ${code} between two responses is told once, too: the SDK has no other event for it`,
      bare: untold,
      async run(stage) {
        await stage.open();
        stage.server.inflict({ kind: 'close', code });
        assert.equal((await stage.toldOnce('ERR_STREAM_ENDED')).closeCode, code);
      },
    }),
  ),
  {
    id: 'protocol-error-told-once',
    promise: 'D7',
    name: 'a frame that breaks the protocol is told once, as the cause of the end and not besides',
    bare: { fails: /undefined !== 'ERR_STREAM_ENDED'|WS_ERR/ },
    async run(stage) {
      await stage.open();
      stage.server.inflict({ kind: 'raw', bytes: Uint8Array.of(193, 1, 0) });
      const cause = await stage.toldOnce('ERR_STREAM_ENDED');
      assert.match(String((cause.cause as Error).message), /RSV1/);
    },
  },
  {
    id: 'failed-handshake-told-once',
    promise: 'D9',
    name: 'a failed handshake is told once',
    bare: { fails: /'ERR_CONNECT'/ },
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-401' });
      stage.dial();
      assert.match((await stage.toldOnce('ERR_CONNECT')).message, /401/);
    },
  },
  {
    id: 'failed-handshake-is-the-cause',
    promise: ['D7', 'D9'],
    name: 'calls that wait for a handshake that fails reject with its cause, and so do later ones',
    bare: unsettled,
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-401' });
      const ws = stage.dial();
      const calls = () => [emitted(stage, ws), ...(hasHangup(ws) ? [created(stage, ws)] : [])];
      const early = await Promise.all(calls());
      await stage.gone(ws);
      for (const error of [...early, ...(await Promise.all(calls()))]) {
        assert.equal(error.code, 'ERR_STREAM_ENDED', String(error));
        assert.match(error.message, /handshake failed.*401/);
        assert.match(String((error.cause as Error | undefined)?.message), /401/);
      }
    },
  },
  {
    id: 'failed-recovery-is-the-cause',
    promise: ['D7', 'D9'],
    name: "calls that wait for the SDK's recovery reject with the cause when that gives up",
    bare: { fails: /'ERR_STREAM_ENDED'/ },
    concerns: ({ version }) => version.startsWith('7.'),
    async run(stage) {
      const props = { reconnect: true, maxReconnectAttempts: 1, reconnectInitialDelay: 5, reconnectMaxDelay: 5 };
      const ws = await stage.open((n) => (n === 0 ? {} : { greeting: 'upgrade-401' }), { props });
      const waiting = emitted(stage, ws);
      stage.server.inflict({ kind: 'close', code: 1011 });
      const error = await waiting;
      assert.equal(error.code, 'ERR_STREAM_ENDED');
      assert.match(String((error.cause as Error | undefined)?.message), /401/);
    },
  },
  {
    id: 'own-end-tells-nothing',
    promise: ['D1', 'D7'],
    name: 'disconnect() in the middle of a response tells nobody of an error',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open(endless);
      await stage.speaking(ws);
      await stage.shutDown(ws, () => ws.close());
      await stage.gone(ws);
      assert.deepEqual(stage.heard, []);
    },
  },
  {
    id: 'disconnect-while-connecting-tells-nothing',
    promise: ['D1', 'D7'],
    name: 'disconnect() during the handshake tells nobody of an error',
    bare: 'has no such call',
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-stall' });
      const ws = stage.dial();
      await stage.ready(() => stage.server.seen.upgrades === 1, 'the upgrade request');
      await stage.within(stage.disconnect(ws), 'disconnect()');
      await stage.gone(ws);
      assert.deepEqual(stage.heard, []);
    },
  },
  {
    id: 'send-after-drop',
    promise: 'D4',
    name: 'a send on a socket that is gone is told, and not dropped',
    bare: untold,
    async run(stage) {
      const ws = await stage.open({}, { listen: false });
      stage.server.inflict({ kind: 'close', code: 1001 });
      await stage.ready(() => ws.socket.readyState === ws.socket.CLOSED, 'the client to be CLOSED');
      ws.on('error', (error) => stage.heard.push(error as never));
      stage.ask(ws);
      assert.equal((await stage.toldOnce('ERR_STREAM_ENDED')).closeCode, 1001);
    },
  },
  {
    id: 'unheard-provider-error',
    promise: 'D10',
    name: 'an error of the provider that nobody listens for: the session goes on',
    bare: { crashes: /injected error/ },
    async run(stage) {
      const ws = await stage.open({ fault: { kind: 'error-event', withContext: false } }, { listen: false });
      stage.ask(ws);
      await stage.until(() => stage.events.includes('error'), 'the error event');
      stage.server.behaviour = {};
      stage.ask(ws);
      await stage.until(() => stage.events.includes('response.done'), 'another response');
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
      await stage.gone(ws);
      await stage.shutDown(ws, () => ws.close());
    },
  },
  {
    id: 'emitted-settles-by-drop',
    promise: 'D7',
    name: 'a promise of emitted() rejects when the connection is lost, before and after',
    bare: unsettled,
    async run(stage) {
      const ws = await stage.open(endless);
      const before = emitted(stage, ws);
      stage.server.inflict({ kind: 'close', code: 1011 });
      await before;
      await stage.gone(ws);
      await emitted(stage, ws);
    },
  },
  {
    id: 'emitted-settles-by-disconnect',
    promise: 'D4',
    name: 'a promise of emitted() rejects when the connection is disconnected, before and after',
    bare: unsettled,
    async run(stage) {
      const ws = await stage.open(endless);
      const before = emitted(stage, ws);
      await stage.shutDown(ws, () => ws.close());
      assert.equal((await before).code, 'ERR_DISCONNECTED');
      assert.equal((await emitted(stage, ws)).code, 'ERR_DISCONNECTED');
    },
  },
  {
    id: 'never-greeted',
    promise: ['D1', 'D4'],
    name: 'a peer that never greets: disconnect() ends politely, and the promise of the greeting rejects',
    bare: unsettled,
    async run(stage) {
      await stage.serve({ greets: false });
      const ws = stage.dial();
      await stage.ready(() => ws.socket.readyState === ws.socket.OPEN, 'the handshake');
      const greeting = emitted(stage, ws, 'session.created');
      const report = await stage.shutDown(ws, () => ws.close());
      stage.reported(report, 'graceful');
      assert.equal((await greeting).code, 'ERR_DISCONNECTED');
      await stage.gone(ws);
    },
  },
  {
    id: 'client-ends-sessions',
    promise: ['D1', 'D4'],
    name: "the client's disconnect() ends its sessions, and later ones",
    bare: 'has no such call',
    async run(stage) {
      await stage.serve(endless);
      const client = stage.client();
      const [one, other] = [stage.dial({ client }), stage.dial({ client: stage.client() })];
      await stage.ready(() => [one, other].every(({ socket }) => socket.readyState === socket.OPEN), 'the handshakes');
      const report = await stage.within(stage.disconnect(client), 'disconnect()');
      assert.deepEqual(
        report.members?.map(({ name }) => name),
        ['socket realtime'],
      );
      await stage.gone(one);
      assert.equal(other.connected, true, "another client's session");
      assert.throws(() => stage.dial({ client }), { code: 'ERR_DISCONNECTED' });
      await stage.settle();
      assert.equal(stage.server.seen.upgrades, 2);
    },
  },
];
