import assert from 'node:assert/strict';
import type { Context, Scenario, Stage, VoiceSocket } from '../stage.ts';
import { endless, speech } from '../stage.ts';

const dials = { fails: 'a late call dials the provider again' } as const;

const lateSends: Record<string, (ws: VoiceSocket, context: Context) => Promise<unknown>> = {
  'context.push()': (_ws, context) => context.push({ transcript: 'late' }),
  'context.push({flush})': (_ws, context) => context.push({ transcript: 'late', flush: true }),
  'context.flush()': (_ws, context) => context.flush(),
  'context.no_more_inputs()': (_ws, context) => context.no_more_inputs(),
  'context.send()': (_ws, context) => context.send({ transcript: 'late' }),
  'context.generate()': (_ws, context) => context.generate({ transcript: 'late' }).next(),
  'ws.send()': (ws) => ws.send({ ...speech, transcript: 'late', context_id: 'x' }),
  'ws.generate()': (ws) => ws.generate({ ...speech, transcript: 'late' }).next(),
};

function lateSend(name: string, call: (ws: VoiceSocket, context: Context) => Promise<unknown>): Scenario {
  return {
    name: `${name} after disconnect() rejects and dials nothing`,
    bare: dials,
    async run(stage) {
      const ws = await stage.open();
      const context = stage.context(ws, 'a');
      await stage.hangUp(ws);
      await stage.isGone(ws);
      await stage.rejects(call(ws, context), 'ERR_DISCONNECTED');
      await stage.dialledOnce();
    },
  };
}

async function cancels(stage: Stage, end: (ws: VoiceSocket) => Promise<unknown>): Promise<void> {
  const ws = await stage.open(endless);
  const stream = await stage.speak(ws, 'a');
  await stream.chunks(1);
  await end(ws);
  await stage.isGone(ws);
  await stage.within(stream.context.cancel(), 'context.cancel()');
  await stage.within(ws.cancelContext('a'), 'ws.cancelContext()');
  await stage.dialledOnce();
}

/** D4, D5, D6: what is called too late never dials. */
export const lateCalls: readonly Scenario[] = [
  ...Object.entries(lateSends).map(([name, call]) => lateSend(name, call)),
  {
    name: 'every send after close() rejects like after disconnect()',
    bare: dials,
    async run(stage) {
      const ws = await stage.open();
      const context = stage.context(ws, 'a');
      await ws.close();
      await stage.isGone(ws);
      for (const call of Object.values(lateSends)) await stage.rejects(call(ws, context), 'ERR_DISCONNECTED');
      await stage.dialledOnce();
    },
  },
  {
    name: 'sends in the same tick as disconnect() reject, and cancel() resolves',
    bare: dials,
    async run(stage) {
      const ws = await stage.open();
      const context = stage.context(ws, 'a');
      const end = stage.hangUp(ws);
      const cancel = context.cancel();
      await stage.rejects(context.push({ transcript: 'late' }), 'ERR_DISCONNECTED');
      await stage.within(cancel, 'cancel()');
      await end;
      await stage.dialledOnce();
      assert.equal(stage.server.seen.messages.filter((message) => message.transcript === 'late').length, 0);
    },
  },
  {
    name: 'cancel() in the same tick as close() resolves and dials nothing',
    bare: dials,
    async run(stage) {
      const ws = await stage.open(endless);
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(1);
      void ws.close();
      await stage.within(stream.context.cancel(), 'cancel()');
      await stage.endsQuietly(stream);
      await stage.dialledOnce();
    },
  },
  {
    name: 'cancel() after disconnect() resolves and dials nothing',
    bare: dials,
    run: (stage) => cancels(stage, (ws) => stage.hangUp(ws)),
  },
  {
    name: 'cancel() after the server closed with 1000 resolves and dials nothing',
    bare: dials,
    run: (stage) =>
      cancels(stage, async () => {
        stage.server.inflict({ kind: 'close', code: 1000 });
      }),
  },
  {
    name: 'cancel() after a reset resolves and dials nothing',
    bare: dials,
    run: (stage) =>
      cancels(stage, async () => {
        stage.server.inflict({ kind: 'reset' });
      }),
  },
  {
    name: 'cancel() after the end resolves even where a second upgrade would stall',
    bare: { fails: 'cancel() waits for the second upgrade forever' },
    async run(stage) {
      const ws = await stage.open((connection) => (connection === 0 ? {} : { greeting: 'upgrade-stall' }));
      const context = stage.context(ws, 'a');
      await stage.hangUp(ws);
      await stage.isGone(ws);
      await stage.within(context.cancel(), 'cancel()');
      await stage.dialledOnce();
    },
  },
  {
    name: 'cancel() in a black hole resolves and its loop ends',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open({ ...endless, fault: { kind: 'black-hole' }, faultAfter: 2 });
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(2);
      await stage.within(stream.context.cancel(), 'cancel()');
      await stage.endsQuietly(stream);
    },
  },
  {
    name: 'ws.cancelContext() that the provider ignores ends its loop all the same',
    bare: { fails: 'the loop goes on' },
    async run(stage) {
      const ws = await stage.open({ ...endless, ignoreCancel: true });
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(1);
      await stage.within(ws.cancelContext('a'), 'cancelContext()');
      await stage.endsQuietly(stream);
      assert.equal(ws.connected, true);
    },
  },
  {
    name: 'connect() after disconnect() rejects',
    bare: { fails: 'connect() resolves although the socket is CLOSED' },
    async run(stage) {
      const ws = await stage.open();
      await stage.hangUp(ws);
      await stage.isGone(ws);
      await stage.rejects(ws.connect(), 'ERR_DISCONNECTED');
      await stage.dialledOnce();
    },
  },
  {
    name: 'late errors do not carry the API key',
    bare: dials,
    async run(stage) {
      const ws = await stage.open();
      const context = stage.context(ws, 'a');
      await stage.hangUp(ws);
      await stage.isGone(ws);
      const error = await stage.rejects(context.push({ transcript: 'late' }), 'ERR_DISCONNECTED');
      assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /TESTKEY/);
    },
  },
];
