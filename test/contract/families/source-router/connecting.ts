import assert from 'node:assert/strict';
import { missing } from '../../defects.ts';
import { chunkSamples, request } from '../../drivers/source-router.ts';
import type { LineScenario } from '../../every/stage.ts';
import { endless } from '../../stage.ts';
import { ask, read, readAll, wrapperOf } from './support.ts';

/** The first socket is left open, with nobody to close it. */
const orphans = { fails: /^the server has seen \d connections, not 1/ };
/** send() resolves, and its source never ends. */
const silent = { fails: /^send\(\): not within/ };

/** D4, D9: `connect()` and `send()`, and what is between them. */
export const connecting: readonly LineScenario[] = [
  {
    id: 'one-attempt',
    promise: 'D9',
    name: 'connect() while it is connecting is the same attempt, and while it is connected nothing',
    bare: orphans,
    async run(stage) {
      await stage.serve({ upgradeDelay: 30 });
      const line = stage.dial();
      await stage.within(Promise.all([line.opened, line.reconnect(), line.reconnect()]), 'connect()');
      await stage.within(line.reconnect(), 'connect()');
      await stage.hangUp(line);
      await stage.dialled(1);
    },
  },
  {
    id: 'send-waits-for-the-handshake',
    promise: 'D9',
    name: 'send() while it is connecting waits for the handshake, in order',
    bare: { fails: /^send\(\) rejected/ },
    async run(stage) {
      await stage.serve({ upgradeDelay: 30 });
      const line = stage.dial();
      const both = () => Promise.all([ask(stage, line, 'a'), ask(stage, line, 'b')]);
      const sources = await stage.resolves(both, 'send()');
      for (const source of sources) assert.equal(await stage.within(readAll(source), 'the end'), 3 * chunkSamples);
      const ids = stage.server.seen.messages.map(({ context_id }) => context_id);
      assert.deepEqual(ids, ['a', 'b']);
    },
  },
  {
    id: 'send-shares-the-failure',
    promise: 'D9',
    name: 'send() rejects when the handshake that it waits for fails, with the same cause',
    bare: { fails: /^send\(\) must share the failure/ },
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-401' });
      const line = stage.dial();
      const sent = await stage.fails(() => wrapperOf(line).send(request), 'send()');
      assert.equal(sent, await stage.fails(() => line.opened, 'connect()'), 'send() must share the failure');
    },
  },
  {
    id: 'failed-connect-leaves-nothing',
    promise: 'D9',
    name: 'a failed connect() leaves nothing: send() says that it is not connected, and connect() tries again',
    bare: silent,
    async run(stage) {
      const server = await stage.serve((connection) => (connection === 0 ? { greeting: 'upgrade-401' } : {}));
      const line = stage.dial();
      await stage.fails(() => line.opened, 'connect()');
      const error = await stage.fails(async () => readAll((await wrapperOf(line).send(request)).source), 'send()');
      assert.match(error.message, /WebSocket not connected/);
      await stage.within(line.reconnect(), 'connect()');
      await stage.stillWorks(line);
      assert.equal(server.seen.connections.length, 2);
    },
  },
  {
    id: 'send-after-the-drop',
    promise: 'D7',
    name: 'send() after the peer has closed rejects with how it closed, and dials nothing',
    bare: silent,
    async run(stage) {
      const line = await stage.open();
      stage.server.inflict({ kind: 'close', code: 1011, reason: 'bye' });
      await stage.isGone(line);
      const asked = async () => readAll(await ask(stage, line));
      const error = await stage.fails(asked, 'send()', 'ERR_STREAM_ENDED');
      assert.equal(error.closeCode, 1011);
      assert.equal(error.closeReason, 'bye');
      await stage.dialled(1);
    },
  },
  {
    id: 'connect-after-the-drop',
    promise: 'D12',
    name: 'connect() after the peer has closed opens again',
    bare: 'passes',
    async run(stage) {
      const line = await stage.open();
      stage.server.inflict({ kind: 'close', code: 1000 });
      await stage.isGone(line);
      await stage.within(line.reconnect(), 'connect()');
      await stage.stillWorks(line);
    },
  },
  {
    id: 'late-end-of-the-first-socket',
    promise: 'D12',
    name: 'the late end of a socket that the peer left half-open does not end streams of the next one',
    bare: { fails: /^a read of the second stream/ },
    async run(stage) {
      const line = await stage.open(endless);
      const { socket } = wrapperOf(line);
      const cut = await ask(stage, line, 'cut');
      stage.server.inflict({ kind: 'close-and-hang', code: 1001 });
      await stage.ready(() => socket!.readyState === socket!.CLOSING, 'the close frame');
      await stage.within(line.reconnect(), 'connect()');
      const source = await ask(stage, line, 'next');
      socket!.terminate();
      await stage.until(() => socket!.readyState === socket!.CLOSED, 'the end of the first socket');
      for (let reads = 0; reads < 5; reads++)
        assert.equal(await stage.within(read(source), 'a read'), chunkSamples, 'a read of the second stream');
      const end = await stage.within(readAll(cut), 'the end of the first stream');
      assert.equal((end as { closeCode?: number }).closeCode, 1001);
    },
  },
  {
    id: 'connect-during-disconnect',
    promise: 'D4',
    name: 'connect() while disconnect() is at it waits for that, and then opens again',
    bare: { fails: /^a read of the second stream/ },
    async run(stage) {
      const line = await stage.open({ ...endless, onClose: 'ignore' });
      const { socket } = wrapperOf(line);
      const ending = stage.hangUp(line, { timeout: 100 });
      await stage.within(line.reconnect(), 'connect()');
      // Ends at the latest then, as a forced one does: the bare SDK would wait for 30 s.
      setTimeout(() => socket!.terminate(), 100);
      const source = await ask(stage, line);
      stage.reported(await ending, 'forced');
      for (let reads = 0; reads < 40; reads++)
        assert.equal(await stage.within(read(source), 'a read'), chunkSamples, 'a read of the second stream');
      await stage.hangUp(line, true);
    },
  },
  {
    id: 'disconnect-ends-a-waiting-connect',
    promise: 'D4',
    name: 'disconnect() ends a connect() that waits for an earlier disconnect()',
    bare: { fails: /^connect\(\) (did not fail|failed with another error)/ },
    async run(stage) {
      const line = await stage.open();
      const first = stage.hangUp(line);
      const again = line.reconnect();
      const second = stage.hangUp(line);
      await stage.fails(() => again, 'connect()', 'ERR_DISCONNECTED');
      await Promise.all([first, second]);
      await stage.isGone(line);
      await stage.dialled(1);
    },
  },
  {
    id: 'disconnect-before-connect',
    promise: ['D1', 'D4'],
    name: 'disconnect() before connect() is done at once, and connect() opens all the same',
    bare: missing,
    async run(stage) {
      const line = await stage.open();
      await stage.hangUp(line);
      await stage.isGone(line);
      const report = await stage.within(stage.disconnect(line.target), 'disconnect()');
      assert.equal(report.outcome, 'graceful');
      await stage.within(line.reconnect(), 'connect()');
      assert.equal(stage.own(line.target).connected, true);
    },
  },
  {
    id: 'late-send-unawaited',
    promise: 'D4',
    name: 'a send() that nobody awaits, in the tick after disconnect(), rejects and is not sent',
    bare: { fails: /^send\(\) did not fail/ },
    async run(stage) {
      const line = await stage.open();
      const end = stage.hangUp(line);
      void wrapperOf(line).send(request);
      await stage.fails(() => wrapperOf(line).send(request), 'send()', 'ERR_DISCONNECTED');
      await end;
      assert.deepEqual(stage.server.seen.messages, []);
    },
  },
];
