import assert from 'node:assert/strict';
import { missing, silent } from '../../defects.ts';
import { endless } from '../../stage.ts';
import type { Scenario } from './stage.ts';

/** D1: idempotent, escalating, re-entrant, strict about its arguments. */
export const disconnectingSafely: readonly Scenario[] = [
  {
    id: 'means-force',
    promise: ['D1', 'D2'],
    name: 'disconnect({timeout: 0}) and one with an aborted signal mean force',
    bare: missing,
    async run(stage) {
      for (const how of [{ timeout: 0 }, { signal: AbortSignal.abort() }, { force: true }]) {
        const ws = stage.server === undefined ? await stage.open({ onClose: 'ignore' }) : await stage.connect();
        const report = await stage.within(stage.disconnect(ws, how), 'disconnect()');
        assert.equal(report.outcome, 'forced', JSON.stringify(how));
        await stage.isGone(ws);
      }
    },
  },
  {
    id: 'already-ended',
    promise: 'D1',
    name: 'disconnect() of a connection that the server has ended already is done at once',
    bare: missing,
    async run(stage) {
      const ws = await stage.open();
      stage.server.inflict({ kind: 'close', code: 1000 });
      await stage.isGone(ws);
      const report = await stage.within(stage.disconnect(ws), 'disconnect()');
      assert.equal(report.outcome, 'graceful');
      await stage.dialled(1);
    },
  },
  {
    id: 'in-an-error-listener',
    promise: 'D1',
    name: 'disconnect() from inside an error listener',
    bare: { fails: /^the end of the loop: not within/ },
    async run(stage) {
      const ws = await stage.open({ ...endless, fault: { kind: 'text', data: '{not json' }, faultAfter: 2 });
      let call: Promise<unknown> | undefined;
      ws.on('error', () => {
        call = stage.hangUp(ws);
      });
      const stream = await stage.speak(ws, 'a');
      await stage.within(stream.ended, 'the end of the loop');
      await stage.within(call!, 'disconnect()');
      await stage.isGone(ws);
    },
  },
  {
    id: 'in-the-loop-that-it-ends',
    promise: 'D1',
    name: 'disconnect() awaited inside the body of a receive loop that it ends',
    bare: silent,
    async run(stage) {
      const ws = await stage.open(endless);
      const context = stage.context(ws, 'a');
      const stream = stage.consume(context.receive(), () => stage.hangUp(ws, { timeout: 200 }));
      await context.push({ transcript: 'hello' });
      await stage.endsQuietly(stream);
      await stage.isGone(ws);
      assert.equal(stream.events.length, 1, 'what comes after it is dropped');
    },
  },
  {
    id: 'connected',
    promise: 'D1',
    name: 'connected follows the handshake and the first sign of an end',
    bare: missing,
    async run(stage) {
      await stage.serve();
      const ws = stage.dial();
      assert.equal(stage.own(ws).connected, false, 'CONNECTING');
      await stage.within(ws.connect(), 'connect()');
      assert.equal(stage.own(ws).connected, true, 'OPEN');
      const end = stage.disconnect(ws);
      assert.equal(stage.own(ws).connected, false, 'in the tick of disconnect()');
      await stage.within(end, 'disconnect()');
      const other = await stage.connect();
      stage.server.inflict({ kind: 'close', code: 1000 });
      await stage.until(() => !other.connected, 'connected to become false');
    },
  },
];
