import assert from 'node:assert/strict';
import { dialsByItself, is1x, key, request, type Voice } from '../support/reconnecting.ts';
import { closedPort } from '../support/voice-server.ts';
import { type Bench, endless, type Scenario } from './bench.ts';

/** What the SDK waits before it dials again is seconds. @param delay in ms */
function hurry(voice: Voice, delay = soon): void {
  Object.assign(voice.socket!._options, { minReconnectionDelay: delay, maxReconnectionDelay: delay });
}

const soon = 40;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A connection that the server has closed for good: the SDK of 2.x does not dial again after that. */
async function closed(bench: Bench): Promise<Voice> {
  const voice = await bench.open();
  bench.server.inflict({ kind: 'close', code: 1000 });
  await bench.until(() => voice.socket?._ws?.readyState === 3, 'the drop');
  return voice;
}

/** One that has dropped, and that the SDK will open again after so many ms. 2.x does it at once the first time. */
async function inBackOff(bench: Bench, delay: number): Promise<Voice> {
  const voice = await bench.open();
  hurry(voice, delay);
  for (let drops = is1x(bench.version) ? 1 : 2; drops > 0; drops--) {
    const { connections } = bench;
    const inner = voice.socket?._ws;
    bench.server.inflict({ kind: 'close', code: 1011 });
    if (drops > 1) {
      await bench.until(() => bench.connections > connections && voice.socket?._ws?.readyState === 1, 'the reconnect');
      await bench.settle();
    } else await bench.until(() => inner?.readyState === 3, 'the drop');
  }
  return voice;
}

const orphans = { fails: 'the first connection is an orphan' } as const;

/** `connect()`, what dials without it, and what comes after a drop. */
export const connecting: readonly Scenario[] = [
  {
    name: 'connect() twice at once: one connection, the same result',
    bare: orphans,
    async run(bench) {
      await bench.serve();
      const voice = bench.make();
      const results = await bench.within(Promise.all([bench.connect(voice), bench.connect(voice)]), 'connect()');
      assert.equal(typeof results[0].on, 'function');
      await bench.settle();
      assert.equal(bench.connections, 1);
      await bench.works(voice, 'a');
    },
  },
  {
    name: 'connect() when connected: refused, and the connection stays',
    bare: (version) => (/^1\.[0-2]\./.test(version) ? orphans : 'passes'),
    async run(bench) {
      const voice = await bench.open();
      await assert.rejects(bench.connect(voice), /already connected/);
      await bench.works(voice, 'a');
      assert.equal(bench.connections, 1);
    },
  },
  {
    name: 'connect() after a drop: at once, and nothing else dials',
    bare: { fails: 'the old one dials as well' },
    async run(bench) {
      const voice = await inBackOff(bench, 250);
      const { connections } = bench;
      await bench.within(bench.connect(voice), 'connect()');
      await sleep(400);
      assert.equal(bench.connections, connections + 1);
      await bench.works(voice, 'a');
    },
  },
  {
    name: 'a refused handshake: connect() says why, and nothing dials again',
    bare: { fails: 'it rejects with a sentence and no cause' },
    async run(bench) {
      await bench.serve({ greeting: 'upgrade-401' });
      const voice = bench.make();
      const connecting = bench.connect(voice);
      hurry(voice);
      const error = await bench.failure(() => connecting);
      assert.match(error.message, /401/);
      assert.ok(!JSON.stringify([error.message, error.stack]).includes(key));
      await sleep(4 * soon);
      assert.equal(bench.connections, 1);
      bench.server.behaviour = {};
      await bench.within(bench.connect(voice), 'connect()');
      await bench.works(voice, 'a');
    },
  },
  {
    name: 'nobody there: connect() says so, and nothing is left',
    bare: { fails: 'it rejects with a sentence and no cause' },
    async run(bench) {
      await bench.serve();
      const voice = bench.make(`${is1x(bench.version) ? 'http' : 'https'}://127.0.0.1:${closedPort}`);
      const error = await bench.failure(() => bench.connect(voice));
      assert.match(`${error.code} ${error.message}`, /ECONNREFUSED/);
      assert.equal(voice.connected, false);
    },
  },
  {
    name: "a handshake that stalls: the SDK's own limit counts, as a ConnectTimeoutError",
    bare: (version) => (is1x(version) ? { fails: 'it does not say why' } : { crashes: /closed before the connection/ }),
    // Before that, connect() takes no options.
    concerns: (version) => version === '1.3.0' || !is1x(version),
    async run(bench) {
      await bench.serve({ greeting: 'upgrade-stall' });
      const error = await bench.failure(() => bench.connect(bench.make(), { connectionTimeout: 120 }));
      assert.deepEqual([error.code, error.timeout], ['ERR_CONNECT_TIMEOUT', 120]);
      await bench.settle();
      assert.equal(bench.connections, 1);
    },
  },
  {
    name: 'no class of sockets: connect() rejects, and tries no more',
    bare: { fails: 'it tries for ever' },
    concerns: (version) => is1x(version) && typeof WebSocket === 'undefined',
    async run(bench) {
      await bench.serve();
      const voice = bench.make();
      let attempts = 0;
      const connecting = voice.connect();
      const { socket } = voice;
      Object.defineProperty(socket!._options, 'WebSocket', { get: () => void attempts++ });
      hurry(voice);
      await bench.failure(() => connecting);
      attempts = 0;
      await sleep(4 * soon);
      assert.equal(attempts, 0);
      assert.equal(socket!._shouldReconnect, false);
    },
  },
  {
    name: 'a key that cannot be had: connect() rejects with the reason',
    bare: (version) => (is1x(version) ? { fails: 'it tries for ever' } : { crashes: /no key today/ }),
    // Before that, keys are strings.
    concerns: (version) => !/^(1\.0\.|2\.1\.[0-7]$)/.test(version),
    async run(bench) {
      await bench.serve();
      const voice = bench.make();
      const apiKey = () => Promise.reject(new Error('no key today'));
      Object.assign(is1x(bench.version) ? voice : (voice as unknown as { options: object }).options, { apiKey });
      const error = await bench.failure(() => bench.connect(voice));
      assert.match(error.message, /no key today/);
      assert.equal(bench.connections, 0);
    },
  },
  {
    name: 'disconnect() in the tick of connect(): it rejects, and nothing is dialled',
    bare: { fails: 'connect() is never settled' },
    async run(bench) {
      await bench.serve();
      const voice = bench.make();
      const connecting = bench.connect(voice);
      const ended = bench.hangUp(voice);
      const error = await bench.failure(() => connecting);
      assert.equal(error.code, 'ERR_DISCONNECTED');
      assert.equal((await ended)?.outcome, 'graceful');
      await bench.settle();
      assert.equal(bench.connections, 0);
    },
  },
  {
    name: 'connect() after disconnect() opens again, also before that is over',
    bare: { fails: 'the end of the first connection is taken for that of the second' },
    async run(bench) {
      const voice = await bench.open();
      bench.server.behaviour = { onClose: 'ignore' };
      const ended = bench.hangUp(voice, { timeout: 100 });
      const connecting = bench.connect(voice);
      await ended;
      await bench.within(connecting, 'connect()');
      await bench.settle();
      assert.equal(voice.connected, true);
      await bench.works(voice, 'a');
      await bench.hangUp(voice);
      const error = await bench.failure(() => voice.send(request(bench.version, 'b')));
      assert.equal(error.code, 'ERR_DISCONNECTED');
      await bench.settle();
      assert.equal(bench.connections, 2);
    },
  },
  {
    name: 'disconnect() after connect() that waits for an earlier disconnect(): it wins',
    bare: { fails: 'the connection opens' },
    async run(bench) {
      const voice = await bench.open({ onClose: 'ignore' });
      void bench.hangUp(voice, { timeout: 100 });
      const connecting = bench.connect(voice);
      await bench.hangUp(voice, { timeout: 100 });
      assert.equal((await bench.failure(() => connecting)).code, 'ERR_DISCONNECTED');
      await bench.settle();
      assert.equal(bench.connections, 1);
    },
  },
  {
    name: "the SDK's own reconnect after a drop keeps working, until disconnect()",
    bare: 'passes',
    async run(bench) {
      const voice = await bench.open();
      hurry(voice);
      bench.server.inflict({ kind: 'close', code: 1011 });
      await bench.until(() => bench.connections === 2 && voice.socket?._ws?.readyState === 1, 'the reconnect');
      await bench.settle();
      await bench.works(voice, 'a');
      await bench.hangUp(voice);
      await sleep(4 * soon);
      assert.equal(bench.connections, 2);
    },
  },
  {
    name: 'disconnect() during the back-off: at once, and nothing dials',
    bare: { fails: 'a send then dials' },
    async run(bench) {
      const voice = await inBackOff(bench, 250);
      const { connections } = bench;
      const report = await bench.hangUp(voice);
      assert.equal(report?.outcome, 'graceful');
      const error = await bench.failure(() => voice.send(request(bench.version, 'late')));
      assert.equal(error.code, 'ERR_DISCONNECTED');
      await sleep(400);
      assert.equal(bench.connections, connections);
    },
  },
  {
    name: 'send() connects by itself',
    bare: { fails: 'no certificate can be handed in' },
    concerns: dialsByItself,
    async run(bench) {
      const voice = await closed(bench);
      await bench.works(voice, 'a');
      await bench.works(voice, 'b');
      assert.equal(bench.connections, 2);
      bench.server.inflict({ kind: 'close', code: 1000 });
      await bench.until(() => !voice.connected, 'the drop');
      await Promise.all([bench.works(voice, 'c'), bench.works(voice, 'd')]);
      assert.equal(bench.connections, 3);
    },
  },
  {
    name: 'send() connects after a failed attempt',
    bare: { fails: 'the failure is kept for ever' },
    concerns: dialsByItself,
    async run(bench) {
      const voice = await closed(bench);
      bench.server.behaviour = () => ({ greeting: 'upgrade-401' });
      const errors = await Promise.all(
        [1, 2].map((n) => bench.failure(() => voice.send(request(bench.version, `a${n}`)))),
      );
      for (const error of errors) assert.match(error.message, /401/);
      assert.equal(bench.connections, 2);
      await bench.works(voice, 'b');
    },
  },
  {
    name: 'what is said in one tick keeps its order on the wire',
    bare: 'passes',
    concerns: (version) => !/^1\.0\./.test(version),
    async run(bench) {
      const voice = await bench.open();
      const say = (transcript: string) => ({ ...request(bench.version, 'a'), transcript });
      const said = [voice.send(say('1')), voice.continue?.(say('2')), voice.send(say('3')), voice.continue?.(say('4'))];
      await bench.within(Promise.all(said), 'the calls');
      await bench.until(() => bench.server.seen.messages.length === 4, 'four messages');
      assert.deepEqual(
        bench.server.seen.messages.map(({ transcript }) => transcript),
        ['1', '2', '3', '4'],
      );
    },
  },
  {
    name: 'disconnect(true) in a black hole: in milliseconds, and says what was abandoned',
    bare: { fails: 'the close frame is waited for, 30 s' },
    async run(bench) {
      const voice = await bench.open({ ...endless, fault: { kind: 'black-hole' }, faultAfter: 2 });
      const reader = bench.read(await bench.speak(voice, 'a'));
      await bench.until(() => reader.samples > 0, 'audio');
      const report = await bench.hangUp(voice, true);
      await bench.until(() => voice.socket?._ws?.readyState === 3, 'CLOSED');
      assert.equal(await bench.endsQuietly(reader), 0);
      assert.equal(report?.outcome, 'forced');
      assert.equal(report.abandoned.length, 1);
      assert.equal(voice.connected, false);
    },
  },
];
