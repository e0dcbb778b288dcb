import assert from 'node:assert/strict';
import { reservedOpcodeFrame } from '../../../support/voice-server.ts';
import { slug } from '../../play.ts';
import { blackHole, endless } from '../../stage.ts';
import { type StreamScenario, unended } from './stage.ts';

const badFrames = {
  null: 'null',
  'type __proto__': '{"type":"__proto__"}',
  'type constructor': '{"type":"constructor"}',
  'a type that is no text': '{"type":{"toString":1}}',
};
const unreadable = /Cannot read properties of null|is not a function|Cannot convert object/;

/** D7, D10, D11: what the peer and the network do. */
export const faults: readonly StreamScenario[] = [
  ...Object.entries(badFrames).flatMap(([name, data]): StreamScenario[] => [
    {
      id: `frame-${slug(name)}-unheard`,
      promise: 'D10',
      name: `${name}, with nobody who listens: the connection goes on`,
      bare: { crashes: unreadable },
      async run(stage) {
        const ws = await stage.live();
        stage.server.inflict({ kind: 'text', data });
        await stage.settle();
        const reader = stage.read(ws);
        stage.say(ws);
        await stage.transcripts(reader, 3);
        await stage.end(ws);
      },
    },
    {
      id: `frame-${slug(name)}-iterated`,
      promise: 'D10',
      name: `${name}, with an iterator: it gets an error, and goes on`,
      bare: { crashes: unreadable },
      async run(stage) {
        const ws = await stage.live();
        const reader = stage.read(ws);
        stage.server.inflict({ kind: 'text', data });
        await stage.until(() => reader.items.some(({ type }) => type === 'error'), 'the error');
        stage.say(ws);
        await stage.transcripts(reader, 3);
        await stage.end(ws);
      },
    },
  ]),
  {
    id: 'error-event-unheard',
    promise: 'D10',
    name: "an error event of the provider's, with nobody who listens",
    bare: { crashes: /injected error/ },
    async run(stage) {
      const ws = await stage.live();
      stage.server.inflict({ kind: 'error-event', withContext: false });
      await stage.settle();
      assert.equal(ws.socket.readyState, 1);
      await stage.end(ws);
    },
  },
  {
    id: 'error-event-iterated',
    promise: ['D10', 'D14'],
    name: "an error event of the provider's, with an iterator: the SDK's own item",
    bare: 'passes',
    async run(stage) {
      const ws = await stage.live();
      const reader = stage.read(ws);
      stage.server.inflict({ kind: 'error-event', withContext: false });
      await stage.until(() => reader.items.some(({ type }) => type === 'error'), 'the error');
      assert.match(String(reader.items.at(-1)?.error?.message), /injected error/);
    },
  },
  {
    id: 'protocol-error-unheard',
    promise: 'D10',
    name: 'a frame that breaks the protocol, with nobody who listens',
    bare: { crashes: /Invalid WebSocket frame/ },
    async run(stage) {
      const ws = await stage.live();
      stage.server.inflict({ kind: 'raw', bytes: reservedOpcodeFrame });
      await stage.isClosed(ws);
      await stage.settle();
      await stage.end(ws);
    },
  },
  {
    id: 'raw-items',
    promise: 'D14',
    name: 'a binary frame and text that is no JSON are raw items, as they were',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.live();
      const reader = stage.read(ws);
      stage.server.inflict({ kind: 'text', data: 'hello' });
      stage.server.inflict({ kind: 'binary', bytes: 9 });
      await stage.until(() => reader.items.filter(({ type }) => type === 'raw').length === 2, 'two raw items');
      assert.ok(!reader.items.some(({ type }) => type === 'error'));
    },
  },
  ...([1000, 1011, 4000] as const).map(
    (code): StreamScenario => ({
      id: `close-${code}`,
      promise: 'D7',
      name: `the provider closes with ${code}: the iterator ends with the SDK's own item`,
      bare: 'passes',
      async run(stage) {
        const ws = await stage.live(endless);
        const reader = stage.read(ws);
        const closes: unknown[][] = [];
        ws.on('close', ((...args: unknown[]) => closes.push(args)) as never);
        stage.say(ws);
        await stage.transcripts(reader, 1);
        stage.server.inflict({ kind: 'close', code, reason: 'so long' });
        assert.deepEqual(await stage.closes(reader), { type: 'close', code, reason: 'so long', unsent: [] });
        await stage.isClosed(ws);
        await stage.settle();
        assert.deepEqual(closes, [[code, 'so long', []]], 'told once');
      },
    }),
  ),
  ...(['reset', 'fin'] as const).map(
    (kind): StreamScenario => ({
      id: kind,
      promise: 'D7',
      name: `${kind}: the iterator ends with 1006`,
      bare: 'passes',
      async run(stage) {
        const ws = await stage.live(endless, { listen: true });
        const reader = stage.read(ws);
        stage.say(ws);
        await stage.transcripts(reader, 1);
        stage.server.inflict({ kind });
        assert.equal((await stage.closes(reader)).code, 1006);
      },
    }),
  ),
  {
    id: 'close-frame-and-hang',
    promise: 'D7',
    name: "the peer's close frame without the end of TCP is noticed at once",
    bare: unended,
    async run(stage) {
      const ws = await stage.live(endless);
      const reader = stage.read(ws);
      stage.say(ws);
      await stage.transcripts(reader, 1);
      stage.server.inflict({ kind: 'close-and-hang', code: 1011 });
      const { type, code, unsent } = await stage.closes(reader);
      assert.deepEqual({ type, code, unsent }, { type: 'close', code: 1011, unsent: [] });
      assert.equal(ws.socket.readyState, 2, 'before its socket is CLOSED');
      assert.equal((await stage.closes(stage.read(ws))).type, 'close', 'so does an iterator that begins now');
      await stage.isClosed(ws);
    },
  },
  {
    id: 'send-after-the-drop',
    promise: 'D10',
    name: 'a message to a connection that the provider has closed, with nobody who listens',
    bare: { crashes: /cannot send on a closed WebSocket/ },
    async run(stage) {
      const ws = await stage.live();
      stage.server.inflict({ kind: 'close', code: 1000 });
      await stage.isClosed(ws);
      ws.sendRaw(new Uint8Array(2));
      await stage.dialled(1);
      await stage.end(ws);
    },
  },
  {
    id: 'heartbeat',
    promise: 'D11',
    name: 'heartbeat: a black hole ends the iterator with the cause before its close item',
    bare: unended,
    async run(stage) {
      await stage.serve(blackHole);
      const client = stage.clientWith({ heartbeat: { interval: 50, timeout: 150 } });
      const ws = stage.transcribe({ client });
      const reader = stage.read(ws);
      stage.say(ws);
      assert.equal((await stage.closes(reader)).code, 1006);
      assert.equal(reader.items.at(-2)?.error?.code, 'ERR_HEARTBEAT');
    },
  },
];
