import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { LineStage } from '../contract/every/stage.ts';
import { playOn } from '../contract/play.ts';
import { cellOf, dial, driverOf, type Way } from './lines.ts';
import { rows } from './rows.ts';

/** A wrapper tries a handshake that has failed again. */
const ofOneAttempt = /^(connect-.*|failed-attempt-unawaited|connected)$/;
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
