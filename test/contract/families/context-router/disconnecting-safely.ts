import assert from 'node:assert/strict';
import { missing, silent } from '../../defects.ts';
import { endless } from '../../stage.ts';
import type { Scenario } from './stage.ts';

/** D1: idempotent, escalating, re-entrant, strict about its arguments. */
export const disconnectingSafely: readonly Scenario[] = [
  {
    id: 'same-promise',
    promise: 'D1',
    name: 'ten concurrent disconnect() calls are one: the same promise',
    bare: missing,
    async run(stage) {
      const ws = await stage.open(endless);
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(1);
      const calls = Array.from({ length: 10 }, () => stage.disconnect(ws));
      assert.equal(new Set(calls).size, 1);
      await stage.within(Promise.all(calls), 'disconnect()');
      assert.equal(stage.disconnect(ws), calls[0], 'also when it is over');
      assert.equal(stage.disconnect(ws, true), calls[0]);
      await stage.endsQuietly(stream);
      await stage.dialled(1);
    },
  },
  {
    id: 'force-escalates',
    promise: ['D1', 'D2'],
    name: 'disconnect(true) escalates a graceful disconnect() that hangs',
    bare: missing,
    async run(stage) {
      const ws = await stage.open({ onClose: 'ignore' });
      const polite = stage.disconnect(ws, { timeout: 60_000 });
      await stage.ready(() => stage.server.seen.connections[0]!.close !== undefined, 'the close frame');
      assert.equal(stage.disconnect(ws, true), polite);
      const report = await stage.within(polite, 'disconnect(true)');
      assert.equal(report.outcome, 'forced');
      await stage.isGone(ws);
    },
  },
  {
    id: 'abort-escalates',
    promise: 'D1',
    name: 'aborting its signal escalates a graceful disconnect() that hangs',
    bare: missing,
    async run(stage) {
      const ws = await stage.open({ onClose: 'ignore' });
      const controller = new AbortController();
      const polite = stage.disconnect(ws, { timeout: 60_000, signal: controller.signal });
      await stage.ready(() => stage.server.seen.connections[0]!.close !== undefined, 'the close frame');
      controller.abort();
      assert.equal((await stage.within(polite, 'the aborted disconnect()')).outcome, 'forced');
      await stage.isGone(ws);
    },
  },
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
    id: 'invalid-budgets',
    promise: 'D1',
    name: 'invalid budgets and unknown options throw TypeError at once and change nothing',
    bare: missing,
    async run(stage) {
      const ws = await stage.open();
      const target = stage.own(ws);
      const wrong: unknown[] = [
        { timeout: -1 },
        { timeout: Number.NaN },
        { timeout: Number.POSITIVE_INFINITY },
        { timeout: '100' },
        { timeout: 2 ** 31 },
        { tiemout: 100 },
      ];
      for (const options of wrong) {
        assert.throws(() => target.disconnect(options as { timeout: number }), TypeError, JSON.stringify(options));
      }
      assert.equal(target.connected, true);
      await stage.stillWorks(ws);
    },
  },
  {
    id: 'in-a-message-listener',
    promise: 'D1',
    name: 'disconnect() from inside a message listener',
    bare: silent,
    async run(stage) {
      const ws = await stage.open(endless);
      let call: Promise<unknown> | undefined;
      ws.on('chunk', () => {
        call = stage.hangUp(ws);
      });
      const stream = await stage.speak(ws, 'a');
      await stage.endsQuietly(stream);
      await stage.within(call!, 'disconnect()');
      await stage.dialled(1);
    },
  },
  {
    id: 'in-a-message-listener-forced',
    promise: ['D1', 'D2'],
    name: 'disconnect(true) from inside a message listener',
    bare: silent,
    async run(stage) {
      const ws = await stage.open(endless);
      let call: Promise<unknown> | undefined;
      ws.on('event', () => {
        call = stage.hangUp(ws, true);
      });
      const stream = await stage.speak(ws, 'a');
      await stage.endsQuietly(stream);
      await stage.within(call!, 'disconnect()');
      await stage.isGone(ws);
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
    id: 'async-dispose',
    promise: 'D1',
    name: '"await using" and Symbol.asyncDispose disconnect',
    bare: missing,
    async run(stage) {
      const ws = await stage.open(endless);
      const stream = await stage.speak(ws, 'a');
      await stage.within(stage.own(ws)[Symbol.asyncDispose](), 'asyncDispose');
      await stage.endsQuietly(stream);
      await stage.isGone(ws);
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
