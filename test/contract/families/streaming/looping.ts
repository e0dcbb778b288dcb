import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { reservedOpcodeFrame } from '../../../support/voice-server.ts';
import { looksFinished, missing } from '../../defects.ts';
import { endless } from '../../stage.ts';
import type { StreamingScenario } from './stage.ts';

/** The messages of a finite answer, all sent at once. */
const burst = { chunks: 5, interval: 0 };

const scenarios: readonly StreamingScenario[] = [
  {
    id: 'loop-cut-by-1000',
    promise: 'D7',
    name: 'a loop that the provider cuts with 1000 throws, with the code',
    bare: looksFinished,
    async run(stage) {
      const ws = await stage.speaking(endless);
      const loop = stage.loop(ws);
      await stage.ready(() => loop.messages.length > 2, 'messages');
      stage.server.inflict({ kind: 'close', code: 1000, reason: 'bye' });
      const error = await stage.endsWith(loop, 'ERR_STREAM_ENDED');
      assert.deepEqual([error.closeCode, error.closeReason], [1000, 'bye']);
    },
  },
  {
    id: 'loop-cut-when-idle',
    promise: 'D7',
    name: 'a loop that waits for a first message throws when the provider closes with 1000',
    bare: looksFinished,
    async run(stage) {
      const ws = await stage.open();
      const loop = stage.loop(ws);
      stage.server.inflict({ kind: 'close', code: 1000 });
      const error = await stage.endsWith(loop, 'ERR_STREAM_ENDED');
      assert.equal(error.closeCode, 1000);
    },
  },
  {
    id: 'loop-gets-the-rest-first',
    promise: 'D7',
    name: 'a slow loop gets the messages that had arrived before the provider closed, and then throws',
    bare: looksFinished,
    async run(stage) {
      const ws = await stage.open(burst);
      const before = stage.messages.length;
      const loop = stage.loop(ws, () => sleep(20));
      stage.speak(ws);
      await stage.ready(() => stage.messages.length >= before + 6, 'the answer');
      const length = stage.messages.length - before;
      stage.server.inflict({ kind: 'close', code: 1000 });
      await stage.endsWith(loop, 'ERR_STREAM_ENDED');
      assert.equal(loop.messages.length, length, 'the messages that the loop got');
    },
  },
  {
    id: 'loop-cut-by-a-bad-frame',
    promise: ['D7', 'D10'],
    name: 'a slow loop gets the messages that had arrived before a frame that breaks the protocol, and then the cause',
    bare: { fails: /^the stream ended with another error/ },
    async run(stage) {
      const ws = await stage.open(burst);
      const before = stage.messages.length;
      const loop = stage.loop(ws, () => sleep(20));
      stage.speak(ws);
      await stage.ready(() => stage.messages.length >= before + 6, 'the answer');
      const length = stage.messages.length - before;
      stage.server.inflict({ kind: 'raw', bytes: reservedOpcodeFrame });
      const error = await stage.endsWith(loop, 'ERR_STREAM_ENDED');
      assert.match(String((error.cause as Error).message), /Invalid WebSocket frame/);
      assert.equal(loop.messages.length, length, 'the messages that the loop got');
    },
  },
  {
    id: 'loop-after-the-last-message',
    promise: ['D7', 'D14'],
    name: 'a loop ends quietly when the provider closes because nothing more follows',
    bare: 'passes',
    concerns: ({ target }) => !target.className.includes('Agent'),
    async run(stage) {
      const ws = await stage.open();
      const loop = stage.loop(ws);
      stage.speak(ws);
      await stage.ready(() => loop.messages.length > 2, 'messages');
      if (ws.sendCloseStream !== undefined) ws.sendCloseStream({ type: 'CloseStream' });
      else ws.sendClose!({ type: 'Close' });
      await stage.endsQuietly(loop);
      await stage.toldOnce(1000);
    },
  },
  {
    id: 'loop-outlives-a-reconnect',
    promise: ['D12', 'D14'],
    name: "the SDK's own reconnect goes on with the loop",
    bare: 'passes',
    async run(stage) {
      const ws = await stage.speaking((n) => (n === 0 ? endless : {}), { backOff: 30 });
      const loop = stage.loop(ws);
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.ready(() => stage.server.seen.connections.length === 2 && ws.readyState === 1, 'the second socket');
      const before = loop.messages.length;
      stage.speak(ws);
      await stage.until(() => loop.messages.length > before + 2, 'messages of the second socket');
      void ws.close();
      await stage.endsQuietly(loop);
    },
  },
  {
    id: 'loop-cut-when-the-sdk-gives-up',
    promise: 'D7',
    name: 'when the SDK gives up connecting again, the loop throws with the cause',
    bare: { fails: /^the stream ended with another error/ },
    async run(stage) {
      const ws = await stage.speaking((n) => (n === 0 ? endless : { greeting: 'upgrade-401' }), { backOff: 30 });
      const loop = stage.loop(ws);
      stage.server.inflict({ kind: 'close', code: 1011 });
      const error = await stage.endsWith(loop, 'ERR_STREAM_ENDED');
      assert.match(String((error.cause as Error).message), /401/);
      await stage.dialled(2);
    },
  },
  ...([undefined, true] as const).map(
    (how): StreamingScenario => ({
      id: `loop-ended-by-the-user${how ? '-forced' : ''}`,
      promise: ['D1', 'D7'],
      name: `disconnect(${how ?? ''}) ends a loop quietly, and drops what was not read`,
      bare: missing,
      async run(stage) {
        const ws = await stage.speaking(endless);
        const loop = stage.loop(ws, () => sleep(10));
        await stage.ready(() => loop.messages.length > 2, 'messages');
        await stage.within(stage.disconnect(ws, how), 'disconnect()');
        const { length } = loop.messages;
        await stage.endsQuietly(loop);
        assert.ok(loop.messages.length <= length + 1, 'messages after the end');
      },
    }),
  ),
  {
    id: 'break-closes',
    promise: ['D5', 'D14'],
    name: 'leaving the loop closes the socket, as before',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.speaking(endless);
      for await (const message of ws) {
        assert.ok(message);
        break;
      }
      await stage.gone();
      await stage.toldOnce(1000);
      await stage.dialled(1);
    },
  },
];

/** D7: the SDK's own loop over the messages, from 5.12 on. */
export const looping = scenarios.map(
  (scenario): StreamingScenario => ({
    ...scenario,
    concerns: (cell) => Number(cell.version.split('.')[1]) >= 12 && scenario.concerns?.(cell) !== false,
  }),
);
