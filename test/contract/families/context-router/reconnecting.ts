import assert from 'node:assert/strict';
import { silent } from '../../defects.ts';
import { endless } from '../../stage.ts';
import { type Scenario, speech, type VoiceSocket, type VoiceStage } from './stage.ts';

/** The reconnect wipes the queue of the context that caused it, and drops what is sent while it is CONNECTING. */
const lost = { fails: /^the stream must be whole/ } as const;

/** A connected socket whose connection the server has closed; `context` was made before that, and never used. */
async function afterDrop(stage: VoiceStage, next = {}): Promise<VoiceSocket> {
  const ws = await stage.open((connection) => (connection === 0 ? {} : next));
  stage.server.inflict({ kind: 'close', code: 1000 });
  await stage.isGone(ws);
  return ws;
}

async function isServed(stage: VoiceStage, ws: VoiceSocket, contextId: string): Promise<void> {
  const stream = await stage.speak(ws, contextId);
  await stream.context.no_more_inputs();
  await stage.endsQuietly(stream);
  assert.deepEqual(
    stream.events.map((event) => event.type),
    ['chunk', 'chunk', 'chunk', 'done'],
    'the stream must be whole',
  );
}

async function dialledTwice(stage: VoiceStage): Promise<void> {
  await stage.settle();
  assert.equal(stage.server.seen.connections.length, 2);
}

/** D12: a reconnect that the SDK makes by itself after a server drop. */
export const reconnecting: readonly Scenario[] = [
  {
    id: 'new-context-reconnects',
    promise: 'D12',
    name: 'a context made after an idle server close reconnects and is received',
    bare: lost,
    async run(stage) {
      await isServed(stage, await afterDrop(stage), 'a');
      await dialledTwice(stage);
    },
  },
  {
    id: 'unused-context-reconnects',
    promise: 'D12',
    name: 'a context made before an idle server close, unused, reconnects and is received',
    bare: lost,
    async run(stage) {
      const ws = await stage.open();
      const context = stage.context(ws, 'early');
      stage.server.inflict({ kind: 'close', code: 1000 });
      await stage.isGone(ws);
      const stream = stage.consume(context.receive());
      await stage.within(context.push({ transcript: 'hello' }), 'push()');
      await context.no_more_inputs();
      await stage.endsQuietly(stream);
      assert.equal(stream.events.length, 4, 'the stream must be whole');
      await dialledTwice(stage);
    },
  },
  {
    id: 'cut-stream-is-not-resumed',
    promise: ['D7', 'D12'],
    name: 'a new context after a drop in mid-stream reconnects; the stream that was cut is not resumed',
    bare: silent,
    async run(stage) {
      const ws = await stage.open((connection) => (connection === 0 ? endless : {}));
      const cut = await stage.speak(ws, 'cut');
      await cut.chunks(1);
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.endsWith(cut, 'ERR_STREAM_ENDED');
      await isServed(stage, ws, 'fresh');
      await stage.rejects(cut.context.push({ transcript: 'more' }), 'ERR_STREAM_ENDED');
      await dialledTwice(stage);
      const second = stage.server.seen.connections[1]!.messages;
      assert.deepEqual(new Set(second.map((message) => message.context_id)), new Set(['fresh']));
    },
  },
  {
    id: 'two-first-pushes',
    promise: 'D12',
    name: 'two concurrent first pushes after a drop share one new connection and are both received',
    bare: lost,
    async run(stage) {
      const ws = await afterDrop(stage);
      await Promise.all([isServed(stage, ws, 'a'), isServed(stage, ws, 'b')]);
      await dialledTwice(stage);
    },
  },
  {
    id: 'ten-first-pushes',
    promise: 'D12',
    name: 'ten concurrent first pushes after a reset share one new connection',
    bare: lost,
    async run(stage) {
      const ws = await stage.open();
      stage.server.inflict({ kind: 'reset' });
      await stage.isGone(ws);
      await Promise.all(Array.from({ length: 10 }, (_, index) => isServed(stage, ws, `c${index}`)));
      await dialledTwice(stage);
    },
  },
  {
    id: 'generate-reconnects',
    promise: 'D12',
    name: 'generate() after a server close reconnects',
    bare: 'passes',
    async run(stage) {
      const ws = await afterDrop(stage);
      const stream = stage.consume(ws.generate({ ...speech, transcript: 'hello', context_id: 'g' }));
      await stage.endsQuietly(stream);
      assert.equal(stream.events.length, 4);
      await dialledTwice(stage);
    },
  },
  {
    id: 'same-upgrade-request',
    promise: 'D12',
    name: 'a reconnect sends the same upgrade request as the first connect',
    bare: 'passes',
    async run(stage) {
      await stage.serve();
      const ws = await stage.connect({ headers: { 'x-trace': 'abc' } });
      stage.server.inflict({ kind: 'close', code: 1001 });
      await stage.isGone(ws);
      await stage.within(ws.send({ ...speech, transcript: 'hello', context_id: 'x' }), 'send()');
      const [first, second] = stage.server.seen.connections.map(({ upgrade }) => ({
        ...upgrade,
        headers: { ...upgrade?.headers, 'sec-websocket-key': '' },
      }));
      assert.deepEqual(second, first);
      assert.equal(first?.headers['x-trace' as keyof object], 'abc');
    },
  },
  {
    id: 'refused-reconnect',
    promise: ['D9', 'D12'],
    name: 'a reconnect that the server refuses rejects the push and is not retried',
    bare: { crashes: /401/ },
    async run(stage) {
      const ws = await stage.open((connection) => (connection === 0 ? {} : { greeting: 'upgrade-401' }), {
        listen: false,
      });
      stage.server.inflict({ kind: 'close', code: 1000 });
      await stage.isGone(ws);
      await stage.rejects(stage.context(ws, 'a').push({ transcript: 'hello' }));
      await dialledTwice(stage);
      await stage.hangUp(ws);
    },
  },
  {
    id: 'disconnect-during-a-reconnect',
    promise: ['D4', 'D12'],
    name: 'disconnect() during a reconnect ends it and rejects the push that waits for it',
    bare: { crashes: /closed before the connection (was|is) established/ },
    async run(stage) {
      const ws = await stage.open((connection) => (connection === 0 ? {} : { greeting: 'upgrade-stall' }), {
        listen: false,
      });
      stage.server.inflict({ kind: 'close', code: 1000 });
      await stage.isGone(ws);
      const push = stage.context(ws, 'a').push({ transcript: 'hello' });
      push.catch(() => {});
      await stage.ready(() => stage.server.seen.upgrades === 2, 'the second upgrade request');
      await stage.hangUp(ws);
      await stage.rejects(push, 'ERR_DISCONNECTED');
      await stage.isGone(ws);
      await dialledTwice(stage);
    },
  },
  {
    id: 'disconnect-after-a-reconnect',
    promise: 'D12',
    name: 'disconnect() after a reconnect ends the new connection',
    bare: silent,
    async run(stage) {
      const ws = await afterDrop(stage, endless);
      const stream = stage.consume(ws.generate({ ...speech, transcript: 'hello', context_id: 'g' }));
      await stream.chunks(2);
      await stage.hangUp(ws);
      await stage.endsQuietly(stream);
      await stage.until(() => stage.server.seen.connections[1]!.ended, 'the server to see the end');
      await dialledTwice(stage);
    },
  },
];
