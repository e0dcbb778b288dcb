import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { calling } from '../contract/every/calling.ts';
import { connecting } from '../contract/every/connecting.ts';
import { dropping } from '../contract/every/dropping.ts';
import { ending } from '../contract/every/ending.ts';
import { LineStage } from '../contract/every/stage.ts';
import { playOn } from '../contract/play.ts';
import { cellOf, dial, driverOf, type Way } from './lines.ts';

/** Rows about streams and calls of an SDK, which a raw socket does not have. */
const ofSdks =
  /^(cancels-on-the-provider|late-calls.*|calls-in-the-tick|cancel-in-.*|reopens|does-not-reopen|close-reason-scrubbed)$/;
/** A wrapper tries a handshake that has failed again. */
const ofOneAttempt = /^(connect-.*|failed-attempt-unawaited|connected)$/;
/** The `error` event of a Cartesia stream is a message like any other. */
const ofErrorEvents = /^in-an-error-listener$/;

const rows = [...ending, ...calling, ...connecting, ...dropping].filter(
  ({ id }) => !ofSdks.test(id) && !ofErrorEvents.test(id),
);
const rowsFor = (way: Way) => rows.filter(({ id }) => !way.startsWith('wrapper') || !ofOneAttempt.test(id));

const play = (way: Way, { run }: (typeof rows)[number], patience: number) =>
  playOn(new LineStage(cellOf(way), driverOf(way), dial(way), patience), run);

describe.concurrent.each(['socket', 'class', 'wrapper', 'wrapper class'] as const)('the contract: %s', (way) => {
  for (const row of rowsFor(way)) test(row.name, () => play(way, row, 4_000));
});

/** Rows that the bare socket breaks, because it waits for its peer. */
const hangs = [
  'close-unanswered',
  'tcp-kept-open',
  'black-hole',
  'force-in-a-black-hole',
  'own-close-black-hole',
  'full-buffers',
  'connect-times-out-tcp-silence',
  'connect-times-out-tls-stall',
  'connect-times-out-upgrade-stall',
  'close-frame-and-hang',
];

describe.concurrent('the bare socket', () => {
  for (const id of hangs) {
    const row = rows.find((one) => one.id === id)!;
    test(`control: hangs: ${row.name}`, async () => {
      await assert.rejects(play('bare', row, 500), (error: Error) => {
        assert.ok(error instanceof assert.AssertionError, error.stack);
        assert.match(error.message, /not within/);
        return true;
      });
    });
  }
});
