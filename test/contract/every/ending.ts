import assert from 'node:assert/strict';
import type { DisconnectOptions } from '../../../core/disconnectable.ts';
import { hangs } from '../defects.ts';
import { driverOf } from '../drivers/index.ts';
import { blackHole, endless } from '../stage.ts';
import type { LineScenario } from './stage.ts';

/** Faults of the peer, with the shutdown call that has to cope with them. */
const idleHangs: readonly [id: string, name: string, behaviour: typeof endless, how: true | DisconnectOptions][] = [
  [
    'close-unanswered',
    'disconnect({timeout}) forces when the close frame is never answered',
    { onClose: 'ignore' },
    { timeout: 120 },
  ],
  [
    'tcp-kept-open',
    'disconnect({timeout}) ends a peer that answers and keeps TCP open',
    { onClose: 'answer-and-hang' },
    { timeout: 120 },
  ],
  ['force-idle', 'disconnect(true) of an idle connection', { onClose: 'ignore' }, true],
];

const streamHangs: readonly [id: string, name: string, behaviour: typeof endless, how: true | DisconnectOptions][] = [
  [
    'nothing-answered-mid-stream',
    'disconnect({timeout}) forces when neither cancel nor close is answered, mid-stream',
    { ...endless, onClose: 'ignore', ignoreCancel: true },
    { timeout: 150 },
  ],
  ['black-hole', 'disconnect({timeout}) ends a black hole', blackHole, { timeout: 150 }],
  ['force-in-a-black-hole', 'disconnect(true) ends a black hole at once', blackHole, true],
];

/** D1, D2, D3, D5: what ends a connection, and by when. */
export const ending: readonly LineScenario[] = [
  {
    id: 'idle',
    promise: 'D1',
    name: 'disconnect() when idle closes politely',
    bare: 'passes',
    async run(stage) {
      const line = await stage.open();
      const report = await stage.hangUp(line);
      if (report !== undefined) {
        assert.equal(report.outcome, 'graceful');
        assert.deepEqual(report.abandoned, []);
        assert.equal(report.steps.find(({ name }) => name === 'close')?.outcome, 'ok');
      }
      await stage.isGone(line);
      await stage.serverSeesTheEnd();
      assert.notEqual(stage.server.seen.connections[0]?.close, undefined, 'the server must get a close frame');
      await stage.dialled(1);
    },
  },
  {
    id: 'mid-stream',
    promise: ['D1', 'D7'],
    name: 'disconnect() in the middle of a stream ends it quietly',
    bare: 'passes',
    async run(stage) {
      const line = await stage.open(endless);
      const stream = await stage.stream(line, 3);
      const report = await stage.hangUp(line);
      await stage.endsQuietly(stream);
      await stage.isGone(line);
      await stage.serverSeesTheEnd();
      if (report !== undefined) assert.deepEqual(report.abandoned, []);
      await stage.dialled(1);
    },
  },
  {
    id: 'cancels-on-the-provider',
    promise: 'D1',
    name: 'disconnect() ends every stream, and cancels it on the provider where there is a way to',
    bare: { fails: /told to cancel|^the end of the stream: not within/ },
    concerns: (cell) => driverOf(cell).isCancel !== undefined,
    async run(stage) {
      const line = await stage.open(endless);
      const streams = [await stage.stream(line, 1, 'a'), await stage.stream(line, 1, 'b')];
      await stage.hangUp(line);
      for (const stream of streams) await stage.endsQuietly(stream);
      const cancelled = stage.server.seen.messages.filter(stage.driver.isCancel!);
      assert.equal(cancelled.length, 2, 'contexts that the server was told to cancel');
    },
  },
  {
    id: 'force-mid-stream',
    promise: 'D2',
    name: 'disconnect(true) in the middle of a stream ends it quietly, without the polite part',
    bare: { fails: /^a close frame was sent|^the end of the stream: not within/ },
    async run(stage) {
      const line = await stage.open(endless);
      const stream = await stage.stream(line);
      const report = await stage.hangUp(line, true);
      stage.reported(report, 'forced');
      await stage.endsQuietly(stream);
      await stage.isGone(line);
      await stage.serverSeesTheEnd();
      assert.equal(stage.server.seen.connections[0]?.close, undefined, 'a close frame was sent');
    },
  },
  ...idleHangs.map(
    ([id, name, behaviour, how]): LineScenario => ({
      id,
      promise: ['D1', 'D2', 'D3'],
      name,
      bare: hangs,
      async run(stage) {
        const line = await stage.open(behaviour);
        const report = await stage.hangUp(line, how);
        stage.reported(report, 'forced');
        await stage.isGone(line);
        await stage.serverSeesTheEnd();
        await stage.dialled(1);
      },
    }),
  ),
  ...streamHangs.map(
    ([id, name, behaviour, how]): LineScenario => ({
      id,
      promise: ['D1', 'D2', 'D3'],
      name,
      bare: hangs,
      async run(stage) {
        const line = await stage.open(behaviour);
        const stream = await stage.stream(line);
        const report = await stage.hangUp(line, how);
        stage.reported(report, 'forced');
        await stage.endsQuietly(stream);
        await stage.isGone(line);
        await stage.dialled(1);
      },
    }),
  ),
  {
    id: 'black-hole-default-budget',
    promise: ['D1', 'D3'],
    name: 'disconnect() ends a black hole within the default budget',
    bare: hangs,
    async run(stage) {
      const line = await stage.open(blackHole);
      const stream = await stage.stream(line);
      const report = await stage.hangUp(line);
      await stage.endsQuietly(stream);
      await stage.isGone(line);
      stage.reported(report, 'forced');
      if (report) assert.ok(report.durationMs < 3000, `the budget is 2000 ms, it took ${report.durationMs}`);
    },
  },
  {
    id: 'full-buffers',
    promise: ['D1', 'D3'],
    name: 'disconnect({timeout}) does not wait for megabytes that the peer does not read',
    bare: hangs,
    async run(stage) {
      const line = await stage.open({ stopReading: true });
      // No more than the kernel's buffers and one megabyte: encrypting it holds up the other cells.
      for (let sent = 0; sent < 50 && line.buffered <= 1024 * 1024; sent++) {
        await line.post(1024 * 1024);
        await stage.tick();
      }
      await stage.ready(() => line.buffered > 1024 * 1024, 'the buffers to be full');
      await stage.hangUp(line, { timeout: 250 });
      await stage.isGone(line);
    },
  },
  {
    id: 'own-close-idle',
    promise: 'D5',
    name: "the SDK's own close, idle",
    bare: 'passes',
    async run(stage) {
      const line = await stage.open();
      // After 1000 ms it would be forced: the answer of the peer was heard.
      stage.reported(await stage.closes(line), 'graceful');
      await stage.isGone(line);
      assert.notEqual(stage.server.seen.connections[0]?.close, undefined, 'the server must get a close frame');
      await stage.dialled(1);
    },
  },
  {
    id: 'own-close-mid-stream',
    promise: ['D5', 'D7'],
    name: "the SDK's own close in the middle of a stream ends it quietly",
    bare: 'passes',
    async run(stage) {
      const line = await stage.open(endless);
      const stream = await stage.stream(line);
      stage.reported(await stage.closes(line), 'graceful');
      await stage.endsQuietly(stream);
      await stage.isGone(line);
      await stage.dialled(1);
    },
  },
  {
    id: 'own-close-black-hole',
    promise: 'D5',
    name: "the SDK's own close in a black hole is bounded",
    bare: hangs,
    async run(stage) {
      const line = await stage.open(blackHole);
      const stream = await stage.stream(line);
      const closing = stage.closes(line);
      // The scenario may be over before.
      closing.catch(() => {});
      await stage.endsQuietly(stream);
      await stage.isGone(line);
      stage.reported(await closing, 'forced');
      await stage.dialled(1);
    },
  },
];
