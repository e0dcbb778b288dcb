import assert from 'node:assert/strict';
import type { DisconnectReport, StepReport } from '../../../core/disconnectable.ts';
import { missing } from '../defects.ts';
import type { Line } from '../driver.ts';
import { endless } from '../stage.ts';
import type { LineScenario, LineStage } from './stage.ts';

/** Longer than the patience of any scenario: an end that waits for it fails. */
const long = 60_000;
/** A stream that takes a while, and finishes by itself. */
const sentence = { chunks: 20, interval: 5 };

/** A line with an endless stream, and the end of it that waits for that. */
async function waiting(stage: LineStage, options: object = {}) {
  const line = await stage.open(endless);
  const stream = await stage.stream(line);
  const ending = stage.disconnect(line.target, { drain: long, ...options });
  await stage.tick();
  return { line, stream, ending };
}

async function isRefused(stage: LineStage, line: Line): Promise<void> {
  for (const [name, call] of Object.entries(line.calls)) await stage.fails(call, name, 'ERR_DISCONNECTED');
}

/** The report says that the provider did not finish. */
function isLost({ outcome, reason, steps, abandoned }: DisconnectReport, message: RegExp): void {
  assert.deepEqual([outcome, reason, abandoned], ['forced', 'failed', []], 'the outcome, its reason and the abandoned');
  const [drain] = steps as [StepReport];
  assert.deepEqual([drain.name, drain.outcome], ['drain', 'failed'], 'the step');
  assert.match(drain.error?.message ?? '', message, 'the error of the step');
}

/** D1: the option `drain`. */
export const draining: readonly LineScenario[] = [
  {
    id: 'drain-finishes-a-stream',
    promise: 'D1',
    name: 'disconnect({drain}) lets the provider finish a stream, and its reader gets all of it',
    bare: { fails: /^the chunks that the reader got|^the end of the stream/ },
    async run(stage) {
      const line = await stage.open(sentence);
      const stream = await stage.stream(line);
      const report = await stage.hangUp(line, { drain: long });
      await stage.endsQuietly(stream);
      assert.equal(stream.arrived, sentence.chunks, 'the chunks that the reader got');
      stage.reported(report, 'graceful');
      assert.deepEqual(report?.abandoned ?? [], []);
      if (report !== undefined) {
        const [{ name, outcome }] = report.steps as [StepReport];
        assert.deepEqual([name, outcome], ['drain', 'ok']);
      }
      await stage.isGone(line);
      await stage.dialled(1);
    },
  },
  {
    id: 'drain-closes-the-door',
    promise: ['D1', 'D4'],
    name: 'disconnect({drain}) refuses calls while a stream goes on',
    bare: missing,
    async run(stage) {
      const { line, stream, ending } = await waiting(stage);
      assert.equal(line.target.connected, false, 'connected');
      const before = stream.arrived;
      await stage.until(() => stream.arrived > before + 2, 'the stream to go on');
      await isRefused(stage, line);
      await stage.disconnect(line.target, true);
      await ending;
      await stage.endsQuietly(stream);
      await stage.dialled(1);
    },
  },
  {
    id: 'drain-runs-out',
    promise: ['D1', 'D7'],
    name: 'disconnect({drain}) ends a stream quietly that is not finished in time, and closes politely',
    bare: missing,
    async run(stage) {
      const line = await stage.open(endless);
      const stream = await stage.stream(line);
      const report = await stage.disconnect(line.target, { drain: 60 });
      await stage.endsQuietly(stream);
      stage.reported(report, 'graceful');
      assert.equal(report.steps?.[0]?.outcome, 'timeout', 'the outcome of the step "drain"');
      await stage.isGone(line);
      await stage.dialled(1);
    },
  },
  {
    id: 'drain-in-the-budget',
    promise: ['D1', 'D2'],
    name: 'disconnect({drain, timeout}) ends with the budget, however long the drain is',
    bare: missing,
    async run(stage) {
      const { line, stream, ending } = await waiting(stage, { timeout: 120 });
      const report = await stage.within(ending, 'disconnect()');
      assert.deepEqual([report.outcome, report.reason], ['forced', 'deadline'], 'the outcome and its reason');
      await stage.endsQuietly(stream);
      await stage.isGone(line);
      await stage.dialled(1);
    },
  },
  {
    id: 'drain-when-idle',
    promise: 'D1',
    name: 'disconnect({drain}) when idle waits for nothing',
    bare: missing,
    async run(stage) {
      const line = await stage.open();
      const report = await stage.within(stage.disconnect(line.target, { drain: long }), 'disconnect()');
      stage.reported(report, 'graceful');
      const [drain] = (report.steps ?? []) as [StepReport?];
      // A provider that works on a session as long as it is open is asked to end it.
      const outcome = stage.messages.length > 0 ? 'ok' : 'skipped';
      assert.deepEqual([drain?.name, drain?.outcome], ['drain', outcome], 'the step');
      await stage.isGone(line);
    },
  },
  {
    id: 'drain-is-forced',
    promise: ['D1', 'D2'],
    name: 'disconnect(true) cuts disconnect({drain}) short',
    bare: missing,
    async run(stage) {
      const { line, stream, ending } = await waiting(stage);
      const report = await stage.within(stage.disconnect(line.target, true), 'disconnect(true)');
      assert.equal(report, await ending, 'both calls get one report');
      assert.deepEqual([report.outcome, report.reason], ['forced', 'force'], 'the outcome and its reason');
      await stage.endsQuietly(stream);
      await stage.isGone(line);
      await stage.dialled(1);
    },
  },
  {
    id: 'drain-is-aborted',
    promise: ['D1', 'D2'],
    name: 'a signal cuts disconnect({drain, signal}) short',
    bare: missing,
    async run(stage) {
      const controller = new AbortController();
      const { line, stream, ending } = await waiting(stage, { signal: controller.signal });
      controller.abort();
      const report = await stage.within(ending, 'disconnect()');
      assert.deepEqual([report.outcome, report.reason], ['forced', 'abort'], 'the outcome and its reason');
      await stage.endsQuietly(stream);
      await stage.isGone(line);
    },
  },
  {
    id: 'drain-is-shortened',
    promise: 'D1',
    name: 'disconnect() during disconnect({drain}) ends the drain, and goes on politely',
    bare: missing,
    async run(stage) {
      const { line, stream, ending } = await waiting(stage);
      void stage.disconnect(line.target);
      const report = await stage.within(ending, 'disconnect()');
      stage.reported(report, 'graceful');
      await stage.endsQuietly(stream);
      await stage.isGone(line);
    },
  },
  {
    id: 'drop-while-draining',
    promise: ['D4', 'D7'],
    name: 'a connection that is lost during disconnect({drain}) cuts its streams, and is not opened again',
    bare: missing,
    async run(stage) {
      const { line, stream, ending } = await waiting(stage);
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.isCut(stream, 1011);
      isLost(await stage.within(ending, 'disconnect()'), /1011/);
      await stage.isGone(line);
      await stage.dialled(1);
    },
  },
  ...(['fin', 'reset'] as const).map(
    (kind): LineScenario => ({
      id: `${kind}-while-draining`,
      promise: ['D4', 'D7'],
      name: `the report of disconnect({drain}) says that the connection was lost (${kind})`,
      bare: missing,
      async run(stage) {
        const { line, stream, ending } = await waiting(stage);
        stage.server.inflict({ kind });
        await stage.isCut(stream, 1006);
        isLost(await stage.within(ending, 'disconnect()'), /1006|ECONNRESET|closed/);
        await stage.isGone(line);
        await stage.dialled(1);
      },
    }),
  ),
  {
    id: 'black-hole-while-draining',
    promise: ['D1', 'D3'],
    name: 'a black hole during disconnect({drain}) is ended within the budget',
    bare: missing,
    async run(stage) {
      const { line, stream, ending } = await waiting(stage, { timeout: 200 });
      stage.server.inflict({ kind: 'black-hole' });
      const report = await stage.within(ending, 'disconnect()');
      assert.deepEqual([report.outcome, report.reason], ['forced', 'deadline'], 'the outcome and its reason');
      await stage.endsQuietly(stream);
      await stage.isGone(line);
      await stage.dialled(1);
    },
  },
];
