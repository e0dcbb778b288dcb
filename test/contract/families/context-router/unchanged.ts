import assert from 'node:assert/strict';
import { loadReference, type Sdk } from '../../../support/sdk.ts';
import { staysOpen } from '../../defects.ts';
import { endless } from '../../stage.ts';
import { type Scenario, speech, type VoiceSocket, VoiceStage } from './stage.ts';

/** Everything a call puts on the wire, and everything listeners hear, in order. */
interface Log {
  upgrades: unknown[];
  frames: string[];
  heard: string[];
  received: string[];
  close: unknown;
}

/** A session without a fault, the same for the bare SDK and for the one under test. */
async function session(stage: VoiceStage, sdk: Sdk): Promise<Log> {
  const server = await stage.serve({
    chunks: 2,
    interval: 1,
    fault: { kind: 'text', data: '{"type":"timestamps","context_id":"$CTX","word_timestamps":{"words":[]}}' },
  });
  const ws = await stage.within(stage.client(server.url, sdk).tts.websocket({ ca: server.ca }), 'websocket()');
  const heard: string[] = [];
  for (const event of ['event', 'chunk', 'timestamps', 'done', 'flush_done', 'error', 'close', 'open', 'message']) {
    ws.on(event, (payload) => heard.push(`${event} ${JSON.stringify({ ...payload, audio: payload?.audio?.length })}`));
  }
  const received = await calls(stage, ws);
  ws.close({ code: 4001, reason: 'bye' });
  const sameTick = ws.socket.readyState === ws.socket.CLOSING;
  await stage.isGone(ws);
  const [connection] = server.seen.connections;
  const headers = { ...connection?.upgrade?.headers, 'sec-websocket-key': '', host: '' };
  return {
    upgrades: [{ url: connection?.upgrade?.url, headers }],
    frames: connection!.frames,
    heard,
    received,
    close: { ...connection!.close, sameTick },
  };
}

async function calls(stage: VoiceStage, ws: VoiceSocket): Promise<string[]> {
  const received: string[] = [];
  const read = async (name: string, stream: AsyncIterable<unknown>) => {
    const consumer = stage.consume(stream as AsyncIterable<{ type: string; audio?: Uint8Array }>);
    await stage.endsQuietly(consumer);
    for (const event of consumer.events) received.push(`${name} ${event.type} ${event.audio?.constructor.name}`);
  };
  const pushed = stage.context(ws, 'pushed');
  await pushed.push({ transcript: 'one', flush: true });
  await pushed.push({ transcript: 'two' });
  await pushed.flush();
  await pushed.no_more_inputs();
  await read('pushed', pushed.receive());
  const sent = stage.context(ws, 'sent');
  await sent.send({ transcript: 'three', continue: false });
  await read('sent', sent.receive());
  await read('ws.generate', ws.generate({ ...speech, transcript: 'four', context_id: 'generated' }));
  await read('context.generate', stage.context(ws, 'own').generate({ transcript: 'five' }));
  const cancelled = stage.context(ws, 'cancelled');
  await cancelled.push({ transcript: 'six' });
  await cancelled.cancel();
  await read('cancelled', cancelled.receive());
  await ws.send({ ...speech, transcript: 'seven', context_id: 'raw' });
  await ws.cancelContext('raw');
  // A round trip, so that the answers to the cancels are part of both logs.
  await read('last', ws.generate({ ...speech, transcript: 'eight', context_id: 'last' }));
  return received;
}

/** D14: without a shutdown or a fault nothing changes. */
export const unchanged: readonly Scenario[] = [
  {
    id: 'same-bytes-and-events',
    promise: 'D14',
    name: 'same bytes on the wire, same events in the same order as the bare SDK',
    bare: 'passes',
    async run(stage) {
      const reference = new VoiceStage(stage.cell, loadReference(stage.cell.version), 4_000);
      try {
        const expected = await session(reference, reference.sdk);
        const actual = await session(stage, stage.sdk);
        assert.deepEqual(actual, expected);
        assert.ok(expected.frames.length > 10 && expected.heard.length > 30, 'the log is not empty');
      } finally {
        await reference.dispose();
      }
    },
  },
  {
    id: 'key-in-a-header',
    promise: 'D13',
    name: 'the API key is sent as a header and never in the URL',
    bare: 'passes',
    async run(stage) {
      await stage.open();
      const upgrade = stage.server.seen.connections[0]!.upgrade!;
      assert.doesNotMatch(upgrade.url, /TESTKEY/);
      assert.equal(upgrade.headers.authorization, 'Bearer sk_car_TESTKEYdonotprint');
    },
  },
  {
    id: 'own-close-keeps-its-parameters',
    promise: 'D5',
    name: 'close(props) returns a promise, keeps code and reason, and its frame goes out in the same tick',
    bare: { fails: /^close\(\) must return a promise/ },
    async run(stage) {
      const ws = await stage.open();
      const closed = ws.close({ code: 4000, reason: 'done here' });
      assert.equal(ws.socket.readyState, ws.socket.CLOSING);
      assert.ok(closed instanceof Promise, 'close() must return a promise');
      await stage.within(closed, 'close()');
      assert.deepEqual(stage.server.seen.connections[0]!.close, { code: 4000, reason: 'done here' });
      assert.equal(ws.socket.readyState, ws.socket.CLOSED);
    },
  },
  {
    id: 'own-close-twice',
    promise: 'D5',
    name: 'close() without arguments sends code 1000 and reason OK; closing twice is harmless',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open();
      await Promise.all([ws.close(), ws.close()]);
      await stage.isGone(ws);
      await ws.close();
      await stage.ready(() => stage.server.seen.connections[0]!.close !== undefined, 'the close frame');
      assert.deepEqual(stage.server.seen.connections[0]!.close, { code: 1000, reason: 'OK' });
      assert.equal(stage.heard.length, 0);
    },
  },
  {
    id: 'own-close-is-bounded',
    promise: 'D5',
    name: 'close() forces after a second when its frame is not answered',
    bare: staysOpen,
    async run(stage) {
      const ws = await stage.open({ onClose: 'ignore' });
      await stage.within(Promise.resolve(ws.close()), 'close()');
      await stage.isGone(ws);
    },
  },
  {
    id: 'break-leaves-others-alone',
    promise: 'D14',
    name: 'breaking out of a receive loop leaves the connection and other streams alone',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open({ chunks: 20, interval: 1 });
      const other = await stage.speak(ws, 'other');
      const context = stage.context(ws, 'a');
      await context.push({ transcript: 'hello' });
      for await (const event of context.receive()) if (event.type === 'chunk') break;
      assert.equal((await context.receive().next()).done, true);
      await other.context.no_more_inputs();
      await stage.endsQuietly(other);
      assert.equal(other.events.length, 21);
      await stage.stillWorks(ws);
    },
  },
  {
    id: 'cancel-mid-stream',
    promise: ['D6', 'D14'],
    name: 'cancel() in mid-stream tells the server, ends the loop quietly and leaves the connection open',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open(endless);
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(2);
      await stage.within(stream.context.cancel(), 'cancel()');
      await stage.endsQuietly(stream);
      await stage.until(() => stage.server.seen.messages.some((message) => message.cancel === true), 'the cancel');
      await stage.stillWorks(ws);
    },
  },
  {
    id: 'own-timeout-error',
    promise: 'D8',
    name: "receive({timeout}) and a context's timeout keep the SDK's own WebSocketTimeoutError",
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open({ chunks: 2, done: false });
      const context = stage.context(ws, 'a', { timeout: 5_000 });
      const own = stage.consume(context.receive({ timeout: 1200 }));
      await context.push({ transcript: 'hello' });
      const error = await stage.endsWith(own);
      assert.equal((error as Error & { timeoutMs?: number }).timeoutMs, 1200);
      assert.equal(error.constructor.name, 'WebSocketTimeoutError');
      assert.equal(own.events.length, 2);
    },
  },
  {
    id: 'id-in-use',
    promise: 'D14',
    name: 'a second context with an id in use is refused by name, and the first goes on',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open();
      const first = await stage.speak(ws, 'a');
      assert.throws(() => stage.context(ws, 'a'), /Context a is already registered/);
      await first.context.no_more_inputs();
      await stage.endsQuietly(first);
      assert.equal(first.events.at(-1)?.type, 'done');
    },
  },
];
