import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../defects.ts';
import { endless } from '../../stage.ts';
import { type Consumer, type Scenario, speech } from './stage.ts';

/** Longer than the patience of any scenario: an end that waits for it fails. */
const drain = 60_000;
const sentence = { chunks: 10, interval: 5 };

function hasAll({ events }: Consumer): void {
  const types = events.map(({ type }) => type);
  assert.deepEqual(types, [...Array(sentence.chunks).fill('chunk'), 'done'], 'the events of the stream');
}

/** D1: the option `drain`, with contexts that take text piece by piece. */
export const draining: readonly Scenario[] = [
  {
    id: 'drain-ends-the-inputs',
    promise: 'D1',
    name: 'disconnect({drain}) tells the provider that a context gets no more text, and its loop gets the last words',
    bare: { fails: /^the events of the stream|^the end of the stream/ },
    async run(stage) {
      const ws = await stage.open(sentence);
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(1);
      const report = await stage.hangUp(ws, { drain });
      await stage.endsQuietly(stream);
      hasAll(stream);
      stage.reported(report, 'graceful');
      const { transcript, continue: more, model_id, context_id } = stage.server.seen.messages.at(-1)!;
      assert.deepEqual([transcript, more, context_id], ['', false, 'a']);
      assert.equal(typeof model_id, 'string');
    },
  },
  {
    id: 'drain-ended-in-its-tick',
    promise: 'D1',
    name: 'disconnect() in the tick of disconnect({drain}) cancels, and waits no longer than the provider takes',
    bare: missing,
    async run(stage) {
      const ws = await stage.open(endless);
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(2);
      const ending = stage.disconnect(ws, { drain });
      void stage.disconnect(ws);
      const { steps = [] } = await stage.within(ending, 'disconnect()');
      assert.equal(steps.find(({ name }) => name === 'cancel')?.outcome, 'ok', 'the outcome of the cancel');
      await stage.endsQuietly(stream);
    },
  },
  {
    id: 'drain-ends-no-input-twice',
    promise: ['D1', 'D14'],
    name: 'disconnect({drain}) sends nothing to a context that has all of its text',
    bare: missing,
    async run(stage) {
      const ws = await stage.open(sentence);
      const stream = await stage.speak(ws, 'a');
      await stage.within(stream.context.no_more_inputs(), 'no_more_inputs()');
      await stream.chunks(1);
      const before = stage.server.seen.messages.length;
      await stage.within(stage.disconnect(ws, { drain }), 'disconnect()');
      await stage.endsQuietly(stream);
      hasAll(stream);
      assert.equal(stage.server.seen.messages.length, before, 'messages that the server got');
    },
  },
  {
    id: 'drain-says-a-push-of-the-tick',
    promise: 'D1',
    name: 'disconnect({drain}) in the tick of a push() says that too, and refuses the next one',
    bare: missing,
    async run(stage) {
      const ws = await stage.open(sentence);
      const context = stage.context(ws, 'a');
      const stream = stage.consume(context.receive());
      const pushed = context.push({ transcript: 'hello' });
      const ending = stage.disconnect(ws, { drain });
      await stage.rejects(context.push({ transcript: 'late' }), 'ERR_DISCONNECTED');
      await stage.within(pushed, 'push()');
      await stage.within(ending, 'disconnect()');
      await stage.endsQuietly(stream);
      hasAll(stream);
    },
  },
  {
    id: 'drain-waits-for-a-slow-reader',
    promise: ['D1', 'D7'],
    name: 'disconnect({drain}) waits until a loop has read all that had arrived',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open({ ...sentence, interval: 0 });
      const context = stage.context(ws, 'a');
      const stream = stage.consume(context.receive(), () => sleep(10));
      await stage.within(context.push({ transcript: 'hello' }), 'push()');
      await stage.within(context.no_more_inputs(), 'no_more_inputs()');
      await stream.chunks(1);
      stage.reported(await stage.hangUp(ws, { drain }), 'graceful');
      await stage.endsQuietly(stream);
      hasAll(stream);
    },
  },
  {
    id: 'drain-leaves-the-rest-to-a-slow-reader',
    promise: ['D1', 'D7'],
    name: 'a loop that is slower than the drain reads all of a stream that the provider has finished',
    bare: missing,
    async run(stage) {
      const ws = await stage.open({ ...sentence, interval: 0 });
      const context = stage.context(ws, 'a');
      const streams = [
        stage.consume(context.receive(), () => sleep(30)),
        stage.consume(ws.generate({ ...speech, transcript: 'hello', context_id: 'b' }), () => sleep(30)),
      ];
      await stage.within(context.push({ transcript: 'hello' }), 'push()');
      await stage.within(context.no_more_inputs(), 'no_more_inputs()');
      for (const stream of streams) await stream.chunks(1);
      const report = await stage.within(stage.disconnect(ws, { drain: 40 }), 'disconnect()');
      stage.reported(report, 'graceful');
      assert.deepEqual([report.abandoned, report.steps?.[0]?.outcome], [[], 'timeout'], 'the outcome of the step');
      assert.ok(
        streams.every(({ events }) => events.length < sentence.chunks),
        'the loops are behind',
      );
      for (const stream of streams) {
        await stage.endsQuietly(stream);
        hasAll(stream);
      }
    },
  },
  {
    id: 'drop-with-a-slow-reader-while-draining',
    promise: ['D1', 'D7'],
    name: 'a connection that is lost during disconnect({drain}) takes nothing of a stream that the provider has finished',
    bare: missing,
    async run(stage) {
      const ws = await stage.open({ ...sentence, interval: 0 });
      const context = stage.context(ws, 'a');
      const stream = stage.consume(context.receive(), () => sleep(30));
      await stage.within(context.push({ transcript: 'hello' }), 'push()');
      await stage.within(context.no_more_inputs(), 'no_more_inputs()');
      await stream.chunks(1);
      const ending = stage.disconnect(ws, { drain });
      stage.server.inflict({ kind: 'close', code: 1011 });
      stage.reported(await stage.within(ending, 'disconnect()'), 'graceful');
      await stage.endsQuietly(stream);
      hasAll(stream);
    },
  },
  {
    id: 'drain-lets-loops-begin',
    promise: 'D1',
    name: 'a loop may begin during disconnect({drain}), on a context that is being spoken',
    bare: missing,
    async run(stage) {
      const ws = await stage.open(sentence);
      const context = stage.context(ws, 'a');
      await stage.within(context.push({ transcript: 'hello' }), 'push()');
      const ending = stage.disconnect(ws, { drain });
      const stream = stage.consume(context.receive());
      await stage.within(ending, 'disconnect()');
      await stage.endsQuietly(stream);
      hasAll(stream);
      await stage.rejects(context.receive().next(), 'ERR_DISCONNECTED');
    },
  },
  {
    id: 'drain-ends-idle-loops',
    promise: ['D1', 'D7'],
    name: 'disconnect({drain}) does not wait for a loop on a context to which nothing was sent',
    bare: missing,
    async run(stage) {
      const ws = await stage.open(sentence);
      const stream = stage.consume(stage.context(ws, 'a').receive());
      await stage.within(stage.disconnect(ws, { drain }), 'disconnect()');
      await stage.endsQuietly(stream);
    },
  },
  {
    id: 'cancel-while-draining',
    promise: ['D1', 'D6'],
    name: 'cancel() during disconnect({drain}) reaches the provider, and ends the drain of its context',
    bare: missing,
    async run(stage) {
      const ws = await stage.open(endless);
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(2);
      const ending = stage.disconnect(ws, { drain });
      await stage.within(stream.context.cancel(), 'cancel()');
      stage.reported(await stage.within(ending, 'disconnect()'), 'graceful');
      await stage.endsQuietly(stream);
      assert.equal(stage.server.seen.messages.at(-1)?.cancel, true);
    },
  },
  {
    id: 'own-close-while-draining',
    promise: ['D1', 'D5'],
    name: 'close() during disconnect({drain}) ends the drain',
    bare: missing,
    async run(stage) {
      const ws = await stage.open(endless);
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(2);
      const ending = stage.disconnect(ws, { drain });
      await ws.close();
      stage.reported(await stage.within(ending, 'disconnect()'), 'graceful');
      await stage.endsQuietly(stream);
      await stage.isGone(ws);
    },
  },
  {
    id: 'error-event-while-draining',
    promise: ['D1', 'D10'],
    name: 'an error of the provider during disconnect({drain}) ends the loop of its context with that error',
    bare: missing,
    async run(stage) {
      const ws = await stage.open(endless);
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(2);
      const ending = stage.disconnect(ws, { drain });
      stage.server.inflict({ kind: 'error-event', withContext: true });
      const error = await stage.endsWith(stream);
      assert.match(error.message, /injected/);
      stage.reported(await stage.within(ending, 'disconnect()'), 'graceful');
    },
  },
];
