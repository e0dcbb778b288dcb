import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing, silent, staysOpen } from '../../defects.ts';
import { endless } from '../../stage.ts';
import { type Scenario, speech } from './stage.ts';

/** D1, D2, D3: what disconnect() ends, how, and by when. */
export const disconnecting: readonly Scenario[] = [
  {
    id: 'report-when-idle',
    promise: 'D1',
    name: 'disconnect() when idle closes politely and reports it',
    bare: missing,
    async run(stage) {
      const ws = await stage.open();
      const report = await stage.within(stage.disconnect(ws), 'disconnect()');
      assert.equal(report.outcome, 'graceful');
      assert.deepEqual(
        report.steps?.slice(0, 3).map((step) => step.name),
        ['cancel', 'loops', 'close'],
      );
      assert.equal(report.steps.find((step) => step.name === 'close')?.outcome, 'ok');
      assert.ok(!report.steps.some((step) => step.name === 'force' && step.outcome !== 'skipped'));
      assert.deepEqual(report.abandoned, []);
      assert.ok(report.durationMs >= 0);
      await stage.isGone(ws);
      assert.equal(stage.server.seen.connections[0]?.close?.code, 1000);
    },
  },
  {
    id: 'receive-ends',
    promise: ['D1', 'D7'],
    name: 'disconnect() in the middle of a stream ends receive() quietly',
    bare: silent,
    async run(stage) {
      const ws = await stage.open(endless);
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(3);
      await stage.hangUp(ws);
      await stage.endsQuietly(stream);
      await stage.isGone(ws);
    },
  },
  {
    id: 'generate-ends',
    promise: ['D1', 'D7'],
    name: 'disconnect() in the middle of a stream ends generate() quietly',
    bare: silent,
    async run(stage) {
      const ws = await stage.open(endless);
      const own = stage.consume(ws.generate({ transcript: 'hello', context_id: 'g' }));
      const context = stage.consume(stage.context(ws, 'c').generate({ transcript: 'hello' }));
      await Promise.all([own.chunks(2), context.chunks(2)]);
      await stage.hangUp(ws);
      await Promise.all([stage.endsQuietly(own), stage.endsQuietly(context)]);
    },
  },
  {
    id: 'waits-no-longer-than-needed',
    promise: 'D1',
    name: 'disconnect() waits no longer than the loops need, and abandons nothing that ended',
    bare: silent,
    async run(stage) {
      const ws = await stage.open(endless);
      const received = await stage.speak(ws, 'r');
      const generated = stage.consume(ws.generate({ ...said('hello'), continue: false, context_id: 'g' }));
      await Promise.all([received.chunks(1), generated.chunks(1)]);
      const report = await stage.hangUp(ws);
      await Promise.all([stage.endsQuietly(received), stage.endsQuietly(generated)]);
      if (report === undefined) return;
      assert.deepEqual(report.abandoned, []);
      assert.notEqual(report.steps.find((step) => step.name === 'loops')?.outcome, 'timeout');
    },
  },
  {
    id: 'stuck-loop-is-named',
    promise: 'D1',
    name: 'disconnect({timeout}) names the loop whose body is stuck, and does not wait for it',
    bare: missing,
    async run(stage) {
      const ws = await stage.open(endless);
      const context = stage.context(ws, 'stuck');
      const stream = stage.consume(context.receive(), () => new Promise(() => {}));
      await context.push({ transcript: 'hello' });
      await stage.ready(() => stream.events.length > 0, 'the first event');
      const report = await stage.within(stage.disconnect(ws, { timeout: 200 }), 'disconnect()');
      assert.match(String(report.abandoned), /stuck/);
      await stage.isGone(ws);
    },
  },
  {
    id: 'contexts-are-cancelled',
    promise: 'D1',
    name: 'disconnect() tells the server to stop each open context before it closes',
    bare: { fails: /^the contexts that the server was told to cancel/ },
    async run(stage) {
      const ws = await stage.open(endless);
      const streams = [await stage.speak(ws, 'a'), await stage.speak(ws, 'b')];
      await Promise.all(streams.map((stream) => stream.chunks(1)));
      const report = await stage.hangUp(ws);
      const cancelled = stage.server.seen.messages.filter((message) => message.cancel === true);
      const ids = cancelled.map((message) => message.context_id);
      assert.deepEqual(new Set(ids), new Set(['a', 'b']), 'the contexts that the server was told to cancel');
      stage.reported(report, 'graceful');
      if (report) assert.equal(report.steps?.[0]?.outcome, 'ok');
    },
  },
  {
    id: 'same-id-in-the-tick',
    promise: 'D4',
    name: 'a context of the same id, made in the tick of disconnect(), does not take over the loop that ends',
    bare: { fails: /already registered/ },
    async run(stage) {
      const ws = await stage.open(endless);
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(1);
      const ended = stage.hangUp(ws, true);
      const late = await stage.resolves(async () => ws.context({ ...speech, contextId: 'a' }), 'context()');
      await stage.endsQuietly(stream);
      await stage.rejects(late.push({ transcript: 'late' }), 'ERR_DISCONNECTED');
      await ended;
    },
  },
  {
    id: 'force-settles-loops',
    promise: 'D2',
    name: 'disconnect(true) in the middle of a stream destroys the socket and settles the loops',
    bare: silent,
    async run(stage) {
      const ws = await stage.open(endless);
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(2);
      const report = await stage.hangUp(ws, true);
      stage.reported(report, 'forced');
      await stage.endsQuietly(stream);
      await stage.isGone(ws);
      assert.equal(stage.server.seen.connections[0]?.close, undefined, 'the polite part is skipped');
      await stage.until(() => stage.server.seen.connections[0]!.ended, 'the server to see the end');
    },
  },
  {
    id: 'close-unanswered-idle',
    promise: ['D1', 'D3'],
    name: 'disconnect({timeout}) forces when the close frame is never answered, idle',
    bare: staysOpen,
    async run(stage) {
      const ws = await stage.open({ onClose: 'ignore' });
      const report = await stage.hangUp(ws, { timeout: 120 });
      stage.reported(report, 'forced');
      if (report) assert.equal(report.steps?.find((step) => step.name === 'close')?.outcome, 'timeout');
      await stage.isGone(ws);
      await stage.until(() => stage.server.seen.connections[0]!.ended, 'the server to see the end');
    },
  },
  {
    id: 'peer-closed-first-and-hangs',
    promise: ['D1', 'D3'],
    name: 'disconnect({timeout}) ends a peer that sent its close frame first and then hangs',
    bare: staysOpen,
    async run(stage) {
      const ws = await stage.open();
      stage.server.inflict({ kind: 'close-and-hang' });
      await stage.ready(() => ws.socket.readyState === ws.socket.CLOSING, 'the close frame to arrive');
      await stage.hangUp(ws, { timeout: 150 });
      await stage.isGone(ws);
    },
  },
  {
    id: 'unread-audio-is-dropped',
    promise: 'D7',
    name: 'disconnect() drops audio that was not read: a later receive() rejects at once',
    bare: silent,
    async run(stage) {
      const ws = await stage.open({ chunks: 5, interval: 0, done: false });
      const context = stage.context(ws, 'a');
      await context.push({ transcript: 'hello' });
      await stage.ready(() => stage.server.seen.connections[0]!.chunks === 5, 'the server to send');
      await sleep(20);
      await stage.hangUp(ws);
      const late = stage.consume(context.receive());
      await stage.endsWith(late, 'ERR_DISCONNECTED');
      assert.equal(late.events.length, 0);
    },
  },
  {
    id: 'receive-after-the-end',
    promise: 'D4',
    name: 'a receive() begun after the end rejects',
    bare: silent,
    async run(stage) {
      const ws = await stage.open();
      const context = stage.context(ws, 'a');
      await stage.hangUp(ws);
      await stage.isGone(ws);
      await stage.endsWith(stage.consume(context.receive()), 'ERR_DISCONNECTED');
    },
  },
];

function said(transcript: string): object {
  return { transcript, model_id: 'sonic-2', continue: true };
}
