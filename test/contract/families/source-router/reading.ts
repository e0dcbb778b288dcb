import assert from 'node:assert/strict';
import type { StreamEndedError } from '../../../../core/errors.ts';
import type { ReadError } from '../../../../overlays/cartesia/read-error.ts';
import { hugeFrame } from '../../../support/voice-server.ts';
import type { Line } from '../../driver.ts';
import { chunkSamples } from '../../drivers/source-router.ts';
import type { LineScenario, LineStage } from '../../every/stage.ts';
import { endless } from '../../stage.ts';
import { ask, chunks, read, readAll, wrapperOf } from './support.ts';

/** The second read takes the place of the first, which waits for ever. */
const overwritten = { fails: /^the reads: not within/ };
const finished = { fails: /^it ended with \d+$/m };

function assertCut(end: unknown, expected: Partial<StreamEndedError>): void {
  assert.ok(end instanceof Error, `it ended with ${end}`);
  const { code, closeCode, contextId, phase, samplesRead } = end as StreamEndedError & ReadError;
  assert.deepEqual(
    { code, closeCode, contextId, phase, samplesRead },
    { code: 'ERR_STREAM_ENDED', contextId: 'a', samplesRead: 0, ...expected },
  );
}

/** Two reads of a source on which nothing has arrived. */
async function twoReads(stage: LineStage): Promise<{ line: Line; reads: Promise<(number | Error)[]> }> {
  const line = await stage.open({ chunks: 0, done: false });
  const source = await ask(stage, line);
  return { line, reads: Promise.all([read(source), read(source)]) };
}

/** D7: `source.read()`. */
export const reading: readonly LineScenario[] = [
  {
    id: 'arrived-audio-comes-first',
    promise: 'D7',
    name: 'after a drop, reads deliver what had arrived; then this one and every later one rejects',
    bare: finished,
    async run(stage) {
      const line = await stage.open({ chunks: 3, interval: 0, done: false });
      const source = await ask(stage, line);
      const first = await stage.within(read(source), 'the first read');
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.isGone(line);
      assert.equal(first, chunkSamples);
      // A short count, as long as there is something: that is how the SDK reads.
      assert.equal(await stage.within(read(source, 1000), 'the second read'), 2 * chunkSamples);
      for (const which of ['third', 'fourth']) {
        const end = await stage.within(read(source), `the ${which} read`);
        assertCut(end, { closeCode: 1011, phase: 'between-chunks' });
      }
    },
  },
  {
    id: 'drop-before-the-first-chunk',
    promise: 'D7',
    name: 'a drop before the first chunk says so',
    bare: finished,
    async run(stage) {
      const line = await stage.open({ fault: { kind: 'reset' } });
      const source = await ask(stage, line);
      assertCut(await stage.within(read(source), 'the read'), { closeCode: 1006, phase: 'first-chunk' });
    },
  },
  {
    id: 'refused-frame-is-the-cause',
    promise: 'D7',
    name: 'a drop by a frame that ws refuses has that as its cause',
    bare: finished,
    async run(stage) {
      const line = await stage.open({ ...endless, fault: { kind: 'raw', bytes: hugeFrame }, faultAfter: 1 });
      const end = await stage.within(readAll(await ask(stage, line)), 'the end');
      assert.ok(end instanceof Error, `it ended with ${end}`);
      assert.match(String(end.cause), /Max payload size exceeded/);
    },
  },
  {
    id: 'two-reads-in-turn',
    promise: 'D7',
    name: 'two reads that wait get what arrives, one after the other',
    bare: overwritten,
    async run(stage) {
      const line = await stage.open({ chunks: 2, interval: 30 });
      const source = await ask(stage, line);
      const reads = await stage.within(Promise.all([read(source), read(source), read(source)]), 'the reads');
      assert.deepEqual(reads, [chunkSamples, chunkSamples, 0]);
    },
  },
  {
    id: 'two-reads-are-cut',
    promise: 'D7',
    name: 'two reads that wait are both told of a drop',
    bare: overwritten,
    async run(stage) {
      const { reads } = await twoReads(stage);
      stage.server.inflict({ kind: 'close', code: 1000 });
      for (const end of await stage.within(reads, 'the reads'))
        assertCut(end, { closeCode: 1000, phase: 'first-chunk' });
    },
  },
  {
    id: 'two-reads-end',
    promise: 'D7',
    name: 'two reads that wait both end with disconnect()',
    bare: overwritten,
    async run(stage) {
      const { line, reads } = await twoReads(stage);
      await stage.hangUp(line);
      assert.deepEqual(await stage.within(reads, 'the reads'), [0, 0]);
    },
  },
  {
    id: 'mark-done',
    promise: ['D7', 'D14'],
    name: "a user's markDone() ends the reads that wait, and a later drop does not change that",
    bare: overwritten,
    async run(stage) {
      const line = await stage.open({ chunks: 0, done: false });
      const source = await ask(stage, line);
      const reads = Promise.all([read(source), read(source)]);
      source.markDone();
      assert.deepEqual(await stage.within(reads, 'the reads'), [0, 0]);
      stage.server.inflict({ kind: 'reset' });
      await stage.isGone(line);
      assert.equal(await read(source), 0);
    },
  },
  {
    id: 'unread-audio-is-dropped',
    promise: 'D7',
    name: 'audio that nobody has read is dropped by disconnect()',
    bare: { fails: /^audio that was not read/ },
    async run(stage) {
      const line = await stage.open(endless);
      const source = await ask(stage, line);
      await stage.within(read(source), 'the first read');
      await chunks(stage, 5);
      await stage.hangUp(line);
      assert.equal(await stage.within(read(source), 'the read'), 0, 'audio that was not read');
    },
  },
  {
    id: 'close-frame-in-the-tick',
    promise: 'D5',
    name: 'disconnect() sends its close frame in its own tick',
    bare: 'passes',
    async run(stage) {
      const line = await stage.open(endless);
      const { socket } = wrapperOf(line);
      void line.close();
      assert.equal(socket?.readyState, socket?.CLOSING);
      await stage.isGone(line);
    },
  },
  {
    id: 'any-portions',
    promise: 'D14',
    name: 'a finished stream is read to its end, in whatever portions',
    bare: 'passes',
    async run(stage) {
      const line = await stage.open({ chunks: 4, interval: 0 });
      const source = await ask(stage, line);
      const counts: (number | Error)[] = [];
      do counts.push(await stage.within(read(source, 10), 'a read'));
      while (counts.at(-1) !== 0);
      assert.equal(
        (counts as number[]).reduce((sum, count) => sum + count),
        4 * chunkSamples,
      );
      assert.equal(await read(source), 0, 'also later');
    },
  },
  {
    id: 'drain-ends-the-inputs',
    promise: 'D1',
    name: 'disconnect({drain}) tells the provider that a context gets no more text, and every source gets its audio',
    bare: { fails: /^the samples/ },
    async run(stage) {
      const line = await stage.open({ chunks: 10, interval: 5 });
      const first = await ask(stage, line, 'a', { continue: true });
      const second = await ask(stage, line, 'a', { continue: true });
      const all = Promise.all([readAll(first), readAll(second)]);
      await chunks(stage, 2);
      stage.reported(await stage.hangUp(line, { drain: 60_000 }), 'graceful');
      const counts = (await stage.within(all, 'the reads')) as number[];
      assert.equal(counts[0]! + counts[1]!, 20 * chunkSamples, 'the samples that were read');
    },
  },
];
