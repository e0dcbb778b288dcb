/** An app that subscribes to the channels of hangup learns the course of every end, and of every loss, of every class. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { channels, type Diagnostics } from '../../../core/diagnostics.ts';
import type { DisconnectReport, StepReport } from '../../../core/disconnectable.ts';
import { nameOf, socketCells } from '../../support/cells.ts';
import { driverOf, drivers } from '../drivers/index.ts';
import { isLong, isPlayed } from '../played.ts';
import { endless } from '../stage.ts';
import { LineStage } from './stage.ts';

/** All messages since the test began, in their order. */
let heard: { [N in keyof Diagnostics]: { channel: N; message: Diagnostics[N] } }[keyof Diagnostics][];
const listen = (message: unknown, channel: string | symbol) => {
  heard.push({ channel, message } as (typeof heard)[number]);
};
const told = <N extends keyof Diagnostics>(name: N): Diagnostics[N][] =>
  heard.flatMap(({ channel, message }) => (channel === name ? [message as Diagnostics[N]] : []));

beforeEach(async () => {
  // Messages of the test before may still come.
  await sleep(5);
  heard = [];
  for (const channel of channels) subscribe(channel, listen);
});
afterEach(() => {
  for (const channel of channels) unsubscribe(channel, listen);
});

for (const driver of drivers) {
  for (const delivery of isLong ? (['overlay', 'patched'] as const) : (['overlay'] as const)) {
    const cell = socketCells(delivery).findLast(
      (one) => driverOf(one) === driver && one.broken === undefined && (isLong || isPlayed(one)),
    );
    assert.ok(cell, `${driver.classNames} has no cell for ${delivery}`);

    describe(nameOf(cell), () => {
      const play = async (run: (stage: LineStage) => Promise<void>) => {
        const stage = await LineStage.create(cell, 4_000);
        try {
          await run(stage);
        } finally {
          await stage.dispose();
        }
      };

      test('an end begins, takes its steps, and gives its report, also to await using', () =>
        play(async (stage) => {
          const { target } = await stage.open();
          await target[Symbol.asyncDispose]();
          const [start] = told('hangup.end.start');
          const [finish, ...others] = told('hangup.end.finish');
          assert.ok(start && finish);
          assert.deepEqual(others, []);
          assert.ok(start.timeout > 1_000 && start.timeout <= 2_000, `${start.timeout} ms`);
          assert.deepEqual([start.id, start.name], [finish.id, finish.name]);
          assert.deepEqual(finish.report, await target.disconnect());
          const steps = told('hangup.end.step');
          assert.deepEqual(
            steps.map(({ id, step }) => [id, step]),
            finish.report.steps.map((step) => [start.id, step]),
          );
          assert.equal(heard.at(0)?.channel, 'hangup.end.start');
          assert.equal(heard.at(-1)?.channel, 'hangup.end.finish');
        }));

      test('a subscriber gets a copy of the report: what it changes there, the caller does not see', () =>
        play(async (stage) => {
          const { target } = await stage.open();
          const change = (message: unknown) => {
            const { step, report } = message as { step?: StepReport; report?: DisconnectReport };
            for (const one of [step, ...(report?.steps ?? [])]) if (one !== undefined) one.name = 'changed';
            report?.steps.splice(0);
            report?.abandoned.push('changed');
          };
          for (const channel of channels) subscribe(channel, change);
          try {
            const report = await target.disconnect();
            assert.deepEqual(report.abandoned, []);
            assert.ok(report.steps.length > 0 && report.steps.every(({ name }) => name !== 'changed'));
          } finally {
            for (const channel of channels) unsubscribe(channel, change);
          }
        }));

      test('disconnect() in a subscriber that hears of the begin of a drain ends the drain', () =>
        play(async (stage) => {
          const line = await stage.open(endless);
          await stage.stream(line);
          const hangUp = () => void line.target.disconnect();
          subscribe('hangup.end.start', hangUp);
          try {
            const report = await stage.within(line.target.disconnect({ drain: 60_000 }), 'disconnect()');
            assert.equal(report.outcome, 'graceful');
            await stage.isGone(line);
          } finally {
            unsubscribe('hangup.end.start', hangUp);
          }
        }));

      test('a call after the end is refused, by its name', () =>
        play(async (stage) => {
          const line = await stage.open();
          await line.target.disconnect(true);
          const calls = Object.entries(line.calls);
          for (const [, call] of calls) await stage.fails(call, 'a call after the end', 'ERR_DISCONNECTED');
          assert.equal(told('hangup.dial.refused').length, calls.length);
          for (const { name, call } of told('hangup.dial.refused'))
            assert.match(`${name} ${call}`, /^socket \w+ \w+\(\)$/);
        }));

      test('a stream that is cut is told, with the error of its reader where there is one', () =>
        play(async (stage) => {
          const line = await stage.open({ ...endless, done: false });
          const stream = await stage.stream(line, 3);
          stage.server.inflict({ kind: 'close', code: 1011, reason: 'overloaded' });
          const error = driver.traits.told === 'closes' ? undefined : await stage.endsWith(stream, 'ERR_STREAM_ENDED');
          await stage.until(() => told('hangup.stream.cut').length > 0, 'the message of the cut');
          const [cut, ...others] = told('hangup.stream.cut');
          assert.equal(cut?.error.closeCode, 1011);
          assert.equal(cut?.error.closeReason, 'overloaded');
          if (error !== undefined) assert.equal(cut?.error.message, error.message);
          assert.deepEqual(others, []);
          await stage.hangUp(line);
        }));

      if (!driver.traits.isSession)
        test('a connection that is lost while it is idle has no stream that could be cut', () =>
          play(async (stage) => {
            const line = await stage.open();
            stage.server.inflict({ kind: 'close', code: 1011 });
            await stage.until(() => stage.server.seen.connections[0]!.ended, 'the end of the connection');
            await stage.tick();
            // Where a call does not dial by itself, it is refused.
            const calls = driver.traits.reconnects ? [] : Object.values(line.calls);
            for (const call of calls)
              await Promise.resolve()
                .then(call)
                .catch(() => {});
            await stage.hangUp(line);
            await stage.tick();
            assert.deepEqual(told('hangup.stream.cut'), []);
          }));

      if (driver.traits.told === 'throws')
        test('a subscriber that hangs up at a cut takes nothing from the reader', () =>
          play(async (stage) => {
            const line = await stage.open({ ...endless, done: false });
            const stream = await stage.stream(line, 3);
            const hangUp = () => void line.target.disconnect(true);
            subscribe('hangup.stream.cut', hangUp);
            try {
              stage.server.inflict({ kind: 'close', code: 1011 });
              await stage.endsWith(stream, 'ERR_STREAM_ENDED');
            } finally {
              unsubscribe('hangup.stream.cut', hangUp);
            }
          }));

      // One SDK reads frames of its old transcriptions in a `try` of its own. The other hands out what it cannot parse, as text.
      if (!driver.classNames.some((name) => name === 'SttWebsocket' || name === 'WrappedListenV1Socket'))
        test('a frame that cannot be read is told', () =>
          play(async (stage) => {
            const line = await stage.open({ ...endless, done: false });
            await stage.stream(line, 3);
            stage.server.inflict({ kind: 'text', data: ['{"type":"chunk","data":42', 'null'] });
            await stage.until(() => told('hangup.frame.unreadable').length > 0, 'the message of the frame');
            assert.match(told('hangup.frame.unreadable')[0]!.reason, /^the provider sent |^could not parse/);
            await stage.hangUp(line);
          }));
    });
  }
}
