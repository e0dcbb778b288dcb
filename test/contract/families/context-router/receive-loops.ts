import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../../support/voice-server.ts';
import { hugeFrame, reservedOpcodeFrame } from '../../../support/voice-server.ts';
import { silent } from '../../defects.ts';
import { slug } from '../../play.ts';
import { endless } from '../../stage.ts';
import { type Scenario, speech } from './stage.ts';

/** A fault and the close code that the client must report for it. */
const drops: readonly [name: string, fault: Fault, closeCode?: number][] = [
  ['close 1000', { kind: 'close', code: 1000 }, 1000],
  ['close 1001', { kind: 'close', code: 1001 }, 1001],
  ['a close frame without a code', { kind: 'close', code: 1005 }, 1005],
  ['close 1008', { kind: 'close', code: 1008, reason: 'policy' }, 1008],
  ['close 1011', { kind: 'close', code: 1011, reason: 'server error' }, 1011],
  ['a TCP reset', { kind: 'reset' }, 1006],
  ['a TCP FIN', { kind: 'fin' }, 1006],
  ['a frame with a reserved opcode', { kind: 'raw', bytes: reservedOpcodeFrame }],
  ['a frame of 120 MB', { kind: 'raw', bytes: hugeFrame }],
];

function dropped(name: string, fault: Fault, closeCode?: number): Scenario {
  return {
    id: `${slug(name)}-mid-stream`,
    promise: 'D7',
    name: `${name} in the middle of a stream makes receive() and generate() throw StreamEndedError`,
    bare: silent,
    async run(stage) {
      const ws = await stage.open({ ...endless, done: false });
      const received = await stage.speak(ws, 'r');
      const generated = stage.consume(ws.generate({ ...speech, transcript: 'hello', context_id: 'g' }));
      await Promise.all([received.chunks(3), generated.chunks(3)]);
      stage.server.inflict(fault);
      for (const [stream, contextId] of [
        [received, 'r'],
        [generated, 'g'],
      ] as const) {
        const error = await stage.endsWith(stream, 'ERR_STREAM_ENDED');
        assert.equal(error.contextId, contextId);
        if (closeCode !== undefined) assert.equal(error.closeCode, closeCode);
        assert.equal(error.phase, 'between-chunks');
        if (fault.kind === 'close' && fault.reason !== undefined) assert.equal(error.closeReason, fault.reason);
      }
      await stage.dialled(1);
    },
  };
}

/** D7, D8: a receive loop never goes silent. */
export const receiveLoops: readonly Scenario[] = [
  ...drops.map((drop) => dropped(...drop)),
  {
    id: 'drop-before-the-first-chunk',
    promise: 'D7',
    name: 'a drop before the first chunk is reported with its phase',
    bare: silent,
    async run(stage) {
      const ws = await stage.open({ fault: { kind: 'close', code: 1011 } });
      const error = await stage.endsWith(await stage.speak(ws, 'a'), 'ERR_STREAM_ENDED');
      assert.equal(error.phase, 'first-chunk');
    },
  },
  {
    id: 'arrived-audio-comes-first',
    promise: 'D7',
    name: 'audio that arrived before the drop is delivered first, however late it is read',
    bare: silent,
    async run(stage) {
      const ws = await stage.open({ chunks: 9, interval: 0, fault: { kind: 'close', code: 1000 }, faultAfter: 5 });
      const context = stage.context(ws, 'a');
      await context.push({ transcript: 'hello' });
      await stage.isGone(ws);
      const stream = stage.consume(context.receive());
      await stage.endsWith(stream, 'ERR_STREAM_ENDED');
      assert.equal(stream.events.length, 5);
      assert.ok(stream.events.every((event) => event.type === 'chunk' && event.audio?.length === 64));
    },
  },
  {
    id: 'slow-consumer-of-a-cut-stream',
    promise: 'D7',
    name: 'a slow consumer of generate() gets all that arrived, then the error',
    bare: silent,
    async run(stage) {
      const ws = await stage.open({ chunks: 9, interval: 0, fault: { kind: 'close', code: 1011 }, faultAfter: 6 });
      const stream = stage.consume(ws.generate({ ...speech, transcript: 'hello', context_id: 'g' }), () => sleep(10));
      await stage.endsWith(stream, 'ERR_STREAM_ENDED');
      assert.equal(stream.events.length, 6);
    },
  },
  {
    id: 'later-reads-fail-at-once',
    promise: 'D7',
    name: 'after a drop every later receive() and push() of that context fails at once',
    bare: silent,
    async run(stage) {
      const ws = await stage.open({ ...endless, fault: { kind: 'close', code: 1011 }, faultAfter: 2 });
      const stream = await stage.speak(ws, 'a');
      await stage.endsWith(stream, 'ERR_STREAM_ENDED');
      await stage.endsWith(stage.consume(stream.context.receive()), 'ERR_STREAM_ENDED');
      await stage.endsWith(stage.consume(stream.context.receive()), 'ERR_STREAM_ENDED');
      await stage.rejects(stream.context.push({ transcript: 'more' }), 'ERR_STREAM_ENDED');
      await stage.dialled(1);
    },
  },
  {
    id: 'every-context-is-cut',
    promise: 'D7',
    name: 'a drop ends every open context, each with its own id',
    bare: silent,
    async run(stage) {
      const ws = await stage.open(endless);
      const streams = await Promise.all(['a', 'b', 'c'].map((id) => stage.speak(ws, id)));
      await Promise.all(streams.map((stream) => stream.chunks(1)));
      stage.server.inflict({ kind: 'close', code: 1001 });
      const errors = await Promise.all(streams.map((stream) => stage.endsWith(stream, 'ERR_STREAM_ENDED')));
      assert.deepEqual(
        errors.map((error) => error.contextId),
        ['a', 'b', 'c'],
      );
    },
  },
  {
    id: 'every-loop-of-a-context-is-cut',
    promise: 'D7',
    name: 'a drop ends every loop that waits on one context',
    bare: silent,
    async run(stage) {
      const ws = await stage.open({ chunks: 1, done: false });
      const context = stage.context(ws, 'a');
      const loops = [stage.consume(context.receive()), stage.consume(context.receive())];
      await context.push({ transcript: 'hello' });
      await stage.ready(() => loops.some((loop) => loop.events.length > 0), 'the chunk');
      stage.server.inflict({ kind: 'reset' });
      for (const loop of loops) await stage.endsWith(loop, 'ERR_STREAM_ENDED');
    },
  },
  {
    id: 'drop-after-done',
    promise: 'D7',
    name: 'a stream that had its done event is not cut by a later drop',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open();
      const stream = await stage.speak(ws, 'a');
      await stream.context.no_more_inputs();
      await stage.endsQuietly(stream);
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.isGone(ws);
      assert.deepEqual(
        stream.events.map((event) => event.type),
        ['chunk', 'chunk', 'chunk', 'done'],
      );
    },
  },
  {
    id: 'done-never-sent',
    promise: 'D7',
    name: 'done that is never sent: the close that follows ends the loop with an error',
    bare: silent,
    async run(stage) {
      const ws = await stage.open({ done: false });
      const stream = await stage.speak(ws, 'a');
      await stream.context.no_more_inputs();
      await stream.chunks(3);
      stage.server.inflict({ kind: 'close', code: 1000 });
      await stage.endsWith(stream, 'ERR_STREAM_ENDED');
    },
  },
  {
    id: 'own-close-mid-stream',
    promise: ['D5', 'D7'],
    name: 'close() in the middle of a stream ends receive() and generate() quietly',
    bare: silent,
    async run(stage) {
      const ws = await stage.open(endless);
      const received = await stage.speak(ws, 'a');
      const generated = stage.consume(ws.generate({ ...speech, transcript: 'hello', context_id: 'g' }));
      await Promise.all([received.chunks(1), generated.chunks(1)]);
      await ws.close();
      await stage.endsQuietly(received);
      await stage.endsQuietly(generated);
    },
  },
  {
    id: 'generate-timeout',
    promise: 'D8',
    name: 'generate(request, {timeout}) tells a silent server from a dead one',
    bare: silent,
    async run(stage) {
      const ws = await stage.open((n) => (n === 0 ? { fault: { kind: 'silence' } } : { chunks: 2, done: false }));
      const first = stage.consume(ws.generate({ ...speech, transcript: 'a', context_id: 'g1' }, { timeout: 60 }));
      assert.equal((await stage.endsWith(first, 'ERR_RECEIVE_TIMEOUT')).phase, 'first-chunk');
      const other = await stage.connect();
      const between = stage.consume(
        other.generate({ ...speech, transcript: 'a', context_id: 'g2' }, { timeout: 1200 }),
      );
      const error = await stage.endsWith(between, 'ERR_RECEIVE_TIMEOUT');
      assert.equal(error.phase, 'between-chunks');
      assert.equal(error.timeout, 1200);
      assert.equal(between.events.length, 2);
    },
  },
  {
    id: 'busy-loop-is-cut',
    promise: 'D7',
    name: 'two loops on one context both meet the cause of a drop, also the one that is busy',
    bare: silent,
    async run(stage) {
      const ws = await stage.open(endless);
      const waiting = await stage.speak(ws, 'a');
      let release = () => {};
      const busy = new Promise<void>((resolve) => {
        release = resolve;
      });
      const slow = stage.consume(waiting.context.receive(), () => busy);
      await stage.ready(() => slow.events.length === 1, 'the busy loop to hold an event');
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.endsWith(waiting, 'ERR_STREAM_ENDED');
      release();
      await stage.endsWith(slow, 'ERR_STREAM_ENDED');
    },
  },
  {
    id: 'old-handle',
    promise: 'D7',
    name: 'a handle from before the drop takes nothing from a new context of the same id',
    bare: silent,
    async run(stage) {
      const ws = await stage.open((n) => (n === 0 ? endless : { chunks: 4 }));
      const old = await stage.speak(ws, 'a');
      await old.chunks(1);
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.endsWith(old, 'ERR_STREAM_ENDED');
      const fresh = await stage.speak(ws, 'a');
      await stage.endsWith(stage.consume(old.context.receive()), 'ERR_STREAM_ENDED');
      await fresh.context.no_more_inputs();
      await stage.endsQuietly(fresh);
      assert.equal(fresh.events.at(-1)?.type, 'done');
    },
  },
];
