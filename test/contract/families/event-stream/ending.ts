import assert from 'node:assert/strict';
import { missing } from '../../defects.ts';
import { audio } from '../../drivers/event-stream-sdk.ts';
import { blackHole, endless } from '../../stage.ts';
import { type StreamScenario, unended } from './stage.ts';

/** D1, D2, D4, D5: how a connection is ended, and what is refused after that. */
export const ending: readonly StreamScenario[] = [
  {
    id: 'force-in-a-black-hole',
    promise: 'D2',
    name: 'disconnect(true) in a black hole: the iterator ends with its close item, the socket is destroyed',
    bare: unended,
    async run(stage) {
      const ws = await stage.live(blackHole);
      const reader = stage.read(ws);
      stage.say(ws);
      await stage.transcripts(reader, 2);
      await stage.end(ws, true);
      const { type, code, unsent } = await stage.closes(reader);
      assert.deepEqual({ type, code, unsent }, { type: 'close', code: 1006, unsent: [] });
      assert.equal(ws.socket.readyState, 3);
    },
  },
  {
    id: 'graceful',
    promise: 'D1',
    name: 'disconnect(): a close frame, its answer, and the close item of the SDK',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.live();
      const reader = stage.read(ws);
      stage.say(ws);
      await stage.transcripts(reader, 1);
      const report = await stage.end(ws);
      const { type, code, reason, unsent } = await stage.closes(reader);
      assert.deepEqual({ type, code, reason, unsent }, { type: 'close', code: 1000, reason: 'OK', unsent: [] });
      assert.deepEqual(stage.server.seen.connections[0]!.close, { code: 1000, reason: 'OK' });
      if (stage.cell.delivery !== 'bare') assert.equal(report?.outcome, 'graceful');
    },
  },
  {
    id: 'own-close-keeps-its-parameters',
    promise: 'D5',
    name: 'close({ code, reason }): both go out in this tick, and its promise is bounded by force',
    bare: unended,
    async run(stage) {
      const ws = await stage.live({ onClose: 'ignore' });
      const reader = stage.read(ws);
      const closing = ws.close({ code: 4001, reason: 'done here' });
      assert.equal(ws.socket.readyState, 2, 'CLOSING in this tick');
      const [connection] = stage.server.seen.connections;
      await stage.ready(() => connection?.close !== undefined, 'the close frame');
      assert.deepEqual(connection?.close, { code: 4001, reason: 'done here' });
      assert.equal((await stage.closes(reader)).type, 'close');
      assert.equal((await stage.within(Promise.resolve(closing), 'close()'))?.outcome, 'forced');
    },
  },
  {
    id: 'late-sends',
    promise: 'D4',
    name: 'send() and sendRaw() after the end throw DisconnectedError, and dial nothing',
    bare: { crashes: /cannot send on a closed WebSocket/ },
    async run(stage) {
      const ws = await stage.live();
      await stage.end(ws);
      for (const call of [() => ws.send({ type: 'config' }), () => ws.sendRaw(new Uint8Array(2))]) {
        assert.throws(call, { code: 'ERR_DISCONNECTED' });
      }
      await stage.dialled(1);
      await stage.isClosed(ws);
      assert.throws(() => stage.say(ws), { code: 'ERR_DISCONNECTED' });
      assert.equal((await stage.closes(stage.read(ws))).type, 'close', 'a late iterator ends at once');
    },
  },
  {
    id: 'unsent-is-handed-back',
    promise: 'D14',
    name: 'what was sent while CONNECTING and is not sent is handed back as unsent',
    bare: 'passes',
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-stall' });
      const ws = stage.transcribe();
      const reader = stage.read(ws);
      ws.sendRaw(new Uint8Array([1, 2, 3]));
      await stage.end(ws, true);
      const { unsent } = await stage.closes(reader);
      assert.deepEqual(unsent, [{ type: 'raw', data: new Uint8Array([1, 2, 3]) }]);
    },
  },
  {
    id: 'force-in-the-loop-that-reads',
    promise: ['D1', 'D2'],
    name: 'disconnect(true) from inside the loop that reads',
    bare: missing,
    async run(stage) {
      const ws = await stage.live(endless);
      const reader = stage.read(ws, (item) => item.message && stage.disconnect(ws, true));
      stage.say(ws);
      assert.equal((await stage.closes(reader)).type, 'close');
    },
  },
  {
    id: 'same-promise',
    promise: 'D1',
    name: 'await using, connected, the same promise for every call, and no invalid budget',
    bare: missing,
    async run(stage) {
      const ws = await stage.live(endless);
      assert.equal(stage.own(ws).connected, true);
      assert.throws(() => ws.disconnect({ timeout: -1 }), TypeError);
      assert.equal(ws.connected, true);
      const first = ws.disconnect();
      assert.equal(ws.connected, false);
      assert.equal(ws.disconnect(true), first);
      assert.equal(ws.close(), first);
      await stage.within(ws[Symbol.asyncDispose](), 'asyncDispose');
      assert.equal((await first).outcome, 'forced');
    },
  },
  {
    id: 'client-ends-its-sockets',
    promise: ['D1', 'D4'],
    name: 'client.disconnect() ends its sockets, and refuses new ones',
    bare: missing,
    async run(stage) {
      await stage.serve(endless);
      const client = stage.sttClient();
      const sockets = [stage.transcribe({ client }), stage.transcribe({ client })];
      const readers = sockets.map((ws) => stage.read(ws));
      for (const ws of sockets) await stage.isOpen(ws);
      await stage.within(stage.disconnect(client), 'client.disconnect()');
      for (const reader of readers) assert.equal((await stage.closes(reader)).type, 'close');
      assert.throws(() => stage.transcribe({ client }), { code: 'ERR_DISCONNECTED' });
      await stage.settle();
      assert.equal(stage.server.seen.connections.length, 2);
    },
  },
  {
    id: 'drain-transcribes-the-rest',
    promise: 'D1',
    name: 'disconnect({drain}) has the provider transcribe what it has heard, and the iterator gets it',
    bare: { fails: /^40 transcripts/ },
    async run(stage) {
      const ws = await stage.live({ chunks: 40, interval: 5 });
      const reader = stage.read(ws);
      ws.sendRaw(audio);
      await stage.settle();
      const report = await stage.end(ws, { drain: 60_000 });
      await stage.transcribes(reader, 40);
      const { type, code } = await stage.closes(reader);
      assert.deepEqual({ type, code }, { type: 'close', code: 1000 });
      if (report !== undefined) assert.equal(report.outcome, 'graceful');
    },
  },
];
