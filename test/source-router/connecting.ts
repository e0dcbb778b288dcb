import assert from 'node:assert/strict';
import { endless, type LineScenario } from '../contract/common/stage.ts';
import { chunkSamples, request } from '../contract/drivers/source-router.ts';
import { ask, read, readAll, wrapperOf } from './support.ts';

const orphans = { fails: 'the first socket is left open, with nobody to close it' };
const silent = { fails: 'send() resolves, and its source never ends' };

/** D4, D9: `connect()` and `send()`, and what is between them. */
export const connecting: readonly LineScenario[] = [
  {
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
    name: 'send() while it is connecting waits for the handshake, in order',
    bare: { fails: 'it rejects' },
    async run(stage) {
      await stage.serve({ upgradeDelay: 30 });
      const line = stage.dial();
      const sources = await Promise.all([ask(stage, line, 'a'), ask(stage, line, 'b')]);
      for (const source of sources) assert.equal(await stage.within(readAll(source), 'the end'), 3 * chunkSamples);
      const ids = stage.server.seen.messages.map(({ context_id }) => context_id);
      assert.deepEqual(ids, ['a', 'b']);
    },
  },
  {
    name: 'send() rejects when the handshake that it waits for fails, with the same cause',
    bare: { fails: 'it does not wait' },
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-401' });
      const line = stage.dial();
      const sent = await stage.fails(() => wrapperOf(line).send(request), 'send()');
      assert.equal(sent, await stage.fails(() => line.opened, 'connect()'));
    },
  },
  {
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
    name: 'the late end of a socket that the peer left half-open does not end streams of the next one',
    bare: { fails: 'they end like finished ones' },
    async run(stage) {
      const line = await stage.open(endless);
      const { socket } = wrapperOf(line);
      const cut = await ask(stage, line, 'cut');
      stage.server.inflict({ kind: 'close-and-hang', code: 1001 });
      await stage.until(() => socket!.readyState === socket!.CLOSING, 'the close frame');
      await stage.within(line.reconnect(), 'connect()');
      const source = await ask(stage, line, 'next');
      socket!.terminate();
      await stage.until(() => socket!.readyState === socket!.CLOSED, 'the end of the first socket');
      for (let reads = 0; reads < 5; reads++) assert.equal(await stage.within(read(source), 'a read'), chunkSamples);
      const end = await stage.within(readAll(cut), 'the end of the first stream');
      assert.equal((end as { closeCode?: number }).closeCode, 1001);
    },
  },
  {
    name: 'connect() while disconnect() is at it waits for that, and then opens again',
    bare: { fails: 'the end of the first socket ends the streams of the second' },
    async run(stage) {
      const line = await stage.open({ ...endless, onClose: 'ignore' });
      const { socket } = wrapperOf(line);
      const ending = stage.cell.delivery === 'bare' ? void line.close() : line.target.disconnect({ timeout: 100 });
      await stage.within(line.reconnect(), 'connect()');
      if (stage.cell.delivery === 'bare') setTimeout(() => socket!.terminate(), 100);
      const source = await ask(stage, line);
      assert.equal((await ending)?.outcome ?? 'forced', 'forced');
      for (let reads = 0; reads < 40; reads++) assert.equal(await stage.within(read(source), 'a read'), chunkSamples);
      await stage.hangUp(line, true);
    },
  },
  {
    name: 'disconnect() ends a connect() that waits for an earlier disconnect()',
    bare: { fails: 'connect() resolves' },
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
    name: 'disconnect() before connect() is done at once, and connect() opens all the same',
    bare: { fails: 'there is no report' },
    async run(stage) {
      const line = await stage.open();
      await stage.hangUp(line);
      await stage.isGone(line);
      const report = await stage.within(line.target.disconnect(), 'disconnect()');
      assert.equal(report.outcome, 'graceful');
      await stage.within(line.reconnect(), 'connect()');
      assert.equal(line.target.connected, true);
    },
  },
  {
    name: 'a send() that nobody awaits, in the tick after disconnect(), rejects and is not sent',
    bare: { fails: 'it resolves, and its message is dropped' },
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
