import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing, silent } from '../../defects.ts';
import { endless } from '../../stage.ts';
import { type Scenario, speech } from './stage.ts';

const transcripts = (messages: readonly Record<string, unknown>[]) =>
  messages.map((message) => (message.cancel === true ? 'cancel' : message.transcript));

/** D6: a cancel is bounded and never dials; D14: it takes nothing from a stream that the provider has ended. */
export const cancelling: readonly Scenario[] = [
  {
    id: 'cancel-keeps-the-order',
    promise: ['D6', 'D14'],
    name: 'a cancel goes out after what was said in the same tick',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open(endless);
      const context = stage.context(ws, 'a');
      void context.push({ transcript: 'hello' });
      await stage.within(context.cancel(), 'cancel()');
      await stage.ready(() => stage.server.seen.messages.length === 2, 'both messages');
      assert.deepEqual(transcripts(stage.server.seen.messages), ['hello', 'cancel']);
    },
  },
  {
    id: 'cancel-during-the-handshake',
    promise: 'D6',
    name: 'a cancel during the handshake ends generate() at once, and nothing is said to that context',
    bare: silent,
    async run(stage) {
      await stage.serve({ upgradeDelay: 150 });
      const ws = stage.dial();
      const generated = stage.consume(ws.generate({ ...speech, transcript: 'no', context_id: 'g' }));
      const context = stage.context(ws, 'a');
      const pushed = context.push({ transcript: 'no', flush: true } as never);
      await sleep(10);
      await stage.within(Promise.all([context.cancel(), ws.cancelContext('g')]), 'cancel()');
      await stage.endsQuietly(generated);
      assert.notEqual(ws.socket.readyState, ws.socket.CLOSED);
      await stage.within(pushed, 'push()');
      await stage.within(ws.connect(), 'connect()');
      await stage.settle();
      assert.deepEqual(stage.server.seen.messages, []);
      await stage.stillWorks(ws);
    },
  },
  {
    id: 'disconnect-during-the-handshake',
    promise: ['D1', 'D9'],
    name: 'disconnect() during the handshake ends generate() quietly',
    bare: missing,
    async run(stage) {
      await stage.serve({ upgradeDelay: 150 });
      const ws = stage.dial();
      const generated = stage.consume(ws.generate({ ...speech, transcript: 'no', context_id: 'g' }));
      await sleep(10);
      await stage.within(stage.disconnect(ws), 'disconnect()');
      await stage.endsQuietly(generated);
      assert.equal(stage.server.seen.messages.length, 0);
    },
  },
  {
    id: 'slow-consumer-of-a-cancelled-context',
    promise: 'D14',
    name: 'a slow consumer of a cancelled context gets all that came before the provider was done',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open({ chunks: 30, interval: 0, done: false });
      const generated = stage.consume(ws.generate({ ...speech, transcript: 'x', context_id: 'g' }), () => sleep(30));
      await generated.chunks(1);
      await stage.ready(() => stage.server.seen.connections[0]!.chunks === 30, 'all chunks');
      await ws.cancelContext('g');
      await stage.endsQuietly(generated);
      assert.equal(generated.events.length, 31);
      assert.equal(generated.events.at(-1)?.type, 'done');
    },
  },
  {
    id: 'cancel-ignored-loop-ends',
    promise: ['D6', 'D10'],
    name: 'a cancel that the provider ignores: the loop ends all the same, and is not counted as open any more',
    bare: silent,
    async run(stage) {
      const ws = await stage.open({ ...endless, ignoreCancel: true, done: false });
      const generated = stage.consume(ws.generate({ ...speech, transcript: 'x', context_id: 'a' }));
      await generated.chunks(1);
      await ws.cancelContext('a');
      await stage.endsQuietly(generated);
      const only = await stage.speak(ws, 'b');
      await only.chunks(1);
      stage.server.inflict({ kind: 'error-event', withContext: false, message: 'overloaded' });
      await stage.endsWith(only);
    },
  },
  {
    id: 'ended-loops-count-as-ended',
    promise: 'D1',
    name: 'disconnect() counts a loop that has ended as ended',
    bare: missing,
    async run(stage) {
      const ws = await stage.open(endless);
      const streams = [await stage.speak(ws, 'a'), await stage.speak(ws, 'b')];
      await Promise.all(streams.map((stream) => stream.chunks(1)));
      const report = await stage.within(stage.disconnect(ws), 'disconnect()');
      assert.deepEqual(report.abandoned, []);
      assert.equal(report.outcome, 'graceful');
      assert.deepEqual(
        report.steps.filter(({ outcome }) => outcome === 'timeout'),
        [],
      );
      await Promise.all(streams.map((stream) => stage.endsQuietly(stream)));
    },
  },
];
