import assert from 'node:assert/strict';
import { missing } from '../defects.ts';
import type { Line } from '../driver.ts';
import { driverOf } from '../drivers/index.ts';
import { blackHole, endless } from '../stage.ts';
import type { LineScenario, LineStage } from './stage.ts';

/** Late calls dial the provider, are dropped, or say something else. */
const late = { fails: /^\S+ (did not fail|failed with another error)/ };

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
    id: 'late-calls',
    promise: ['D4', 'D13'],
    name: 'after disconnect() every call fails, and nothing is dialled',
    bare: late,
    async run(stage) {
      const line = await stage.open();
      await stage.hangUp(line);
      await stage.isGone(line);
      await allFail(stage, line);
      await stage.dialled(1);
    },
  },
  {
    id: 'late-calls-after-force',
    promise: ['D4', 'D13'],
    name: 'after disconnect(true) in mid-stream every call fails, and nothing is dialled',
    bare: late,
    async run(stage) {
      const line = await stage.open(endless);
      const stream = await stage.stream(line);
      const report = await stage.hangUp(line, true);
      stage.reported(report, 'forced');
      await allFail(stage, line);
      await stage.endsQuietly(stream);
      await stage.dialled(1);
    },
  },
  {
    id: 'late-calls-after-own-close',
    promise: ['D4', 'D5'],
    name: "after the SDK's own close every call fails, and nothing is dialled",
    bare: late,
    async run(stage) {
      const line = await stage.open();
      stage.reported(await stage.closes(line), 'graceful');
      await stage.isGone(line);
      await allFail(stage, line);
      await stage.dialled(1);
    },
  },
  {
    id: 'calls-in-the-tick',
    promise: 'D4',
    name: 'in the tick of disconnect() every call fails, and nothing reaches the provider',
    bare: late,
    async run(stage) {
      const line = await stage.open();
      const end = stage.hangUp(line);
      const failures = Object.entries(line.calls).map(([name, call]) => stage.fails(call, name, 'ERR_DISCONNECTED'));
      await Promise.all([end, ...failures]);
      await stage.isGone(line);
      await stage.dialled(1);
      const { isFarewell } = stage.driver;
      assert.deepEqual(
        stage.messages.filter((message) => isFarewell?.(message) !== true),
        [],
      );
    },
  },
  {
    id: 'cancel-in-a-black-hole',
    promise: 'D6',
    name: 'cancelling in a black hole resolves',
    bare: 'passes',
    concerns: (cell) => driverOf(cell).isCancel !== undefined,
    async run(stage) {
      const line = await stage.open(blackHole);
      await stage.stream(line);
      for (const [name, call] of Object.entries(line.cancels)) await stage.within(Promise.resolve(call()), name);
    },
  },
  {
    id: 'reopens',
    promise: 'D4',
    name: 'connect() after disconnect() opens again, and that ends like the first',
    bare: 'passes',
    concerns: (cell) => driverOf(cell).traits.reopens === true,
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
    id: 'does-not-reopen',
    promise: 'D4',
    name: 'connect() after disconnect() rejects',
    bare: { fails: /^connect\(\) did not fail/ },
    concerns: (cell) => driverOf(cell).traits.reopens === false,
    async run(stage) {
      const line = await stage.open();
      await stage.hangUp(line);
      await stage.isGone(line);
      await stage.fails(() => line.reconnect(), 'connect()', 'ERR_DISCONNECTED');
      await stage.dialled(1);
    },
  },
  {
    id: 'same-promise',
    promise: 'D1',
    name: 'disconnect() twice, and ten times at once, is one: the same promise',
    bare: missing,
    async run(stage) {
      const line = await stage.open(endless);
      const stream = await stage.stream(line, 1);
      const calls = Array.from({ length: 10 }, () => stage.disconnect(line.target));
      assert.equal(new Set(calls).size, 1);
      await stage.within(Promise.all(calls), 'disconnect()');
      assert.equal(stage.disconnect(line.target), calls[0], 'also when it is over');
      assert.equal(stage.disconnect(line.target, true), calls[0]);
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
      const line = await stage.open({ onClose: 'ignore' });
      const polite = stage.disconnect(line.target, { timeout: 60_000 });
      await stage.ready(() => stage.server.seen.connections[0]!.close !== undefined, 'the close frame');
      assert.equal(stage.disconnect(line.target, true), polite);
      assert.equal((await stage.within(polite, 'disconnect(true)')).outcome, 'forced');
      await stage.isGone(line);
    },
  },
  {
    id: 'abort-escalates',
    promise: 'D1',
    name: 'aborting its signal escalates a graceful disconnect() that hangs',
    bare: missing,
    async run(stage) {
      const line = await stage.open({ onClose: 'ignore' });
      const controller = new AbortController();
      const polite = stage.disconnect(line.target, { timeout: 60_000, signal: controller.signal });
      await stage.ready(() => stage.server.seen.connections[0]!.close !== undefined, 'the close frame');
      controller.abort();
      assert.equal((await stage.within(polite, 'the aborted disconnect()')).outcome, 'forced');
      await stage.isGone(line);
    },
  },
  {
    id: 'invalid-budgets',
    promise: 'D1',
    name: 'invalid budgets and unknown options throw TypeError at once and change nothing',
    bare: missing,
    async run(stage) {
      const line = await stage.open();
      const target = stage.own(line.target);
      const wrong: unknown[] = [
        ...[-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '100'].flatMap((ms) => [{ timeout: ms }, { drain: ms }]),
        { tiemout: 100 },
      ];
      for (const options of wrong) {
        assert.throws(() => target.disconnect(options as object), TypeError, JSON.stringify(options));
      }
      assert.equal(stage.own(line.target).connected, true);
      await stage.stillWorks(line);
    },
  },
  {
    id: 'zero-budget',
    promise: 'D1',
    name: 'disconnect({timeout: 0}) in the tick of connect() means force',
    bare: missing,
    async run(stage) {
      await stage.serve();
      const line = stage.dial();
      const report = await stage.within(stage.disconnect(line.target, { timeout: 0 }), 'disconnect()');
      // A socket that is opened later is none yet in that tick.
      const { reconnects, dialsLater = reconnects } = stage.traits;
      assert.equal(report.outcome, dialsLater ? 'graceful' : 'forced');
      await stage.isGone(line);
      await stage.settle();
      await stage.serverSeesTheEnd();
    },
  },
  ...([undefined, true] as const).map(
    (how): LineScenario => ({
      id: `in-a-message-listener${how ? '-forced' : ''}`,
      promise: 'D1',
      name: `disconnect(${how ?? ''}) from inside a message listener`,
      bare: 'passes',
      concerns: (cell) => driverOf(cell).listeners.includes('message'),
      async run(stage) {
        const line = await stage.open(endless);
        let call: ReturnType<LineStage['hangUp']> | undefined;
        line.on('message', () => {
          call ??= stage.hangUp(line, how);
        });
        const stream = line.speak('a');
        await stage.endsQuietly(stream);
        const report = await stage.within(call!, 'disconnect()');
        if (how) stage.reported(report, 'forced');
        await stage.isGone(line);
        await stage.dialled(1);
      },
    }),
  ),
  {
    id: 'in-an-error-listener',
    promise: 'D1',
    name: 'disconnect() from inside an error listener',
    bare: 'passes',
    concerns: (cell) => driverOf(cell).listeners.includes('error') && !driverOf(cell).traits.closesOnErrors,
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
    id: 'async-dispose',
    promise: 'D1',
    name: '"await using" disconnects',
    bare: missing,
    async run(stage) {
      const line = await stage.open(endless);
      const stream = await stage.stream(line);
      await stage.within(stage.own(line.target)[Symbol.asyncDispose](), 'asyncDispose');
      await stage.endsQuietly(stream);
      await stage.isGone(line);
    },
  },
  {
    id: 'connected',
    promise: 'D1',
    name: 'connected follows the handshake and the first sign of an end',
    bare: missing,
    async run(stage) {
      await stage.serve();
      const line = stage.dial();
      assert.equal(stage.own(line.target).connected, false, 'CONNECTING');
      await stage.within(line.opened, 'the handshake');
      assert.equal(stage.own(line.target).connected, true, 'OPEN');
      const end = stage.disconnect(line.target);
      assert.equal(stage.own(line.target).connected, false, 'in the tick of disconnect()');
      await stage.within(end, 'disconnect()');
      assert.equal(stage.own(line.target).connected, false);
    },
  },
];
