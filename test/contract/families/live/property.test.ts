/**
 * Random sequences of a client: sessions whose handshake or setup fails or stalls, and ends at any moment, of a session or of the
 * client. HANGUP_SEQUENCES sets how many, HANGUP_SEED plays those of an earlier run again.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, it } from 'vitest';
import { socketCells } from '../../../support/cells.ts';
import { dialsTo } from '../../../support/dials.ts';
import type { Behaviour, Fault } from '../../../support/voice-server.ts';
import { type GenAI, loadGenAI, type Session } from '../../drivers/live.ts';
import { drops, sequencesOf } from '../../sequences.ts';
import { LiveStage } from './stage.ts';

const cell = socketCells('overlay').findLast(({ target }) => target.className === 'Session')!;

const behaviour = fc.constantFrom<Behaviour>(
  { greeting: 'reset' },
  { greeting: 'upgrade-401' },
  { greeting: 'upgrade-stall' },
  { greets: false },
  { fault: { kind: 'close', code: 1011 } },
  { onClose: 'ignore' },
  {},
);
const fault = fc.constantFrom<Fault | undefined>(undefined, ...drops, {
  kind: 'text',
  data: ['{', '{"setupComplete":{}}', '{"text":1}', '{"serverContent":{"interrupted":true}}'],
});
type End = readonly [name: string, end: (client: GenAI, session: Session | undefined) => unknown];
const end = fc.constantFrom<End>(
  ['disconnect()', (client, session) => (session ?? client).disconnect({ timeout: 200 })],
  ['disconnect(true)', (client, session) => (session ?? client).disconnect(true)],
  ['disconnect({ drain })', (client, session) => (session ?? client).disconnect({ drain: 30, timeout: 200 })],
  ['close()', (client, session) => session?.close() ?? client.disconnect(true)],
  ['of the client', (client) => client.disconnect({ timeout: 200 })],
);
/** Two sessions at a time, a fault, a wait and an end for each. */
const one = fc.record({ behaviour, fault, wait: fc.nat(60), end });

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);
beforeAll(() => void process.on('unhandledRejection', onUnhandled));
afterAll(() => void process.off('unhandledRejection', onUnhandled));

const sequences = sequencesOf('google-genai sessions', 30);
const timeout = 30_000 + sequences.count * 2_000;
it(`every session settles, and the client dials none after its end (${sequences.title})`, {
  retry: 0,
  timeout,
}, async () => {
  const property = () =>
    fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 3 }), fc.boolean(), async (all, listen) => {
      const stage = new LiveStage(cell, await loadGenAI(cell), 4_000);
      await stage.serve((connection) => all[connection]?.behaviour ?? {});
      const client = stage.client({ overlay: { connectTimeout: 400 } });
      try {
        const plays = all.map(async ({ fault, wait, end: [name, how] }) => {
          let session: Session | undefined;
          const connecting = stage.connect(client, { listen }).then(
            (made) => {
              session = made;
              made.sendClientContent({ turns: 'hello' });
            },
            () => {},
          );
          connecting.catch(() => {});
          await sleep(wait);
          if (fault !== undefined) stage.inflict(fault);
          await stage.within(Promise.resolve(how(client, session)), name);
          await stage.within(
            connecting.catch(() => {}),
            'connect()',
          );
        });
        await Promise.all(plays);
        await stage.within(client.disconnect(true), 'disconnect(true)');
        const dialled = dialsTo(stage.server.url);
        await stage.fails(() => stage.connect(client), 'connect()', 'ERR_DISCONNECTED');
        await sleep(10);
        assert.equal(dialsTo(stage.server.url), dialled, 'dialled after the end');
        assert.equal(client.connected, false);
        await stage.gone();
      } finally {
        await stage.dispose();
      }
      assert.deepEqual(unhandled.splice(0), []);
    });
  await sequences.hold(property, 6);
});
