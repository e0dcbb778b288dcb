import assert from 'node:assert/strict';
import { silent } from '../../defects.ts';
import { slug } from '../../play.ts';
import { blackHole, endless } from '../../stage.ts';
import type { Context, Scenario, VoiceSocket, VoiceStage } from './stage.ts';
import { speech } from './stage.ts';

const dials = { fails: /^the server has seen 2 connections|^the call did not fail/ } as const;

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
    id: `late-${slug(name)}`,
    promise: 'D4',
    name: `${name} after disconnect() rejects and dials nothing`,
    bare: dials,
    async run(stage) {
      const ws = await stage.open();
      const context = stage.context(ws, 'a');
      await stage.hangUp(ws);
      await stage.isGone(ws);
      await stage.rejects(call(ws, context), 'ERR_DISCONNECTED');
      await stage.dialled(1);
    },
  };
}

async function cancels(stage: VoiceStage, end: (ws: VoiceSocket) => Promise<unknown>): Promise<void> {
  const ws = await stage.open(endless);
  const stream = await stage.speak(ws, 'a');
  await stream.chunks(1);
  await end(ws);
  await stage.isGone(ws);
  await stage.within(stream.context.cancel(), 'context.cancel()');
  await stage.within(ws.cancelContext('a'), 'ws.cancelContext()');
  await stage.dialled(1);
}

/** D4, D5, D6: what is called too late never dials. */
export const lateCalls: readonly Scenario[] = [
  ...Object.entries(lateSends).map(([name, call]) => lateSend(name, call)),
  {
    id: 'sends-after-close',
    promise: ['D4', 'D5'],
    name: 'every send after close() rejects like after disconnect()',
    bare: dials,
    async run(stage) {
      const ws = await stage.open();
      const context = stage.context(ws, 'a');
      await ws.close();
      await stage.isGone(ws);
      for (const call of Object.values(lateSends)) await stage.rejects(call(ws, context), 'ERR_DISCONNECTED');
      await stage.dialled(1);
    },
  },
  {
    id: 'sends-in-the-tick',
    promise: 'D4',
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
      await stage.dialled(1);
      assert.equal(stage.server.seen.messages.filter((message) => message.transcript === 'late').length, 0);
    },
  },
  {
    id: 'cancel-in-the-tick-of-close',
    promise: ['D4', 'D6'],
    name: 'cancel() in the same tick as close() resolves and dials nothing',
    bare: dials,
    async run(stage) {
      const ws = await stage.open(endless);
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(1);
      void ws.close();
      await stage.within(stream.context.cancel(), 'cancel()');
      await stage.endsQuietly(stream);
      await stage.dialled(1);
    },
  },
  {
    id: 'cancel-after-disconnect',
    promise: ['D4', 'D6'],
    name: 'cancel() after disconnect() resolves and dials nothing',
    bare: dials,
    run: (stage) => cancels(stage, (ws) => stage.hangUp(ws)),
  },
  {
    id: 'cancel-after-close-1000',
    promise: ['D4', 'D6'],
    name: 'cancel() after the server closed with 1000 resolves and dials nothing',
    bare: dials,
    run: (stage) =>
      cancels(stage, async () => {
        stage.server.inflict({ kind: 'close', code: 1000 });
      }),
  },
  {
    id: 'cancel-after-a-reset',
    promise: ['D4', 'D6'],
    name: 'cancel() after a reset resolves and dials nothing',
    bare: dials,
    run: (stage) =>
      cancels(stage, async () => {
        stage.server.inflict({ kind: 'reset' });
      }),
  },
  {
    id: 'cancel-second-upgrade-stalls',
    promise: ['D4', 'D6'],
    name: 'cancel() after the end resolves even where a second upgrade would stall',
    bare: { fails: /^cancel\(\): not within/ },
    async run(stage) {
      const ws = await stage.open((connection) => (connection === 0 ? {} : { greeting: 'upgrade-stall' }));
      const context = stage.context(ws, 'a');
      await stage.hangUp(ws);
      await stage.isGone(ws);
      await stage.within(context.cancel(), 'cancel()');
      await stage.dialled(1);
    },
  },
  {
    id: 'cancel-in-a-black-hole',
    promise: 'D6',
    name: 'cancel() in a black hole resolves and its loop ends',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open(blackHole);
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(2);
      await stage.within(stream.context.cancel(), 'cancel()');
      await stage.endsQuietly(stream);
    },
  },
  {
    id: 'cancel-ignored',
    promise: 'D6',
    name: 'ws.cancelContext() that the provider ignores ends its loop all the same',
    bare: silent,
    async run(stage) {
      const ws = await stage.open({ ...endless, ignoreCancel: true });
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(1);
      await stage.within(ws.cancelContext('a'), 'cancelContext()');
      await stage.endsQuietly(stream);
      assert.equal(stage.own(ws).connected, true);
    },
  },
  {
    id: 'late-errors-scrubbed',
    promise: 'D13',
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
