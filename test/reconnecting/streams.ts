import assert from 'node:assert/strict';
import events from 'node:events';
import { chunkSamples, is1x } from '../support/reconnecting.ts';
import { type Bench, endless, type Scenario } from './bench.ts';

const cleanEnd = { fails: 'a cut stream looks like a finished one' } as const;
const before13 = (version: string) => /^1\.[0-2]\./.test(version);

async function iterate(bench: Bench, events: AsyncIterable<unknown>) {
  const loop = { count: 0, ended: run() };
  await bench.settle();
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

/** How a stream that is being read ends. */
export const streams: readonly Scenario[] = [
  {
    name: 'a finished stream ends with a short read, and later reads find nothing',
    bare: 'passes',
    async run(bench) {
      const voice = await bench.open();
      const speech = await bench.speak(voice, 'a');
      const reader = bench.read(speech, chunkSamples - 3);
      assert.equal(await bench.endsQuietly(reader), 9);
      assert.equal(await speech.source.read(new Float32Array(4)), 0);
    },
  },
  {
    name: 'a cut read says how much it has copied; full reads come first, later ones fail at once',
    bare: cleanEnd,
    async run(bench) {
      const voice = await bench.open({ chunks: 3, interval: 0, done: false });
      const speech = await bench.speak(voice, 'a');
      const first = new Float32Array(chunkSamples);
      assert.equal(await bench.within(speech.source.read(first), 'the first read'), chunkSamples);
      const inner = voice.socket?._ws;
      bench.server.inflict({ kind: 'close', code: 1011, reason: 'overloaded' });
      await bench.until(() => inner?.readyState === 3, 'the drop');
      const rest = bench.read(speech, chunkSamples - 4);
      const error = await bench.endsWith(rest);
      assert.deepEqual([error.closeCode, error.samplesRead, error.phase], [1011, 8, 'between-chunks']);
      assert.match(error.message, /overloaded/);
      assert.equal(rest.samples, 2 * (chunkSamples - 4));
      const later = await bench.endsWith(bench.read(speech));
      assert.equal(later.samplesRead, 0);
    },
  },
  {
    name: 'reads that wait are told of the drop, each of its own share',
    bare: cleanEnd,
    async run(bench) {
      const voice = await bench.open({ chunks: 1, done: false });
      const speech = await bench.speak(voice, 'a');
      const reader = bench.read(speech);
      await bench.until(() => reader.samples === chunkSamples, 'audio');
      bench.server.inflict({ kind: 'reset' });
      const error = await bench.endsWith(reader);
      assert.deepEqual([error.closeCode, error.samplesRead], [1006, 0]);
    },
  },
  {
    name: 'a drop before the first chunk says so',
    bare: cleanEnd,
    async run(bench) {
      const voice = await bench.open({ fault: { kind: 'close', code: 1000 } });
      const error = await bench.endsWith(bench.read(await bench.speak(voice, 'a')));
      assert.deepEqual([error.closeCode, error.phase], [1000, 'first-chunk']);
    },
  },
  {
    name: 'events() throws after a drop, what has arrived first',
    bare: cleanEnd,
    async run(bench) {
      const voice = await bench.open({ chunks: 2, done: false });
      const speech = await bench.speak(voice, 'a');
      const messages = await iterate(bench, speech.events('message'));
      await bench.until(() => messages.count > 0, 'a message');
      await bench.settle();
      bench.server.inflict({ kind: 'fin' });
      await bench.endsWith(messages as never);
      assert.equal(messages.count, 2);
      await bench.endsWith((await iterate(bench, speech.events('message'))) as never);
    },
  },
  {
    name: 'source.events() throws after a drop',
    bare: cleanEnd,
    async run(bench) {
      const voice = await bench.open({ chunks: 2, done: false });
      const speech = await bench.speak(voice, 'a');
      const enqueued = await iterate(bench, speech.source.events('enqueue'));
      bench.server.inflict({ kind: 'close', code: 1001 });
      const error = await bench.endsWith(enqueued as never);
      assert.equal(error.closeCode, 1001);
    },
  },
  {
    name: 'events() ends after done',
    bare: (version) => (before13(version) ? { fails: 'the iterator waits for ever' } : 'passes'),
    async run(bench) {
      const voice = await bench.open({ chunks: 2 });
      const speech = await bench.speak(voice, 'a');
      const messages = await iterate(bench, speech.events('message'));
      assert.equal(await bench.within(messages.ended, 'the loop'), 0);
      assert.equal(messages.count, 3);
    },
  },
  {
    name: 'a promise of once() is settled by a drop',
    bare: { fails: 'it is never settled' },
    async run(bench) {
      const voice = await bench.open({ fault: { kind: 'close', code: 1011 } });
      const speech = await bench.speak(voice, 'a');
      const error = await bench.failure(() => speech.once('message'));
      assert.equal(error.code, 'ERR_STREAM_ENDED');
    },
  },
  {
    name: 'disconnect() ends readers quietly and drops what they have not read',
    bare: { fails: 'the rest is still delivered, or the iterator waits for ever' },
    async run(bench) {
      const voice = await bench.open({ chunks: 3, interval: 0, done: false });
      const speech = await bench.speak(voice, 'a');
      assert.equal(await bench.within(speech.source.read(new Float32Array(4)), 'read()'), 4);
      const messages = await iterate(bench, speech.events('message'));
      const waiting = bench.read(speech, 1000);
      await bench.hangUp(voice);
      assert.equal(await bench.endsQuietly(waiting), 0);
      assert.equal(await bench.within(speech.source.read(new Float32Array(4)), 'read()'), 0);
      assert.equal(await bench.within(messages.ended, 'the loop'), 0);
    },
  },
  ...[undefined, true, { timeout: 100 }].map(
    (how): Scenario => ({
      name: `a read that begins in the tick of disconnect(${JSON.stringify(how) ?? ''}) ends quietly`,
      // In 2.x its own disconnect() closes the source some ticks later.
      bare: (version) => (is1x(version) ? { fails: 'it waits for ever' } : 'passes'),
      async run(bench) {
        const voice = await bench.open({ chunks: 1, done: false });
        const { source } = await bench.speak(voice, 'a');
        await bench.within(source.read(new Float32Array(chunkSamples)), 'the first read');
        const reads = [1, 2].map(() => source.read(new Float32Array(chunkSamples)));
        const ended = bench.hangUp(voice, how);
        assert.deepEqual(await bench.within(Promise.all(reads), 'the reads'), [0, 0]);
        await ended;
      },
    }),
  ),
  {
    name: 'reads that begin in the tick of stop() share what has arrived',
    bare: { fails: 'they wait for ever' },
    concerns: (version) => !/^1\.0\./.test(version),
    async run(bench) {
      const voice = await bench.open({ chunks: 1, done: false });
      const speech = await bench.speak(voice, 'a');
      await bench.until(() => bench.server.seen.connections.some(({ chunks }) => chunks > 0), 'audio');
      await bench.settle();
      const reads = [1, 2].map(() => speech.source.read(new Float32Array(2 * chunkSamples)));
      speech.stop?.();
      assert.deepEqual(await bench.within(Promise.all(reads), 'the reads'), [chunkSamples, 0]);
    },
  },
  {
    name: 'stop() ends a stream as before: what has arrived can be read',
    bare: 'passes',
    concerns: (version) => version !== '1.0.0-alpha.4',
    async run(bench) {
      const voice = await bench.open({ chunks: 1, done: false });
      const speech = await bench.speak(voice, 'a');
      await bench.within(speech.source.once('enqueue'), 'audio');
      speech.stop?.();
      const reader = bench.read(speech, 7);
      assert.equal(await bench.endsQuietly(reader), 2);
      assert.equal(reader.samples, 14);
      await bench.works(voice, 'b');
    },
  },
  {
    name: 'listeners hear all that arrives together with the close frame',
    bare: 'passes',
    async run(bench) {
      const voice = await bench.open({
        chunks: 40,
        interval: 0,
        done: false,
        fault: { kind: 'close', code: 1011 },
        faultAfter: 40,
      });
      const speech = await bench.speak(voice, 'a');
      let heard = 0;
      speech.on('message', () => heard++);
      await bench.until(() => heard === 40, `40 messages`);
    },
  },
  {
    name: "an error message of the provider's ends its stream with that error",
    bare: cleanEnd,
    async run(bench) {
      const voice = await bench.open({
        ...endless,
        fault: { kind: 'error-event', withContext: true, message: 'voice not found' },
        faultAfter: 2,
      });
      const speech = await bench.speak(voice, 'a');
      const heard: string[] = [];
      speech.on('message', (message) => heard.push(message));
      const error = await bench.endsWith(bench.read(speech));
      assert.match(String((error.cause as Error).message), /voice not found/);
      assert.equal(error.closeCode, undefined);
      assert.ok(
        heard.some((message) => message.includes('voice not found')),
        'listeners hear it',
      );
      await bench.works(voice, 'b');
    },
  },
  {
    name: 'an error message without a context ends the only stream',
    bare: { fails: 'the reader waits for ever' },
    async run(bench) {
      const voice = await bench.open({ fault: { kind: 'error-event', withContext: false } });
      const error = await bench.endsWith(bench.read(await bench.speak(voice, 'a')));
      assert.match(String((error.cause as Error).message), /injected/);
    },
  },
  {
    name: 'an error message without a context ends none of two streams',
    bare: 'passes',
    async run(bench) {
      const voice = await bench.open({ chunks: 3, interval: 60 });
      const readers = [bench.read(await bench.speak(voice, 'a')), bench.read(await bench.speak(voice, 'b'))];
      bench.server.inflict({ kind: 'error-event', withContext: false });
      for (const reader of readers) assert.equal(await bench.endsQuietly(reader), 0);
    },
  },
  {
    name: 'timeout: no first chunk',
    bare: { crashes: /private member|Illegal invocation|Value of "this"/ },
    async run(bench) {
      const voice = await bench.open({ chunks: 0, done: false });
      const speech = await bench.speak(voice, 'a', { timeout: 60 });
      const error = await bench.endsWith(bench.read(speech), 'ERR_RECEIVE_TIMEOUT');
      assert.deepEqual([error.phase, error.timeout], ['first-chunk', 60]);
    },
  },
  {
    name: 'timeout: between chunks, and of that stream only',
    bare: { crashes: /private member|Illegal invocation|Value of "this"/ },
    async run(bench) {
      const voice = await bench.open({ chunks: 3, interval: 10, done: false });
      const patient = bench.read(await bench.speak(voice, 'patient'));
      const speech = await bench.speak(voice, 'a', { timeout: 400 });
      const reader = bench.read(speech, 3 * chunkSamples);
      const error = await bench.endsWith(reader, 'ERR_RECEIVE_TIMEOUT');
      assert.deepEqual([error.phase, error.samplesRead], ['between-chunks', 0]);
      assert.equal(reader.samples, 3 * chunkSamples);
      await bench.hangUp(voice);
      assert.equal(await bench.endsQuietly(patient), 0);
    },
  },
  {
    name: 'timeout: a stream that ends in time is not disturbed',
    bare: 'passes',
    async run(bench) {
      const voice = await bench.open({ chunks: 6, interval: 30 });
      const reader = bench.read(await bench.speak(voice, 'a', { timeout: 2_000 }));
      assert.equal(await bench.endsQuietly(reader), 0);
      await bench.settle();
    },
  },
  {
    name: 'a finished stream leaves no listeners',
    bare: (version) =>
      version === '1.3.0' ? 'passes' : { fails: 'every stream leaves its listeners on the reconnecting socket' },
    async run(bench) {
      const voice = await bench.open({ chunks: 1, interval: 0 });
      const before = listenerCount(voice.socket!);
      for (let n = 0; n < 12; n++) await bench.endsQuietly(bench.read(await bench.speak(voice, `c${n}`)));
      await bench.settle();
      assert.deepEqual(listenerCount(voice.socket!), before);
    },
  },
];

function listenerCount(socket: object): number[] {
  const { _listeners } = socket as { _listeners?: Record<string, unknown[]> };
  return ['message', 'close', 'error'].map(
    (type) => _listeners?.[type]?.length ?? events.getEventListeners(socket as EventTarget, type).length,
  );
}
