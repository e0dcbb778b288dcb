import assert from 'node:assert/strict';
import events from 'node:events';
import { chunkSamples, is1x } from '../../../support/reconnecting.ts';
import { endless } from '../../stage.ts';
import type { ReconnectingStage, Scenario } from './stage.ts';

/** A cut stream looks like a finished one; an iterator waits for ever. */
const cleanEnd = { fails: /^the stream ended without an error|^the end of the stream: not within/ };
const before13 = (version: string) => /^1\.[0-2]\./.test(version);

async function iterate(stage: ReconnectingStage, events: AsyncIterable<unknown>) {
  const loop = { count: 0, ended: run() };
  await stage.settle();
  return loop;

  async function run(): Promise<number | Error> {
    const iterator = events[Symbol.asyncIterator]();
    await undefined;
    try {
      for await (const _ of { [Symbol.asyncIterator]: () => iterator }) loop.count++;
      return 0;
    } catch (error) {
      return error as Error;
    }
  }
}

/** D7, D8: the ends of a stream that is being read. */
export const streams: readonly Scenario[] = [
  {
    id: 'finished',
    promise: 'D14',
    name: 'a finished stream ends with a short read, and later reads find nothing',
    bare: 'passes',
    async run(stage) {
      const voice = await stage.open();
      const speech = await stage.speak(voice, 'a');
      const reader = stage.read(speech, chunkSamples - 3);
      assert.equal(await stage.endsAfter(reader), 9);
      assert.equal(await speech.source.read(new Float32Array(4)), 0);
    },
  },
  {
    id: 'cut-read-counts',
    promise: 'D7',
    name: 'a cut read says how much it has copied; full reads come first, later ones fail at once',
    bare: cleanEnd,
    async run(stage) {
      const voice = await stage.open({ chunks: 3, interval: 0, done: false });
      const speech = await stage.speak(voice, 'a');
      const first = new Float32Array(chunkSamples);
      assert.equal(await stage.within(speech.source.read(first), 'the first read'), chunkSamples);
      const inner = voice.socket?._ws;
      stage.server.inflict({ kind: 'close', code: 1011, reason: 'overloaded' });
      await stage.ready(() => inner?.readyState === 3, 'the drop');
      const rest = stage.read(speech, chunkSamples - 4);
      const error = await stage.endsWith(rest);
      assert.deepEqual([error.closeCode, error.samplesRead, error.phase], [1011, 8, 'between-chunks']);
      assert.match(error.message, /overloaded/);
      assert.equal(rest.samples, 2 * (chunkSamples - 4));
      const later = await stage.endsWith(stage.read(speech));
      assert.equal(later.samplesRead, 0);
    },
  },
  {
    id: 'waiting-reads-are-cut',
    promise: 'D7',
    name: 'reads that wait are told of the drop, each of its own share',
    bare: cleanEnd,
    async run(stage) {
      const voice = await stage.open({ chunks: 1, done: false });
      const speech = await stage.speak(voice, 'a');
      const reader = stage.read(speech);
      await stage.ready(() => reader.samples === chunkSamples, 'audio');
      stage.server.inflict({ kind: 'reset' });
      const error = await stage.endsWith(reader);
      assert.deepEqual([error.closeCode, error.samplesRead], [1006, 0]);
    },
  },
  {
    id: 'drop-before-the-first-chunk',
    promise: 'D7',
    name: 'a drop before the first chunk says so',
    bare: cleanEnd,
    async run(stage) {
      const voice = await stage.open({ fault: { kind: 'close', code: 1000 } });
      const error = await stage.endsWith(stage.read(await stage.speak(voice, 'a')));
      assert.deepEqual([error.closeCode, error.phase], [1000, 'first-chunk']);
    },
  },
  {
    id: 'events-are-cut',
    promise: 'D7',
    name: 'events() throws after a drop, what has arrived first',
    bare: cleanEnd,
    async run(stage) {
      const voice = await stage.open({ chunks: 2, done: false });
      const speech = await stage.speak(voice, 'a');
      const messages = await iterate(stage, speech.events('message'));
      await stage.ready(() => messages.count > 0, 'a message');
      await stage.settle();
      stage.server.inflict({ kind: 'fin' });
      await stage.endsWith(messages as never);
      assert.equal(messages.count, 2);
      await stage.endsWith((await iterate(stage, speech.events('message'))) as never);
    },
  },
  {
    id: 'source-events-are-cut',
    promise: 'D7',
    name: 'source.events() throws after a drop',
    bare: cleanEnd,
    async run(stage) {
      const voice = await stage.open({ chunks: 2, done: false });
      const speech = await stage.speak(voice, 'a');
      const enqueued = await iterate(stage, speech.source.events('enqueue'));
      stage.server.inflict({ kind: 'close', code: 1001 });
      const error = await stage.endsWith(enqueued as never);
      assert.equal(error.closeCode, 1001);
    },
  },
  {
    id: 'events-end-after-done',
    promise: 'D7',
    name: 'events() ends after done',
    bare: ({ version }) => (before13(version) ? { fails: /^the loop: not within/ } : 'passes'),
    async run(stage) {
      const voice = await stage.open({ chunks: 2 });
      const speech = await stage.speak(voice, 'a');
      const messages = await iterate(stage, speech.events('message'));
      assert.equal(await stage.within(messages.ended, 'the loop'), 0);
      assert.equal(messages.count, 3);
    },
  },
  {
    id: 'once-is-settled',
    promise: 'D7',
    name: 'a promise of once() is settled by a drop',
    bare: { fails: /^the call: not within/ },
    async run(stage) {
      const voice = await stage.open({ fault: { kind: 'close', code: 1011 } });
      const speech = await stage.speak(voice, 'a');
      const error = await stage.failure(() => speech.once('message'));
      assert.equal(error.code, 'ERR_STREAM_ENDED');
    },
  },
  {
    id: 'unread-audio-is-dropped',
    promise: 'D7',
    name: 'disconnect() ends readers quietly and drops what they have not read',
    bare: { fails: /^the end of the reader/ },
    async run(stage) {
      const voice = await stage.open({ chunks: 3, interval: 0, done: false });
      const speech = await stage.speak(voice, 'a');
      assert.equal(await stage.within(speech.source.read(new Float32Array(4)), 'read()'), 4);
      const messages = await iterate(stage, speech.events('message'));
      const waiting = stage.read(speech, 1000);
      await stage.hangUp(voice);
      assert.equal(await stage.endsAfter(waiting), 0, 'the end of the reader');
      assert.equal(await stage.within(speech.source.read(new Float32Array(4)), 'read()'), 0);
      assert.equal(await stage.within(messages.ended, 'the loop'), 0);
    },
  },
  ...[undefined, true, { timeout: 100 }].map(
    (how): Scenario => ({
      id: `read-in-the-tick-of-disconnect${how === undefined ? '' : how === true ? '-forced' : '-timeout'}`,
      promise: 'D7',
      name: `a read that begins in the tick of disconnect(${JSON.stringify(how) ?? ''}) ends quietly`,
      // In 2.x its own disconnect() closes the source some ticks later.
      bare: ({ version }) => (is1x(version) ? { fails: /^the reads: not within/ } : 'passes'),
      async run(stage) {
        const voice = await stage.open({ chunks: 1, done: false });
        const { source } = await stage.speak(voice, 'a');
        await stage.within(source.read(new Float32Array(chunkSamples)), 'the first read');
        const reads = [1, 2].map(() => source.read(new Float32Array(chunkSamples)));
        const ended = stage.hangUp(voice, how);
        assert.deepEqual(await stage.within(Promise.all(reads), 'the reads'), [0, 0]);
        await ended;
      },
    }),
  ),
  {
    id: 'read-in-the-tick-of-stop',
    promise: 'D7',
    name: 'reads that begin in the tick of stop() share what has arrived',
    bare: { fails: /^the reads: not within/ },
    concerns: ({ version }) => !/^1\.0\./.test(version),
    async run(stage) {
      const voice = await stage.open({ chunks: 1, done: false });
      const speech = await stage.speak(voice, 'a');
      await stage.ready(() => stage.server.seen.connections.some(({ chunks }) => chunks > 0), 'audio');
      await stage.settle();
      const reads = [1, 2].map(() => speech.source.read(new Float32Array(2 * chunkSamples)));
      speech.stop?.();
      assert.deepEqual(await stage.within(Promise.all(reads), 'the reads'), [chunkSamples, 0]);
    },
  },
  {
    id: 'stop',
    promise: 'D14',
    name: 'stop() ends a stream as before: what has arrived can be read',
    bare: 'passes',
    concerns: ({ version }) => version !== '1.0.0-alpha.4',
    async run(stage) {
      const voice = await stage.open({ chunks: 1, done: false });
      const speech = await stage.speak(voice, 'a');
      await stage.within(speech.source.once('enqueue'), 'audio');
      speech.stop?.();
      const reader = stage.read(speech, 7);
      assert.equal(await stage.endsAfter(reader), 2);
      assert.equal(reader.samples, 14);
      await stage.works(voice, 'b');
    },
  },
  {
    id: 'listeners-hear-all',
    promise: 'D14',
    name: 'listeners hear all that arrives together with the close frame',
    bare: 'passes',
    async run(stage) {
      const voice = await stage.open({
        chunks: 40,
        interval: 0,
        done: false,
        fault: { kind: 'close', code: 1011 },
        faultAfter: 40,
      });
      const speech = await stage.speak(voice, 'a');
      let heard = 0;
      speech.on('message', () => heard++);
      await stage.until(() => heard === 40, `40 messages`);
    },
  },
  {
    id: 'named-error',
    promise: 'D10',
    name: "an error message of the provider's ends its stream with that error",
    bare: cleanEnd,
    async run(stage) {
      const voice = await stage.open({
        ...endless,
        fault: { kind: 'error-event', withContext: true, message: 'voice not found' },
        faultAfter: 2,
      });
      const speech = await stage.speak(voice, 'a');
      const heard: string[] = [];
      speech.on('message', (message) => heard.push(message));
      const error = await stage.endsWith(stage.read(speech));
      assert.match(String((error.cause as Error).message), /voice not found/);
      assert.equal(error.closeCode, undefined);
      assert.ok(
        heard.some((message) => message.includes('voice not found')),
        'listeners hear it',
      );
      await stage.works(voice, 'b');
    },
  },
  {
    id: 'nameless-error-ends-the-only-stream',
    promise: 'D10',
    name: 'an error message without a context ends the only stream',
    bare: { fails: /^the stream ended without an error|^the end of the stream: not within/ },
    async run(stage) {
      const voice = await stage.open({ fault: { kind: 'error-event', withContext: false } });
      const error = await stage.endsWith(stage.read(await stage.speak(voice, 'a')));
      assert.match(String((error.cause as Error).message), /injected/);
    },
  },
  {
    id: 'nameless-error-ends-none-of-two',
    promise: 'D10',
    name: 'an error message without a context ends none of two streams',
    bare: 'passes',
    async run(stage) {
      const voice = await stage.open({ chunks: 3, interval: 60 });
      const readers = [stage.read(await stage.speak(voice, 'a')), stage.read(await stage.speak(voice, 'b'))];
      stage.server.inflict({ kind: 'error-event', withContext: false });
      for (const reader of readers) assert.equal(await stage.endsAfter(reader), 0);
    },
  },
  {
    id: 'no-first-chunk',
    promise: 'D8',
    name: 'timeout: no first chunk',
    bare: { crashes: /private member|Illegal invocation|Value of "this"/ },
    async run(stage) {
      const voice = await stage.open({ chunks: 0, done: false });
      const speech = await stage.speak(voice, 'a', { timeout: 60 });
      const error = await stage.endsWith(stage.read(speech), 'ERR_RECEIVE_TIMEOUT');
      assert.deepEqual([error.phase, error.timeout], ['first-chunk', 60]);
    },
  },
  {
    id: 'between-chunks',
    promise: 'D8',
    name: 'timeout: between chunks, and of that stream only',
    bare: { crashes: /private member|Illegal invocation|Value of "this"/ },
    async run(stage) {
      const voice = await stage.open({ chunks: 3, interval: 10, done: false });
      const patient = stage.read(await stage.speak(voice, 'patient'));
      const speech = await stage.speak(voice, 'a', { timeout: 400 });
      const reader = stage.read(speech, 3 * chunkSamples);
      const error = await stage.endsWith(reader, 'ERR_RECEIVE_TIMEOUT');
      assert.deepEqual([error.phase, error.samplesRead], ['between-chunks', 0]);
      assert.equal(reader.samples, 3 * chunkSamples);
      await stage.hangUp(voice);
      assert.equal(await stage.endsAfter(patient), 0);
    },
  },
  {
    id: 'in-time',
    promise: 'D8',
    name: 'timeout: a stream that ends in time is not disturbed',
    bare: 'passes',
    async run(stage) {
      const voice = await stage.open({ chunks: 6, interval: 30 });
      const reader = stage.read(await stage.speak(voice, 'a', { timeout: 2_000 }));
      assert.equal(await stage.endsAfter(reader), 0);
      await stage.settle();
    },
  },
  {
    id: 'no-listeners-are-left',
    promise: 'D3',
    name: 'a finished stream leaves no listeners',
    bare: ({ version }) => (version === '1.3.0' ? 'passes' : { fails: /^listeners on the reconnecting socket/ }),
    async run(stage) {
      const voice = await stage.open({ chunks: 1, interval: 0 });
      const before = listenerCount(voice.socket!);
      for (let n = 0; n < 12; n++) await stage.endsQuietly(stage.read(await stage.speak(voice, `c${n}`)));
      await stage.settle();
      assert.deepEqual(listenerCount(voice.socket!), before, 'listeners on the reconnecting socket');
    },
  },
];

function listenerCount(socket: object): number[] {
  const { _listeners } = socket as { _listeners?: Record<string, unknown[]> };
  return ['message', 'close', 'error'].map(
    (type) => _listeners?.[type]?.length ?? events.getEventListeners(socket as EventTarget, type).length,
  );
}
