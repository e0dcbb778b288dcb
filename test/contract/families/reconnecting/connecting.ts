import assert from 'node:assert/strict';
import { chunkSamples, dialsByItself, is1x, key, request, type Voice } from '../../../support/reconnecting.ts';
import { closedPort } from '../../../support/voice-server.ts';
import { staysOpen } from '../../defects.ts';
import { blackHole, hasHangup } from '../../stage.ts';
import type { ReconnectingStage, Scenario } from './stage.ts';

/** Shortens the back-off, which takes seconds in the SDK. @param delay in ms */
function hurry(voice: Voice, delay = soon): void {
  Object.assign(voice.socket!._options, { minReconnectionDelay: delay, maxReconnectionDelay: delay });
}

const soon = 40;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A connection that the server has closed for good: the SDK of 2.x does not dial again after that. */
async function closed(stage: ReconnectingStage): Promise<Voice> {
  const voice = await stage.open();
  stage.server.inflict({ kind: 'close', code: 1000 });
  await stage.ready(() => voice.socket?._ws?.readyState === 3, 'the drop');
  return voice;
}

/** One that has dropped, and that the SDK will open again after so many ms. 2.x does it at once the first time. */
async function inBackOff(stage: ReconnectingStage, delay: number): Promise<Voice> {
  const voice = await stage.open();
  hurry(voice, delay);
  for (let drops = is1x(stage.version) ? 1 : 2; drops > 0; drops--) {
    const { connections } = stage;
    const inner = voice.socket?._ws;
    stage.server.inflict({ kind: 'close', code: 1011 });
    if (drops > 1) {
      await stage.ready(() => stage.connections > connections && voice.socket?._ws?.readyState === 1, 'the reconnect');
      await stage.settle();
    } else await stage.ready(() => inner?.readyState === 3, 'the drop');
  }
  return voice;
}

const orphans = { fails: /^connections that were made|^Missing expected rejection/ } as const;

/** D4, D9, D12: `connect()`, calls that dial without it, and the time after a drop. */
export const connecting: readonly Scenario[] = [
  {
    id: 'one-attempt',
    promise: 'D9',
    name: 'connect() twice at once: one connection, the same result',
    bare: orphans,
    async run(stage) {
      await stage.serve();
      const voice = stage.make();
      const results = await stage.within(Promise.all([stage.connect(voice), stage.connect(voice)]), 'connect()');
      assert.equal(typeof results[0].on, 'function');
      await stage.settle();
      assert.equal(stage.connections, 1, 'connections that were made');
      await stage.works(voice, 'a');
    },
  },
  {
    id: 'already-connected',
    promise: 'D14',
    name: 'connect() when connected: refused, and the connection stays',
    bare: ({ version }) => (/^1\.[0-2]\./.test(version) ? orphans : 'passes'),
    async run(stage) {
      const voice = await stage.open();
      await assert.rejects(stage.connect(voice), /already connected/);
      await stage.works(voice, 'a');
      assert.equal(stage.connections, 1);
    },
  },
  {
    id: 'connect-after-a-drop',
    promise: 'D12',
    name: 'connect() after a drop: at once, and nothing else dials',
    bare: { fails: /^connections that were made/ },
    async run(stage) {
      const voice = await inBackOff(stage, 250);
      const { connections } = stage;
      await stage.within(stage.connect(voice), 'connect()');
      await sleep(400);
      assert.equal(stage.connections, connections + 1, 'connections that were made');
      await stage.works(voice, 'a');
    },
  },
  {
    id: 'connect-401',
    promise: ['D9', 'D13'],
    name: 'a refused handshake: connect() says why, and nothing dials again',
    bare: { fails: /did not match the regular expression \/401/ },
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-401' });
      const voice = stage.make();
      const connecting = stage.connect(voice);
      hurry(voice);
      const error = await stage.failure(() => connecting);
      assert.match(error.message, /401/);
      assert.ok(!JSON.stringify([error.message, error.stack]).includes(key));
      await sleep(4 * soon);
      assert.equal(stage.connections, 1);
      stage.server.behaviour = {};
      await stage.within(stage.connect(voice), 'connect()');
      await stage.works(voice, 'a');
    },
  },
  {
    id: 'connect-refused',
    promise: 'D9',
    name: 'nobody there: connect() says so, and nothing is left',
    bare: { fails: /did not match the regular expression \/ECONNREFUSED/ },
    async run(stage) {
      await stage.serve();
      const voice = stage.make(`${is1x(stage.version) ? 'http' : 'https'}://127.0.0.1:${closedPort}`);
      const error = await stage.failure(() => stage.connect(voice));
      assert.match(`${error.code} ${error.message}`, /ECONNREFUSED/);
      assert.equal(stage.own(voice).connected, false);
    },
  },
  {
    id: 'own-limit-wins',
    promise: 'D9',
    name: "a handshake that stalls: the SDK's own limit counts, as a ConnectTimeoutError",
    bare: ({ version }) =>
      is1x(version) ? { fails: /^the code and the limit/ } : { crashes: /closed before the connection/ },
    // Before that, connect() takes no options.
    concerns: ({ version }) => version === '1.3.0' || !is1x(version),
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-stall' });
      const error = await stage.failure(() => stage.connect(stage.make(), { connectionTimeout: 120 }));
      assert.deepEqual([error.code, error.timeout], ['ERR_CONNECT_TIMEOUT', 120], 'the code and the limit');
      await stage.settle();
      assert.equal(stage.connections, 1);
    },
  },
  {
    id: 'no-socket-class',
    promise: 'D9',
    name: 'no class of sockets: connect() rejects, and tries no more',
    bare: { fails: /^attempts after the failure/ },
    concerns: ({ version }) => is1x(version) && typeof WebSocket === 'undefined',
    async run(stage) {
      await stage.serve();
      const voice = stage.make();
      let attempts = 0;
      const connecting = voice.connect();
      const { socket } = voice;
      Object.defineProperty(socket!._options, 'WebSocket', { get: () => void attempts++ });
      hurry(voice);
      await stage.failure(() => connecting);
      attempts = 0;
      await sleep(4 * soon);
      assert.equal(attempts, 0, 'attempts after the failure');
      assert.equal(socket!._shouldReconnect, false);
    },
  },
  {
    id: 'no-key',
    promise: 'D9',
    name: 'a key that cannot be had: connect() rejects with the reason',
    bare: ({ version }) =>
      is1x(version) ? { fails: /did not match the regular expression \/no key today/ } : { crashes: /no key today/ },
    // Before that, keys are strings.
    concerns: ({ version }) => !/^(1\.0\.|2\.1\.[0-7]$)/.test(version),
    async run(stage) {
      await stage.serve();
      const voice = stage.make();
      const apiKey = () => Promise.reject(new Error('no key today'));
      Object.assign(is1x(stage.version) ? voice : (voice as unknown as { options: object }).options, { apiKey });
      const error = await stage.failure(() => stage.connect(voice));
      assert.match(error.message, /no key today/);
      assert.equal(stage.connections, 0);
    },
  },
  {
    id: 'disconnect-in-the-tick-of-connect',
    promise: ['D4', 'D9'],
    name: 'disconnect() in the tick of connect(): it rejects, and nothing is dialled',
    bare: { fails: /^connect\(\): not within/ },
    async run(stage) {
      await stage.serve();
      const voice = stage.make();
      const connecting = stage.connect(voice);
      const ended = stage.hangUp(voice);
      await stage.fails(() => connecting, 'connect()', 'ERR_DISCONNECTED');
      stage.reported(await ended, 'graceful');
      await stage.settle();
      assert.equal(stage.connections, 0);
    },
  },
  {
    id: 'reopens',
    promise: 'D4',
    name: 'connect() after disconnect() opens again, also before that is over',
    bare: { fails: /^connect\(\) rejected|^send\(\) (did not fail|failed with another error)/ },
    async run(stage) {
      const voice = await stage.open();
      stage.server.behaviour = { onClose: 'ignore' };
      const ended = stage.hangUp(voice, { timeout: 100 });
      const connecting = stage.connect(voice);
      await ended;
      await stage.resolves(() => connecting, 'connect()');
      await stage.settle();
      assert.equal(voice.socket?.readyState, 1, 'the second connection must be open');
      if (hasHangup(voice)) assert.equal(voice.connected, true);
      await stage.works(voice, 'a');
      await stage.hangUp(voice);
      await stage.fails(() => voice.send(request(stage.version, 'b')), 'send()', 'ERR_DISCONNECTED');
      await stage.settle();
      assert.equal(stage.connections, 2);
    },
  },
  {
    id: 'disconnect-ends-a-waiting-connect',
    promise: 'D4',
    name: 'disconnect() after connect() that waits for an earlier disconnect(): it wins',
    bare: { fails: /^connect\(\) (failed with another error|did not fail)|^connect\(\): not within/ },
    async run(stage) {
      const voice = await stage.open({ onClose: 'ignore' });
      void stage.hangUp(voice, { timeout: 100 });
      const connecting = stage.connect(voice);
      await stage.hangUp(voice, { timeout: 100 });
      await stage.fails(() => connecting, 'connect()', 'ERR_DISCONNECTED');
      await stage.settle();
      assert.equal(stage.connections, 1);
    },
  },
  {
    id: 'reconnects',
    promise: 'D12',
    name: "the SDK's own reconnect after a drop keeps working, until disconnect()",
    bare: 'passes',
    async run(stage) {
      const voice = await stage.open();
      hurry(voice);
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.ready(() => stage.connections === 2 && voice.socket?._ws?.readyState === 1, 'the reconnect');
      await stage.settle();
      await stage.works(voice, 'a');
      await stage.hangUp(voice);
      await sleep(4 * soon);
      assert.equal(stage.connections, 2);
    },
  },
  {
    id: 'disconnect-in-the-back-off',
    promise: ['D3', 'D12'],
    name: 'disconnect() during the back-off: at once, and nothing dials',
    bare: { fails: /^send\(\) (did not fail|failed with another error)/ },
    async run(stage) {
      const voice = await inBackOff(stage, 250);
      const { connections } = stage;
      const report = await stage.hangUp(voice);
      stage.reported(report, 'graceful');
      await stage.fails(() => voice.send(request(stage.version, 'late')), 'send()', 'ERR_DISCONNECTED');
      await sleep(400);
      assert.equal(stage.connections, connections);
    },
  },
  {
    id: 'send-connects',
    promise: 'D12',
    name: 'send() connects by itself',
    bare: { fails: /^a stream afterwards, whole/ },
    concerns: ({ version }) => dialsByItself(version),
    async run(stage) {
      const voice = await closed(stage);
      await stage.works(voice, 'a');
      await stage.works(voice, 'b');
      assert.equal(stage.connections, 2);
      stage.server.inflict({ kind: 'close', code: 1000 });
      await stage.ready(() => !voice.connected, 'the drop');
      await Promise.all([stage.works(voice, 'c'), stage.works(voice, 'd')]);
      assert.equal(stage.connections, 3);
    },
  },
  {
    id: 'send-connects-after-a-failure',
    promise: ['D9', 'D12'],
    name: 'send() connects after a failed attempt',
    bare: { fails: /did not match the regular expression \/401/ },
    concerns: ({ version }) => dialsByItself(version),
    async run(stage) {
      const voice = await closed(stage);
      stage.server.behaviour = () => ({ greeting: 'upgrade-401' });
      const errors = await Promise.all(
        [1, 2].map((n) => stage.failure(() => voice.send(request(stage.version, `a${n}`)))),
      );
      for (const error of errors) assert.match(error.message, /401/);
      assert.equal(stage.connections, 2);
      await stage.works(voice, 'b');
    },
  },
  {
    id: 'order-in-one-tick',
    promise: 'D14',
    name: 'what is said in one tick keeps its order on the wire',
    bare: 'passes',
    concerns: ({ version }) => !/^1\.0\./.test(version),
    async run(stage) {
      const voice = await stage.open();
      const say = (transcript: string) => ({ ...request(stage.version, 'a'), transcript });
      const said = [voice.send(say('1')), voice.continue?.(say('2')), voice.send(say('3')), voice.continue?.(say('4'))];
      await stage.within(Promise.all(said), 'the calls');
      await stage.until(() => stage.server.seen.messages.length === 4, 'four messages');
      assert.deepEqual(
        stage.server.seen.messages.map(({ transcript }) => transcript),
        ['1', '2', '3', '4'],
      );
    },
  },
  {
    id: 'force-in-a-black-hole',
    promise: 'D2',
    name: 'disconnect(true) in a black hole: in milliseconds, and says what was abandoned',
    bare: staysOpen,
    async run(stage) {
      const voice = await stage.open(blackHole);
      const reader = stage.read(await stage.speak(voice, 'a'));
      // The server is deaf from the second chunk on. Before, it answers a close frame.
      await stage.ready(() => reader.samples >= 2 * chunkSamples, 'two chunks');
      const report = await stage.hangUp(voice, true);
      await stage.until(() => voice.socket?._ws?.readyState === 3, 'the client to be CLOSED');
      assert.equal(await stage.endsAfter(reader), 0);
      stage.reported(report, 'forced');
      if (report) assert.equal(report.abandoned.length, 1);
      assert.equal(stage.own(voice).connected, false);
    },
  },
];
