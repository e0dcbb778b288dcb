import assert from 'node:assert/strict';
import type { StreamEndedError } from '../../../../core/errors.ts';
import type { Behaviour } from '../../../support/voice-server.ts';
import { type AudioSource, chunkSamples } from '../../drivers/source-router.ts';
import type { LineScenario, LineStage } from '../../every/stage.ts';
import { slug } from '../../play.ts';
import { apiKey } from '../../stage.ts';
import { ask, chunks, read, readAll, wrapperOf } from './support.ts';

const json = (message: object) => ({ kind: 'text', data: JSON.stringify(message) }) as const;
const audio = Buffer.alloc(4 * chunkSamples, 7).toString('base64');
/** Streams that stay open. */
const open: Behaviour = { chunks: 1, done: false };
/** The first source that there ever was is ended, like a finished one. */
const first = { fails: /^the stream goes on|^the end: not within/ };

/** A chunk for context b: once it is read, what was sent before it has had its effect, and not together with what follows. */
async function arrives(stage: LineStage, b: AudioSource): Promise<void> {
  stage.server.inflict(json({ type: 'chunk', context_id: 'b', data: audio }));
  assert.equal(await stage.within(read(b), 'the chunk for b'), chunkSamples);
}

/** D10: whom a message concerns. */
export const messages: readonly LineScenario[] = [
  {
    id: 'named-error',
    promise: ['D10', 'D13'],
    name: 'an error event for a context ends that source with it, and no other',
    bare: { fails: /^it ended with/ },
    async run(stage) {
      const line = await stage.open(open);
      const [a, b] = [await ask(stage, line, 'a'), await ask(stage, line, 'b')];
      await chunks(stage, 2);
      stage.server.inflict({ kind: 'error-event', withContext: true, message: `no credit for ${apiKey}` });
      const end = (await stage.within(readAll(b), 'the end')) as StreamEndedError;
      assert.equal(end.code, 'ERR_STREAM_ENDED', `it ended with ${end}`);
      assert.equal(end.contextId, 'b');
      assert.match(String(end.cause), /no credit for \[redacted\]/);
      await stage.within(read(a), 'the read');
      stage.server.inflict(json({ type: 'done', context_id: 'a' }));
      assert.equal(await stage.within(readAll(a), 'the end of the other'), 0);
    },
  },
  {
    id: 'nameless-error-ends-the-only-source',
    promise: 'D10',
    name: 'an error event without a context ends the only open source, not the first one',
    bare: first,
    async run(stage) {
      const line = await stage.open();
      assert.equal(await stage.within(readAll(await ask(stage, line, 'a')), 'the first'), 3 * chunkSamples);
      stage.server.behaviour = open;
      const source = await ask(stage, line, 'b');
      await stage.within(read(source), 'the read');
      stage.server.inflict({ kind: 'error-event', withContext: false });
      const end = (await stage.within(readAll(source), 'the end')) as StreamEndedError;
      assert.match(String(end.cause), /injected error/);
    },
  },
  {
    id: 'nameless-error-ends-none-of-two',
    promise: 'D10',
    name: 'an error event without a context ends none of two open sources',
    bare: first,
    async run(stage) {
      const line = await stage.open(open);
      const sources = [await ask(stage, line, 'a'), await ask(stage, line, 'b')];
      for (const source of sources) await stage.within(read(source), 'the read');
      const [a, b] = sources as [AudioSource, AudioSource];
      const end = readAll(a);
      stage.server.inflict({ kind: 'error-event', withContext: false });
      await arrives(stage, b);
      for (const context_id of ['a', 'b']) {
        stage.server.inflict(json({ type: 'chunk', context_id, data: audio }));
        stage.server.inflict(json({ type: 'done', context_id }));
      }
      assert.equal(await stage.within(end, 'the end'), chunkSamples, 'the stream goes on');
      assert.equal(await stage.within(readAll(b), 'the end of the other'), chunkSamples);
    },
  },
  ...[
    ['malformed JSON', { kind: 'text', data: '{"type":"chunk","context_id":"$CTX", not json' }],
    ['a binary frame', { kind: 'binary', bytes: 16 }],
    ['a chunk whose data is a number', json({ type: 'chunk', context_id: '$CTX', data: 5 })],
    ['a chunk without data', json({ type: 'chunk', context_id: '$CTX' })],
  ].map(
    ([name, fault]): LineScenario => ({
      id: `frame-${slug(name as string)}`,
      promise: 'D10',
      name: `${name} ends the only open source with its cause: a part of it is missing`,
      bare: { fails: /^it ended with/ },
      async run(stage) {
        const line = await stage.open({ chunks: 2, fault: fault as Behaviour['fault'] & object, faultAfter: 1 });
        const end = (await stage.within(readAll(await ask(stage, line)), 'the end')) as StreamEndedError;
        assert.equal(end.code, 'ERR_STREAM_ENDED', `it ended with ${end}`);
        assert.ok(end.cause instanceof Error);
        await stage.stillWorks(line);
      },
    }),
  ),
  {
    id: 'empty-chunk',
    promise: 'D10',
    name: 'a chunk that holds nothing is not the end',
    bare: { fails: /^the stream goes on/ },
    async run(stage) {
      const line = await stage.open(open);
      const [a, b] = [await ask(stage, line, 'a'), await ask(stage, line, 'b')];
      for (const source of [a, b]) await stage.within(read(source), 'the read');
      const end = readAll(a);
      stage.server.inflict(json({ type: 'chunk', context_id: 'a', data: '==' }));
      await arrives(stage, b);
      stage.server.inflict(json({ type: 'chunk', context_id: 'a', data: audio }));
      stage.server.inflict(json({ type: 'done', context_id: 'a' }));
      assert.equal(await stage.within(end, 'the end'), chunkSamples, 'the stream goes on');
    },
  },
  {
    id: 'every-source-of-a-context-ends',
    promise: 'D7',
    name: 'the end of a context is the end of every source of it',
    bare: { fails: /^the ends: not within/ },
    async run(stage) {
      const line = await stage.open({ chunks: 0 });
      await ask(stage, line, 'default');
      const sources = [
        await ask(stage, line, 'a', { continue: true }),
        await ask(stage, line, 'a', { continue: true }),
        await ask(stage, line, 'a', { continue: false }),
      ];
      assert.deepEqual(await stage.within(Promise.all(sources.map(readAll)), 'the ends'), [0, 0, 0]);
    },
  },
  {
    id: 'unknown-context',
    promise: 'D14',
    name: 'what names no context, or one that is not known, is for the first source, as ever',
    bare: 'passes',
    async run(stage) {
      const line = await stage.open({ chunks: 0, done: false });
      const [a, b] = [await ask(stage, line, 'a'), await ask(stage, line, 'b')];
      for (const context_id of [undefined, 'unknown', 'b']) {
        stage.server.inflict(json({ type: 'chunk', context_id, data: audio }));
      }
      stage.server.inflict(json({ type: 'done' }));
      stage.server.inflict(json({ type: 'done', context_id: 'b' }));
      const sums = await stage.within(Promise.all([readAll(a), readAll(b)]), 'the ends');
      assert.deepEqual(sums, [2 * chunkSamples, chunkSamples]);
    },
  },
  {
    id: 'same-bytes',
    promise: 'D14',
    name: 'the same bytes are sent',
    bare: 'passes',
    async run(stage) {
      const line = await stage.open();
      const more = { outputFormat: { container: 'raw', encoding: 'pcm_s16le', sampleRate: 8000 }, duration: 3 };
      await stage.within(readAll(await ask(stage, line, 'a', { ...more, continue: false })), 'the end');
      const { source } = await wrapperOf(line).send({ modelId: 'm', transcript: 'hi', voice: { mode: 'id', id: 'v' } });
      await stage.within(readAll(source), 'the end');
      const [one, two] = stage.server.seen.connections[0]!.frames;
      assert.equal(
        one,
        '{"model_id":"sonic-2","transcript":"hello","voice":{"mode":"id","id":"a-voice"},"context_id":"a",' +
          '"output_format":{"container":"raw","encoding":"pcm_s16le","sample_rate":8000},"continue":false,"duration":3}',
      );
      assert.match(
        two!,
        /^{"model_id":"m","transcript":"hi","voice":{"mode":"id","id":"v"},"context_id":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{21}","output_format":{"container":"raw","encoding":"pcm_f32le","sample_rate":16000}}$/,
      );
    },
  },
];
