/**
 * Random sequences of a start: an address that comes late or never, failures of the handshake, drops, and ends by the user at
 * any moment. HANGUP_SEQUENCES sets how many, HANGUP_SEED plays those of an earlier run again.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, it } from 'vitest';
import { socketCells } from '../../../support/cells.ts';
import { dialsTo } from '../../../support/dials.ts';
import type { Behaviour } from '../../../support/voice-server.ts';
import { type Conversation, loadConversation } from '../../drivers/conversation.ts';
import { sequencesOf } from '../../sequences.ts';
import { ConversationStage, signing } from './stage.ts';

const cell = socketCells('overlay').findLast(({ target }) => target.className === 'Conversation')!;
const connectTimeout = 60;

const behaviour = fc.constantFrom<Behaviour>(
  { greeting: 'reset' },
  { greeting: 'upgrade-401' },
  { greeting: 'upgrade-stall' },
  { upgradeDelay: 20 },
  { fault: { kind: 'close', code: 1011 } },
  { fault: { kind: 'reset' } },
  {},
);
/** When the address comes, in ms. The last one comes after the limit of the start. */
const address = fc.constantFrom(0, 5, 30, 90);
type End = readonly [name: string, end: (conversation: Conversation) => unknown];
const end = fc.constantFrom<End>(
  ['disconnect()', (conversation) => conversation.disconnect({ timeout: 200 })],
  ['disconnect(true)', (conversation) => conversation.disconnect(true)],
  ['disconnect({ drain })', (conversation) => conversation.disconnect({ drain: 30, timeout: 200 })],
  ['endSession()', (conversation) => conversation.endSession()],
  ['two ends', (conversation) => Promise.all([conversation.endSession(), conversation.disconnect()])],
);
/** One conversation: its starts, one after the other or at the same time, and its end. */
const sequence = fc.record({
  behaviours: fc.array(behaviour, { minLength: 2, maxLength: 2 }),
  address,
  starts: fc.integer({ min: 1, max: 2 }),
  wait: fc.nat(110),
  end,
});

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);
beforeAll(() => void process.on('unhandledRejection', onUnhandled));
afterAll(() => void process.off('unhandledRejection', onUnhandled));

const sequences = sequencesOf('elevenlabs starts', 30);
const timeout = 30_000 + sequences.count * 2_000;
it(`every start settles, and nothing follows an end (${sequences.title})`, { retry: 0, timeout }, async () => {
  const property = () =>
    fc.asyncProperty(sequence, async ({ behaviours, address, starts, wait, end: [name, how] }) => {
      const stage = new ConversationStage(cell, await loadConversation(cell), 4_000);
      await stage.serve((connection) => behaviours[connection] ?? {});
      try {
        const conversationClient = signing(async () => {
          await sleep(address);
          return stage.signedUrl;
        });
        const session = { options: { conversationClient }, overlay: { connectTimeout }, listen: false };
        const conversation = stage.make(session);
        const ends: unknown[] = [];
        conversation.on('session_ended', (...told) => ends.push(told));
        const starting = Array.from({ length: starts }, () =>
          conversation.startSession().then(
            () => conversation.sendUserMessage('hello'),
            () => {},
          ),
        );
        for (const start of starting) start.catch(() => {});
        await sleep(wait);
        await stage.within(Promise.resolve(how(conversation)), name);
        const dialled = dialsTo(stage.server.url);
        await stage.within(Promise.allSettled(starting), 'startSession()');
        await stage.serverSeesTheEnd();
        await sleep(Math.max(0, address - wait) + 10);
        assert.equal(dialsTo(stage.server.url), dialled, 'dialled after the end');
        assert.equal(conversation.connected, false);
        assert.equal(stage.audio.stops, 1, 'times that the audio was stopped');
        // An attempt that failed by itself has told of its end, too.
        assert.ok(ends.length >= 1 && ends.length <= 1 + stage.server.seen.connections.length, `${ends.length} ends`);
      } finally {
        await stage.dispose();
      }
      assert.deepEqual(unhandled.splice(0), []);
    });
  await sequences.hold(property, 6);
});
