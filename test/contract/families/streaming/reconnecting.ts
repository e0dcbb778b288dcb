import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamingSocket } from '../../drivers/streaming.ts';
import type { Bare } from '../../play.ts';
import { endless } from '../../stage.ts';
import { deepgramDrains } from '../deepgram-drains.ts';
import type { StreamingScenario, StreamingStage } from './stage.ts';

/** In ms. Each back-off that is watched has a delay that no other timer has. */
let last = 4000;

type End = (stage: StreamingStage, ws: StreamingSocket) => Promise<unknown>;
const left: Bare = { fails: /^the timers of the back-off that are left/ };
const ends: readonly [id: string, name: string, end: End, bare: Bare][] = [
  ['disconnect', 'disconnect()', (stage, ws) => stage.disconnect(ws), 'has no such call'],
  ['force', 'disconnect(true)', (stage, ws) => stage.disconnect(ws, true), 'has no such call'],
  ['close', "the SDK's own close()", async (_stage, ws) => ws.close(), left],
];

/** D3, D4, D12: the SDK connects again by itself after a drop. */
export const reconnecting: readonly StreamingScenario[] = [
  {
    id: 'reconnects',
    promise: ['D12', 'D14'],
    name: "the SDK's own reconnect works as before, and disconnect() ends it",
    bare: 'passes',
    async run(stage) {
      const ws = await stage.speaking((n) => (n === 0 ? endless : {}), { backOff: 30 });
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.until(() => stage.server.seen.connections.length === 2 && ws.readyState === 1, 'the second socket');
      const before = stage.messages.length;
      stage.speak(ws);
      await stage.until(() => stage.messages.length > before + 2, 'an answer on the second socket');
      assert.deepEqual(stage.closes.length, 1);
      stage.reported(await stage.shutDown(ws, () => ws.close()), 'graceful');
      await stage.gone();
      await stage.dialled(2);
    },
  },
  ...ends.map(
    ([id, name, end, bare]): StreamingScenario => ({
      id: `ended-in-back-off-by-${id}`,
      promise: ['D3', 'D4', 'D12'],
      name: `${name} in the back-off leaves no timer, and nothing is dialled any more`,
      bare,
      async run(stage) {
        const backOff = ++last;
        const timers = stage.watchTimers(backOff);
        try {
          const ws = await stage.speaking(endless, { backOff });
          stage.server.inflict({ kind: 'close', code: 1011 });
          await stage.ready(() => timers.set === 1, 'the back-off');
          await stage.within(end(stage, ws), name);
          assert.equal(timers.left, 0, 'the timers of the back-off that are left');
          await stage.dialled(1);
        } finally {
          timers.restore();
        }
      },
    }),
  ),
  {
    id: 'ended-in-its-attempt',
    promise: ['D3', 'D12'],
    name: 'disconnect() in the handshake of the reconnect ends it',
    bare: 'has no such call',
    async run(stage) {
      const ws = await stage.speaking((n) => (n === 0 ? endless : { greeting: 'upgrade-stall' }), { backOff: 30 });
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.ready(() => stage.server.seen.upgrades === 2, 'the second attempt');
      await stage.within(stage.disconnect(ws), 'disconnect()');
      await stage.gone();
      await stage.dialled(2);
    },
  },
  ...deepgramDrains<StreamingSocket, StreamingStage>({
    listen: 'WrappedListenV1Socket',
    agent: 'WrappedAgentV1Socket',
    hears: (stage, _ws, type) =>
      stage.ready(() => stage.messages.some((message) => (message as { type?: unknown }).type === type), type),
  }),
  {
    id: 'drop-after-the-last-message',
    promise: ['D4', 'D12'],
    name: 'disconnect({drain}) whose last message is answered by a drop opens no other connection',
    bare: 'has no such call',
    async run(stage) {
      const ws = await stage.speaking(endless, { backOff: 30 });
      const end = stage.disconnect(ws, { drain: 1000 });
      await sleep(20);
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.within(end, 'disconnect()');
      await sleep(100);
      await stage.dialled(1);
    },
  },
];
