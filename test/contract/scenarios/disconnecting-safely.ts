import assert from 'node:assert/strict';
import { endless, type Scenario } from '../stage.ts';

const missing = { fails: 'there is no disconnect()' } as const;

/** D1: idempotent, escalating, re-entrant, strict about its arguments. */
export const disconnectingSafely: readonly Scenario[] = [
  {
    name: 'ten concurrent disconnect() calls are one: the same promise',
    bare: missing,
    async run(stage) {
      const ws = await stage.open(endless);
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(1);
      const calls = Array.from({ length: 10 }, () => ws.disconnect());
      assert.equal(new Set(calls).size, 1);
      await stage.within(Promise.all(calls), 'disconnect()');
      assert.equal(ws.disconnect(), calls[0], 'also when it is over');
      assert.equal(ws.disconnect(true), calls[0]);
      await stage.endsQuietly(stream);
      await stage.dialledOnce();
    },
  },
  {
    name: 'disconnect(true) escalates a graceful disconnect() that hangs',
    bare: missing,
    async run(stage) {
      const ws = await stage.open({ onClose: 'ignore' });
      const polite = ws.disconnect({ timeout: 60_000 });
      await stage.until(() => stage.server.seen.connections[0]!.close !== undefined, 'the close frame');
      assert.equal(ws.disconnect(true), polite);
      const report = await stage.within(polite, 'disconnect(true)');
      assert.equal(report.outcome, 'forced');
      await stage.isGone(ws);
    },
  },
  {
    name: 'aborting its signal escalates a graceful disconnect() that hangs',
    bare: missing,
    async run(stage) {
      const ws = await stage.open({ onClose: 'ignore' });
      const controller = new AbortController();
      const polite = ws.disconnect({ timeout: 60_000, signal: controller.signal });
      await stage.until(() => stage.server.seen.connections[0]!.close !== undefined, 'the close frame');
      controller.abort();
      assert.equal((await stage.within(polite, 'the aborted disconnect()')).outcome, 'forced');
      await stage.isGone(ws);
    },
  },
  {
    name: 'disconnect({timeout: 0}) and one with an aborted signal mean force',
    bare: missing,
    async run(stage) {
      for (const how of [{ timeout: 0 }, { signal: AbortSignal.abort() }, { force: true }]) {
        const ws = stage.server === undefined ? await stage.open({ onClose: 'ignore' }) : await stage.connect();
        const report = await stage.within(ws.disconnect(how), 'disconnect()');
        assert.equal(report.outcome, 'forced', JSON.stringify(how));
        await stage.isGone(ws);
      }
    },
  },
  {
    name: 'disconnect() of a connection that the server has ended already is done at once',
    bare: missing,
    async run(stage) {
      const ws = await stage.open();
      stage.server.inflict({ kind: 'close', code: 1000 });
      await stage.isGone(ws);
      const report = await stage.within(ws.disconnect(), 'disconnect()');
      assert.equal(report.outcome, 'graceful');
      await stage.dialledOnce();
    },
  },
  {
    name: 'invalid budgets and unknown options throw TypeError at once and change nothing',
    bare: missing,
    async run(stage) {
      const ws = await stage.open();
      const wrong: unknown[] = [
        { timeout: -1 },
        { timeout: Number.NaN },
        { timeout: Number.POSITIVE_INFINITY },
        { timeout: '100' },
        { timeout: 2 ** 31 },
        { tiemout: 100 },
      ];
      for (const options of wrong) {
        assert.throws(() => ws.disconnect(options as { timeout: number }), TypeError, JSON.stringify(options));
      }
      assert.equal(ws.connected, true);
      await stage.stillWorks(ws);
    },
  },
  {
    name: 'disconnect() from inside a message listener',
    bare: { fails: 'the loop never settles' },
    async run(stage) {
      const ws = await stage.open(endless);
      let call: Promise<unknown> | undefined;
      ws.on('chunk', () => {
        call = stage.hangUp(ws);
      });
      const stream = await stage.speak(ws, 'a');
      await stage.endsQuietly(stream);
      await stage.within(call!, 'disconnect()');
      await stage.dialledOnce();
    },
  },
  {
    name: 'disconnect(true) from inside a message listener',
    bare: { fails: 'the loop never settles' },
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
    name: 'disconnect() from inside an error listener',
    bare: { fails: 'the loop never settles' },
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
    name: 'disconnect() awaited inside the body of a receive loop that it ends',
    bare: { fails: 'the loop never settles' },
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
    name: '"await using" and Symbol.asyncDispose disconnect',
    bare: { fails: 'there is no Symbol.asyncDispose' },
    async run(stage) {
      const ws = await stage.open(endless);
      const stream = await stage.speak(ws, 'a');
      await stage.within(ws[Symbol.asyncDispose](), 'asyncDispose');
      await stage.endsQuietly(stream);
      await stage.isGone(ws);
    },
  },
  {
    name: 'connected follows the handshake and the first sign of an end',
    bare: { fails: 'there is no connected' },
    async run(stage) {
      await stage.serve();
      const ws = stage.dial();
      assert.equal(ws.connected, false, 'CONNECTING');
      await stage.within(ws.connect(), 'connect()');
      assert.equal(ws.connected, true, 'OPEN');
      const end = ws.disconnect();
      assert.equal(ws.connected, false, 'in the tick of disconnect()');
      await stage.within(end, 'disconnect()');
      const other = await stage.connect();
      stage.server.inflict({ kind: 'close', code: 1000 });
      await stage.until(() => !other.connected, 'connected to become false');
    },
  },
];
