import assert from 'node:assert/strict';
import type { Greeting } from '../../support/voice-server.ts';
import type { Line } from '../driver.ts';
import { driverOf } from '../drivers/index.ts';
import { slug } from '../play.ts';
import type { LineScenario, LineStage } from './stage.ts';

const stalls: readonly Greeting[] = ['tcp-silence', 'tls-stall', 'upgrade-stall'];
const failures: readonly [name: string, greeting: Greeting, cause: RegExp][] = [
  ['a 401', 'upgrade-401', /401/],
  ['a reset', 'reset', /ECONNRESET|socket hang up|before secure TLS/],
];
const unbounded = { fails: /^connect\(\): not within|did not match/ };

const saysWhy: LineScenario['concerns'] = (cell) => driverOf(cell).isNative?.(cell) !== true;

async function failsToConnect(stage: LineStage, line: Line, cause: RegExp): Promise<void> {
  const error = await stage.fails(() => line.opened, 'connect()');
  assert.match(`${error.message} ${(error.cause as Error | undefined)?.message}`, cause);
  assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)} ${error.cause}`, /TESTKEY/);
  await stage.isGone(line);
}

/** D6, D9: while CONNECTING, and when connecting fails. Without an `error` listener, so that a crash would be one. */
export const connecting: readonly LineScenario[] = [
  ...stalls.flatMap((greeting) =>
    [false, true].map(
      (force): LineScenario => ({
        id: `${force ? 'force' : 'disconnect'}-while-connecting-${greeting}`,
        promise: ['D3', 'D9'],
        name: `disconnect(${force || ''}) while CONNECTING (${greeting}) ends the attempt, and connect() rejects`,
        bare: 'passes',
        async run(stage) {
          await stage.serve({ greeting });
          const line = stage.dial({ listen: false });
          await stage.ready(() => stage.server.seen.connections.length === 1, 'the server to see the attempt');
          if (greeting === 'upgrade-stall') await stage.ready(() => stage.server.seen.upgrades === 1, 'the upgrade');
          await stage.hangUp(line, force);
          await stage.fails(() => line.opened, 'connect()');
          await stage.isGone(line);
          await stage.dialled(1);
        },
      }),
    ),
  ),
  ...[false, true].map(
    (force): LineScenario => ({
      id: `${force ? 'force' : 'disconnect'}-in-the-tick-of-connect`,
      promise: ['D3', 'D9'],
      name: `disconnect(${force || ''}) in the tick of connect()`,
      bare: { fails: /^connect\(\): not within/ },
      async run(stage) {
        await stage.serve();
        const line = stage.dial({ listen: false });
        await stage.hangUp(line, force);
        await stage.fails(() => line.opened, 'connect()');
        await stage.isGone(line);
        await stage.settle();
        assert.ok(stage.server.seen.connections.length <= 1, 'it may have been dialled, but once');
        await stage.serverSeesTheEnd();
      },
    }),
  ),
  {
    id: 'own-close-while-connecting',
    promise: ['D5', 'D9'],
    name: "the SDK's own close while CONNECTING, with nobody awaiting connect(), ends the attempt",
    bare: 'passes',
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-stall' });
      const line = stage.dial({ listen: false });
      await stage.ready(() => stage.server.seen.upgrades === 1, 'the upgrade request');
      await stage.within(Promise.resolve(line.close()), 'close()');
      await stage.isGone(line);
      await stage.serverSeesTheEnd();
      await stage.dialled(1);
    },
  },
  ...failures.map(
    ([name, greeting, cause]): LineScenario => ({
      id: `connect-${slug(name)}`,
      promise: ['D9', 'D13'],
      name: `${name} makes connect() reject with the cause, and nothing retries`,
      bare: unbounded,
      concerns: saysWhy,
      async run(stage) {
        await stage.serve({ greeting });
        await failsToConnect(stage, stage.dial({ listen: false }), cause);
        await stage.dialled(1);
      },
    }),
  ),
  {
    id: 'connect-refused',
    promise: ['D9', 'D13'],
    name: 'a refused connection makes connect() reject with the cause',
    bare: unbounded,
    concerns: saysWhy,
    async run(stage) {
      await failsToConnect(stage, stage.dialNobody({ listen: false }), /ECONNREFUSED/);
    },
  },
  ...stalls.map(
    (greeting): LineScenario => ({
      id: `connect-times-out-${greeting}`,
      promise: 'D9',
      name: `a stalled handshake (${greeting}) rejects with ConnectTimeoutError, and nothing retries`,
      bare: unbounded,
      async run(stage) {
        await stage.serve({ greeting });
        const line = stage.dial({ listen: false, overlay: { connectTimeout: 150 } });
        const error = await stage.fails(() => line.opened, 'connect()', 'ERR_CONNECT_TIMEOUT');
        assert.equal(error.timeout, 150);
        await stage.isGone(line);
        await stage.dialled(1);
      },
    }),
  ),
  {
    id: 'failed-attempt-unawaited',
    promise: ['D9', 'D10'],
    name: 'a failed attempt that nobody awaits, then disconnect()',
    bare: unbounded,
    async run(stage) {
      // From Node 24 on, Node's own WebSocket asks again after a 401.
      const isNative = stage.driver.isNative?.(stage.cell) === true;
      await stage.serve({ greeting: isNative ? 'reset' : 'upgrade-401' });
      const line = stage.dial();
      await stage.isGone(line);
      await stage.hangUp(line);
      await stage.dialled(1);
    },
  },
];
