/**
 * Random sequences of the SDK's own retry: failures of a handshake, ends by the user at any moment, and new sessions.
 * HANGUP_SEQUENCES sets how many, HANGUP_SEED plays those of an earlier run again.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, it } from 'vitest';
import { socketCells } from '../../../support/cells.ts';
import { dialsTo } from '../../../support/dials.ts';
import type { Behaviour } from '../../../support/voice-server.ts';
import { loadTranscriber, type Transcriber } from '../../drivers/transcriber.ts';
import { sequencesOf } from '../../sequences.ts';
import { TranscriberStage } from './stage.ts';

const cell = socketCells('overlay').findLast(({ target }) => target.className === 'StreamingTranscriber')!;
const params = { maxConnectionRetries: 2, connectionRetryDelay: 10, connectTimeout: 60 };

const behaviour = fc.constantFrom<Behaviour>(
  { greeting: 'reset' },
  { greeting: 'upgrade-401' },
  { greeting: 'upgrade-stall' },
  { greets: false },
  { fault: { kind: 'close', code: 1011 } },
  {},
);
type End = readonly [name: string, end: (ws: Transcriber) => unknown];
const end = fc.constantFrom<End>(
  ['disconnect()', (ws) => ws.disconnect({ timeout: 200 })],
  ['disconnect(true)', (ws) => ws.disconnect(true)],
  ['disconnect({ drain })', (ws) => ws.disconnect({ drain: 30, timeout: 200 })],
  ['close()', (ws) => ws.close(true, 50)],
  ['close(false)', (ws) => ws.close(false)],
  ['two closes', (ws) => Promise.all([ws.close(true, 50), ws.close(false)])],
);
/** One session: the behaviour of the provider at each attempt, when it is ended, and how. */
const session = fc.record({ attempts: fc.array(behaviour, { minLength: 3, maxLength: 3 }), wait: fc.nat(90), end });

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);
beforeAll(() => void process.on('unhandledRejection', onUnhandled));
afterAll(() => void process.off('unhandledRejection', onUnhandled));

const sequences = sequencesOf('assemblyai retries', 30);
const timeout = 30_000 + sequences.count * 2_000;
it(`every attempt settles, and none follows an end (${sequences.title})`, { retry: 0, timeout }, async () => {
  const property = () =>
    fc.asyncProperty(fc.array(session, { minLength: 1, maxLength: 3 }), async (sessions) => {
      const stage = new TranscriberStage(cell, await loadTranscriber(cell), 4_000);
      let attempts: readonly Behaviour[] = [];
      let before = 0;
      await stage.serve((connection) => attempts[connection - before] ?? {});
      const ws = stage.make({ params, listen: false });
      try {
        for (const one of sessions) {
          attempts = one.attempts;
          before = stage.server.seen.connections.length;
          const connecting = ws.connect().then(
            () => ws.sendAudio(new Uint8Array(64)),
            () => {},
          );
          connecting.catch(() => {});
          await sleep(one.wait);
          const [name, how] = one.end;
          await stage.within(Promise.resolve(how(ws)), name);
          const dialled = dialsTo(stage.server.url);
          await stage.within(
            connecting.catch(() => {}),
            'connect()',
          );
          await sleep(20);
          assert.equal(dialsTo(stage.server.url), dialled, 'dialled after the end');
          assert.equal(ws.connected, false);
        }
        await stage.gone();
      } finally {
        await stage.dispose();
      }
      assert.deepEqual(unhandled.splice(0), []);
    });
  await sequences.hold(property, 6);
});
