import assert from 'node:assert/strict';
import type { Behaviour } from '../../../support/voice-server.ts';
import { type StreamScenario, typesOf, unended } from './stage.ts';

/** The first connection is well, the second is not answered. */
const stalledSecond = (connection: number): Behaviour => (connection === 0 ? {} : { greeting: 'upgrade-stall' });

/** D12: the SDK's own reconnect, for those who ask for it. */
export const reconnecting: readonly StreamScenario[] = [
  {
    id: 'reconnects',
    promise: 'D12',
    name: 'after a drop it works, and what was sent meanwhile arrives',
    bare: 'passes',
    async run(stage) {
      let asked = 0;
      const ws = await stage.live({}, { reconnect: { onReconnecting: () => void asked++, initialDelay: 30 } });
      const reader = stage.read(ws);
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.until(() => typesOf(reader).includes('reconnecting'), 'the reconnect');
      stage.say(ws);
      await stage.until(() => typesOf(reader).includes('reconnected'), 'the reconnect');
      await stage.transcripts(reader, 3);
      assert.equal(stage.server.seen.connections.length, 2);
      assert.equal(asked, 1);
      await stage.end(ws);
      assert.equal((await stage.closes(reader)).code, 1000);
    },
  },
  {
    id: 'reconnects-after-a-half-close',
    promise: ['D7', 'D12'],
    name: "after the peer's close frame without the end of TCP it begins at once, and once",
    bare: { fails: /^the reconnect: not within/ },
    async run(stage) {
      let asked = 0;
      const ws = await stage.live({}, { reconnect: { onReconnecting: () => void asked++, initialDelay: 30 } });
      const first = ws.socket;
      const reader = stage.read(ws);
      stage.server.inflict({ kind: 'close-and-hang', code: 1011 });
      await stage.until(() => typesOf(reader).includes('reconnected'), 'the reconnect');
      stage.say(ws);
      await stage.transcripts(reader, 3);
      await stage.until(() => first.readyState === 3, 'the first socket to be CLOSED');
      await stage.settle();
      assert.equal(asked, 1);
      assert.equal(stage.server.seen.connections.length, 2);
      await stage.end(ws);
    },
  },
  {
    id: 'declined-once',
    promise: 'D12',
    name: 'onReconnecting that declines after such a close frame is asked once, and close is told once',
    bare: unended,
    async run(stage) {
      let asked = 0;
      let told = 0;
      const onReconnecting = () => {
        asked += 1;
        return { abort: true };
      };
      const ws = await stage.live({}, { reconnect: { onReconnecting } });
      ws.on('close', () => told++);
      const reader = stage.read(ws);
      stage.server.inflict({ kind: 'close-and-hang', code: 1011 });
      assert.equal((await stage.closes(reader)).reason, 'reconnect aborted by handler');
      await stage.isClosed(ws);
      await stage.settle();
      assert.deepEqual({ asked, told }, { asked: 1, told: 1 });
    },
  },
  ...[true, false].map(
    (force): StreamScenario => ({
      id: `${force ? 'force' : 'disconnect'}-in-the-back-off`,
      promise: ['D3', 'D12'],
      name: `disconnect(${force || ''}) during the back-off ends it at once, and dials nothing`,
      bare: unended,
      async run(stage) {
        const ws = await stage.live(
          {},
          { reconnect: { onReconnecting: () => {}, initialDelay: 20_000, maxDelay: 20_000 } },
        );
        const reader = stage.read(ws);
        stage.server.inflict({ kind: 'close', code: 1011 });
        await stage.until(() => typesOf(reader).includes('reconnecting'), 'the back-off');
        await stage.end(ws, force);
        const { type, code, reason } = await stage.closes(reader);
        assert.deepEqual({ type, code, reason }, { type: 'close', code: 1000, reason: 'OK' });
        await stage.dialled(1);
      },
    }),
  ),
  {
    id: 'own-close-in-the-back-off',
    promise: ['D5', 'D12'],
    name: 'close({ code, reason }) during a later back-off ends it with both',
    bare: { fails: /^before its timer would have fired/ },
    async run(stage) {
      const second = (connection: number): Behaviour => (connection === 0 ? {} : { greeting: 'upgrade-401' });
      let fifth: (delay: number) => void = () => {};
      const reached = new Promise<number>((resolve) => {
        fifth = resolve;
      });
      const onReconnecting = ({ attempt, delay }: { attempt: number; delay: number }) => {
        if (attempt === 5) fifth(delay);
      };
      const reconnect = { onReconnecting, initialDelay: 100, maxDelay: 20_000, maxRetries: 20 };
      const ws = await stage.live(second, { reconnect });
      const reader = stage.read(ws);
      stage.server.inflict({ kind: 'close', code: 1011 });
      const delay = await stage.within(reached, 'the fifth back-off, of more than a second', 8_000);
      const seen = stage.server.seen.connections.length;
      const began = performance.now();
      const closing = ws.close({ code: 4002, reason: 'enough' });
      await stage.within(reader.ended, 'the end of the iterator', 8_000);
      assert.ok(performance.now() - began < delay / 2, 'before its timer would have fired');
      const { code, reason } = reader.items.at(-1)!;
      assert.deepEqual({ code, reason }, { code: 4002, reason: 'enough' });
      await stage.within(Promise.resolve(closing), 'close()');
      await stage.settle();
      assert.equal(stage.server.seen.connections.length, seen);
    },
  },
  {
    id: 'force-during-an-attempt',
    promise: ['D3', 'D12'],
    name: 'disconnect(true) during an attempt ends it, and no other follows',
    bare: { crashes: /reconnect failed after 1 attempts/ },
    async run(stage) {
      const ws = await stage.live(stalledSecond, {
        reconnect: { onReconnecting: () => {}, initialDelay: 10, maxRetries: 1 },
      });
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.until(() => stage.server.seen.upgrades === 2, 'the attempt');
      await stage.end(ws, true);
      await stage.settle();
      assert.equal((await stage.closes(stage.read(ws))).type, 'close');
      assert.equal(stage.server.seen.connections.length, 2);
    },
  },
  {
    id: 'attempts-are-bounded',
    promise: ['D9', 'D12'],
    name: 'an attempt that stalls is bounded by connectTimeout, and the next one follows',
    bare: { fails: /^the second attempt: not within/ },
    async run(stage) {
      const second = (connection: number): Behaviour => (connection === 1 ? { greeting: 'upgrade-stall' } : {});
      await stage.serve(second);
      const client = stage.clientWith({ connectTimeout: 1_000 });
      const ws = stage.transcribe({
        client,
        reconnect: { onReconnecting: () => {}, initialDelay: 10, maxRetries: 20 },
      });
      await stage.isOpen(ws);
      const reader = stage.read(ws);
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.until(() => typesOf(reader).includes('reconnected'), 'the second attempt');
      assert.ok(stage.server.seen.connections.length >= 3, 'the second one was given up');
      await stage.end(ws);
    },
  },
];
