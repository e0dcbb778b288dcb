import assert from 'node:assert/strict';
import type { DisconnectOptions } from '../../../core/disconnectable.ts';
import { blackHole, endless, type LineScenario } from './stage.ts';

const noAnswer = { fails: 'its only end is the 30 s close timer of ws, if that' };

/** What becomes of the peer, and the shutdown call that has to cope with it. */
const hangs: readonly [name: string, behaviour: typeof endless, how: true | DisconnectOptions][] = [
  ['disconnect({timeout}) forces when the close frame is never answered', { onClose: 'ignore' }, { timeout: 120 }],
  [
    'disconnect({timeout}) ends a peer that answers and keeps TCP open',
    { onClose: 'answer-and-hang' },
    { timeout: 120 },
  ],
  ['disconnect(true) of an idle connection', { onClose: 'ignore' }, true],
];

const streamHangs: readonly [name: string, behaviour: typeof endless, how: true | DisconnectOptions][] = [
  [
    'disconnect({timeout}) forces when neither cancel nor close is answered, mid-stream',
    { ...endless, onClose: 'ignore', ignoreCancel: true },
    { timeout: 150 },
  ],
  ['disconnect({timeout}) ends a black hole', blackHole, { timeout: 150 }],
  ['disconnect(true) ends a black hole at once', blackHole, true],
];

/** D1, D2, D3, D5: what ends a connection, and by when. */
export const ending: readonly LineScenario[] = [
  {
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
    name: 'disconnect() ends every stream, and cancels it on the provider where there is a way to',
    bare: { fails: 'close() cancels nothing' },
    concerns: ({ traits }) => traits.cancels,
    async run(stage) {
      const line = await stage.open(endless);
      const streams = [await stage.stream(line, 1, 'a'), await stage.stream(line, 1, 'b')];
      await stage.hangUp(line);
      for (const stream of streams) await stage.endsQuietly(stream);
      const cancelled = stage.server.seen.messages.filter(({ cancel }) => cancel === true);
      assert.equal(cancelled.length, 2, 'contexts that the server was told to cancel');
    },
  },
  {
    name: 'disconnect(true) in the middle of a stream ends it quietly, without the polite part',
    bare: { fails: 'there is no disconnect(true)' },
    async run(stage) {
      const line = await stage.open(endless);
      const stream = await stage.stream(line);
      const report = await stage.hangUp(line, true);
      assert.equal(report?.outcome, 'forced');
      await stage.endsQuietly(stream);
      await stage.isGone(line);
      await stage.serverSeesTheEnd();
      assert.equal(stage.server.seen.connections[0]?.close, undefined);
    },
  },
  ...hangs.map(
    ([name, behaviour, how]): LineScenario => ({
      name,
      bare: noAnswer,
      async run(stage) {
        const line = await stage.open(behaviour);
        const report = await stage.hangUp(line, how);
        assert.equal(report?.outcome, 'forced');
        await stage.isGone(line);
        await stage.serverSeesTheEnd();
        await stage.dialled(1);
      },
    }),
  ),
  ...streamHangs.map(
    ([name, behaviour, how]): LineScenario => ({
      name,
      bare: noAnswer,
      async run(stage) {
        const line = await stage.open(behaviour);
        const stream = await stage.stream(line);
        const report = await stage.hangUp(line, how);
        assert.equal(report?.outcome, 'forced');
        await stage.endsQuietly(stream);
        await stage.isGone(line);
        await stage.dialled(1);
      },
    }),
  ),
  {
    name: 'disconnect() ends a black hole within the default budget',
    bare: noAnswer,
    async run(stage) {
      const line = await stage.open(blackHole);
      const stream = await stage.stream(line);
      const report = await stage.hangUp(line);
      await stage.endsQuietly(stream);
      await stage.isGone(line);
      assert.equal(report?.outcome, 'forced');
      assert.ok(report.durationMs < 3000, `the budget is 2000 ms, it took ${report.durationMs}`);
    },
  },
  {
    name: 'disconnect({timeout}) does not wait for megabytes that the peer does not read',
    bare: noAnswer,
    async run(stage) {
      const line = await stage.open({ stopReading: true });
      // No more than the kernel's buffers and one megabyte: encrypting it holds up the other cells.
      for (let sent = 0; sent < 50 && line.buffered <= 1024 * 1024; sent++) {
        await line.post(1024 * 1024);
        await stage.tick();
      }
      assert.ok(line.buffered > 1024 * 1024, 'the buffers must be full');
      await stage.hangUp(line, { timeout: 250 });
      await stage.isGone(line);
    },
  },
  {
    name: "the SDK's own close, idle",
    bare: 'passes',
    async run(stage) {
      const line = await stage.open();
      await stage.within(Promise.resolve(line.close()), 'close()');
      await stage.isGone(line);
      assert.notEqual(stage.server.seen.connections[0]?.close, undefined, 'the server must get a close frame');
      await stage.dialled(1);
    },
  },
  {
    name: "the SDK's own close in the middle of a stream ends it quietly",
    bare: 'passes',
    async run(stage) {
      const line = await stage.open(endless);
      const stream = await stage.stream(line);
      await stage.within(Promise.resolve(line.close()), 'close()');
      await stage.endsQuietly(stream);
      await stage.isGone(line);
      await stage.dialled(1);
    },
  },
  {
    name: "the SDK's own close in a black hole is bounded",
    bare: noAnswer,
    async run(stage) {
      const line = await stage.open(blackHole);
      const stream = await stage.stream(line);
      void line.close();
      await stage.endsQuietly(stream);
      await stage.isGone(line);
      await stage.dialled(1);
    },
  },
];
