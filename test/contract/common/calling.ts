import assert from 'node:assert/strict';
import type { Line } from '../driver.ts';
import { endless, type LineScenario, type LineStage } from './stage.ts';

const missing = { fails: 'there is no disconnect()' };

async function allFail(stage: LineStage, line: Line): Promise<void> {
  for (const [name, call] of Object.entries(line.calls)) {
    const error = await stage.fails(call, name, 'ERR_DISCONNECTED');
    assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /TESTKEY/);
  }
  for (const [name, call] of Object.entries(line.cancels)) await stage.within(Promise.resolve(call()), name);
}

/** D1, D4: late calls, repeated calls, calls from inside handlers. */
export const calling: readonly LineScenario[] = [
  {
    name: 'after disconnect() every call fails, and nothing is dialled',
    bare: { fails: 'late calls dial the provider, or never settle' },
    async run(stage) {
      const line = await stage.open();
      await stage.hangUp(line);
      await stage.isGone(line);
      await allFail(stage, line);
      await stage.dialled(1);
    },
  },
  {
    name: 'after disconnect(true) in mid-stream every call fails, and nothing is dialled',
    bare: { fails: 'there is no disconnect(true)' },
    async run(stage) {
      const line = await stage.open(endless);
      const stream = await stage.stream(line);
      const report = await stage.hangUp(line, true);
      assert.equal(report?.outcome, 'forced');
      await allFail(stage, line);
      await stage.endsQuietly(stream);
      await stage.dialled(1);
    },
  },
  {
    name: "after the SDK's own close every call fails, and nothing is dialled",
    bare: { fails: 'late calls dial the provider, or never settle' },
    async run(stage) {
      const line = await stage.open();
      await stage.within(Promise.resolve(line.close()), 'close()');
      await stage.isGone(line);
      await allFail(stage, line);
      await stage.dialled(1);
    },
  },
  {
    name: 'in the tick of disconnect() every call fails, and nothing reaches the provider',
    bare: { fails: 'late calls dial the provider, or never settle' },
    async run(stage) {
      const line = await stage.open();
      const end = stage.hangUp(line);
      const failures = Object.entries(line.calls).map(([name, call]) => stage.fails(call, name, 'ERR_DISCONNECTED'));
      await Promise.all([end, ...failures]);
      await stage.isGone(line);
      await stage.dialled(1);
      assert.deepEqual(stage.server.seen.messages, []);
    },
  },
  {
    name: 'cancelling in a black hole resolves',
    bare: 'passes',
    concerns: ({ traits }) => traits.cancels,
    async run(stage) {
      const line = await stage.open({ ...endless, fault: { kind: 'black-hole' }, faultAfter: 2 });
      await stage.stream(line);
      for (const [name, call] of Object.entries(line.cancels)) await stage.within(Promise.resolve(call()), name);
    },
  },
  {
    name: 'connect() after disconnect() opens again, and that ends like the first',
    bare: 'passes',
    concerns: ({ traits }) => traits.reopens === true,
    async run(stage) {
      const line = await stage.open();
      await stage.hangUp(line);
      await stage.isGone(line);
      await stage.within(line.reconnect(), 'connect()');
      await stage.endsQuietly(await stage.stream(line, 3));
      await stage.hangUp(line);
      await stage.isGone(line);
      await stage.dialled(2);
    },
  },
  {
    name: 'connect() after disconnect() rejects',
    bare: { fails: 'it resolves' },
    concerns: ({ traits }) => traits.reopens === false,
    async run(stage) {
      const line = await stage.open();
      await stage.hangUp(line);
      await stage.isGone(line);
      await stage.fails(() => line.reconnect(), 'connect()', 'ERR_DISCONNECTED');
      await stage.dialled(1);
    },
  },
  {
    name: 'disconnect() twice, and ten times at once, is one: the same promise',
    bare: missing,
    async run(stage) {
      const line = await stage.open(endless);
      const stream = await stage.stream(line, 1);
      const calls = Array.from({ length: 10 }, () => line.target.disconnect());
      assert.equal(new Set(calls).size, 1);
      await stage.within(Promise.all(calls), 'disconnect()');
      assert.equal(line.target.disconnect(), calls[0], 'also when it is over');
      assert.equal(line.target.disconnect(true), calls[0]);
      await stage.endsQuietly(stream);
      await stage.dialled(1);
    },
  },
  {
    name: 'disconnect(true) escalates a graceful disconnect() that hangs',
    bare: missing,
    async run(stage) {
      const line = await stage.open({ onClose: 'ignore' });
      const polite = line.target.disconnect({ timeout: 60_000 });
      await stage.until(() => stage.server.seen.connections[0]!.close !== undefined, 'the close frame');
      assert.equal(line.target.disconnect(true), polite);
      assert.equal((await stage.within(polite, 'disconnect(true)')).outcome, 'forced');
      await stage.isGone(line);
    },
  },
  {
    name: 'aborting its signal escalates a graceful disconnect() that hangs',
    bare: missing,
    async run(stage) {
      const line = await stage.open({ onClose: 'ignore' });
      const controller = new AbortController();
      const polite = line.target.disconnect({ timeout: 60_000, signal: controller.signal });
      await stage.until(() => stage.server.seen.connections[0]!.close !== undefined, 'the close frame');
      controller.abort();
      assert.equal((await stage.within(polite, 'the aborted disconnect()')).outcome, 'forced');
      await stage.isGone(line);
    },
  },
  {
    name: 'invalid budgets and unknown options throw TypeError at once and change nothing',
    bare: missing,
    async run(stage) {
      const line = await stage.open();
      const wrong: unknown[] = [{ timeout: -1 }, { timeout: Number.NaN }, { timeout: '100' }, { tiemout: 100 }];
      for (const options of wrong) {
        assert.throws(() => line.target.disconnect(options as object), TypeError, JSON.stringify(options));
      }
      assert.equal(line.target.connected, true);
      await stage.stillWorks(line);
    },
  },
  {
    name: 'disconnect({timeout: 0}) in the tick of connect() means force',
    bare: missing,
    async run(stage) {
      await stage.serve();
      const line = stage.dial();
      const report = await stage.within(line.target.disconnect({ timeout: 0 }), 'disconnect()');
      // A socket that reconnects is none yet in that tick.
      assert.equal(report.outcome, stage.traits.reconnects ? 'graceful' : 'forced');
      await stage.isGone(line);
      await stage.settle();
      await stage.serverSeesTheEnd();
    },
  },
  ...([undefined, true] as const).map(
    (how): LineScenario => ({
      name: `disconnect(${how ?? ''}) from inside a message listener`,
      bare: how ? { fails: 'there is no disconnect(true)' } : 'passes',
      concerns: ({ listeners }) => listeners.includes('message'),
      async run(stage) {
        const line = await stage.open(endless);
        let call: ReturnType<LineStage['hangUp']> | undefined;
        line.on('message', () => {
          call ??= stage.hangUp(line, how);
        });
        const stream = line.speak('a');
        await stage.endsQuietly(stream);
        const report = await stage.within(call!, 'disconnect()');
        if (how) assert.equal(report?.outcome, 'forced');
        await stage.isGone(line);
        await stage.dialled(1);
      },
    }),
  ),
  {
    name: 'disconnect() from inside an error listener',
    bare: 'passes',
    concerns: ({ listeners }) => listeners.includes('error'),
    async run(stage) {
      const line = await stage.open({ ...endless, fault: { kind: 'error-event', withContext: true }, faultAfter: 2 });
      let call: Promise<unknown> | undefined;
      line.on('error', () => {
        call ??= stage.hangUp(line);
      });
      const stream = line.speak('a');
      await stage.within(stream.ended, 'the end of the stream');
      await stage.until(() => call !== undefined, 'the error listener');
      await stage.within(call!, 'disconnect()');
      await stage.isGone(line);
    },
  },
  {
    name: '"await using" disconnects',
    bare: { fails: 'there is no Symbol.asyncDispose' },
    async run(stage) {
      const line = await stage.open(endless);
      const stream = await stage.stream(line);
      await stage.within(line.target[Symbol.asyncDispose](), 'asyncDispose');
      await stage.endsQuietly(stream);
      await stage.isGone(line);
    },
  },
  {
    name: 'connected follows the handshake and the first sign of an end',
    bare: { fails: 'there is no connected' },
    async run(stage) {
      await stage.serve();
      const line = stage.dial();
      assert.equal(line.target.connected, false, 'CONNECTING');
      await stage.within(line.opened, 'the handshake');
      assert.equal(line.target.connected, true, 'OPEN');
      const end = line.target.disconnect();
      assert.equal(line.target.connected, false, 'in the tick of disconnect()');
      await stage.within(end, 'disconnect()');
      assert.equal(line.target.connected, false);
    },
  },
];
