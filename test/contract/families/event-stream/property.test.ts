/** Random sequences of what users do and what the peer does. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, it } from 'vitest';
import { dialsTo } from '../../../support/dials.ts';
import type { Fault } from '../../../support/voice-server.ts';
import type { EventStreamSocket, Mode } from '../../drivers/event-stream-sdk.ts';
import { drops, sequencesOf } from '../../sequences.ts';
import { type Reader, StreamStage } from './stage.ts';

const sequences = sequencesOf('STT sockets', 150);

const faults: readonly Fault[] = [
  ...drops,
  { kind: 'text', data: ['{', 'null', '42', '{"type":"__proto__"}', '{"type":["error"]}'] },
  { kind: 'binary', bytes: 16 },
  { kind: 'error-event', withContext: false },
];

interface Run {
  stage: StreamStage;
  ws: EventStreamSocket;
  readers: Reader[];
  ends: Promise<unknown>[];
}
type Action = [name: string, act: (run: Run) => unknown];

const end = (run: Run, how: () => unknown) => void run.ends.push(Promise.resolve(how()));
const calls: readonly Action[] = [
  ['say', ({ stage, ws }) => stage.say(ws)],
  ['send', ({ ws }) => ws.send('finalize')],
  ['read', (run) => void run.readers.push(run.stage.read(run.ws))],
  ['close', (run) => end(run, () => run.ws.close({ code: 4001, reason: 'bye' }))],
  ['disconnect', (run) => end(run, () => run.ws.disconnect({ timeout: 300 }))],
  ['disconnect({drain})', (run) => end(run, () => run.ws.disconnect({ drain: 30, timeout: 300 }))],
  ['disconnect(true)', (run) => end(run, () => run.ws.disconnect(true))],
  ['disconnect in a handler', (run) => void run.ws.on('event', () => end(run, () => run.ws.disconnect(true)))],
];
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...calls) },
  { weight: 3, arbitrary: fc.nat({ max: 25 }).map((ms): Action => [`wait ${ms}`, () => sleep(ms)]) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...faults)
      .map((fault): Action => [JSON.stringify(fault), ({ stage }) => stage.inflict(fault)]),
  },
);
const options = fc.record({
  mode: fc.constantFrom<Mode>('auto', 'manual'),
  listen: fc.boolean(),
  /** Longest back-off, in ms; 0 for no reconnect. */
  backOff: fc.constantFrom(0, 5, 20_000),
});

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);

beforeAll(() => {
  process.on('unhandledRejection', onUnhandled);
});

afterAll(() => {
  process.off('unhandledRejection', onUnhandled);
});

it(`everything settles, whatever the user does and the peer sends (${sequences.title})`, {
  retry: 0,
  timeout: 30_000 + sequences.count * 2_000,
}, async () => {
  await sequences.hold(() =>
    fc.asyncProperty(
      fc.array(action, { minLength: 1, maxLength: 14 }),
      options,
      async (actions, { mode, listen, backOff }) => {
        const stage = await StreamStage.create({ version: '4.2.0', delivery: 'overlay', format: 'cjs' }, mode, 3_000);
        await stage.serve({ chunks: 4, interval: 2 });
        const reconnect = { onReconnecting: () => {}, initialDelay: backOff, maxDelay: backOff };
        const ws = stage.transcribe({ listen, ...(backOff > 0 && { reconnect }) });
        const run: Run = { stage, ws, readers: [], ends: [] };
        try {
          for (const [, act] of actions) {
            try {
              await act(run);
            } catch (error) {
              assert.equal((error as { code?: string }).code, 'ERR_DISCONNECTED', String(error));
              assert.ok(run.ends.length > 0, 'refused before the end');
            }
          }
          await stage.within(ws.disconnect(true), 'disconnect(true)');
          await stage.within(Promise.all(run.ends), 'every call');
          const dialled = dialsTo(stage.server.url);
          assert.notEqual(dialled, 0);
          assert.equal(ws.connected, false);
          assert.equal(ws.socket.readyState, 3);
          run.readers.push(stage.read(ws));
          for (const reader of run.readers) {
            assert.equal((await stage.closes(reader)).type, 'close');
            assert.equal(reader.items.filter(({ type }) => type === 'close').length, 1);
          }
          await sleep(15);
          assert.equal(dialsTo(stage.server.url), dialled, 'dialled after the end');
          assert.deepEqual(unhandled, []);
        } finally {
          await stage.dispose();
        }
      },
    ),
  );
});
