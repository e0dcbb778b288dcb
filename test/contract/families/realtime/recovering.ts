import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RealtimeScenario } from './stage.ts';

const props = { reconnect: true, reconnectInitialDelay: 30, reconnectMaxDelay: 60 };
/** The SDK's recovery is there from 7.48 on. */
const concerns: RealtimeScenario['concerns'] = ({ version }) => version.startsWith('7.');

/** D12: the SDK's own recovery. */
export const recovering: readonly RealtimeScenario[] = [
  {
    id: 'recovery-works',
    promise: ['D12', 'D14'],
    name: "the SDK's recovery works as before, and disconnect() ends it",
    bare: 'passes',
    concerns,
    async run(stage) {
      const ws = await stage.open({}, { props });
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.until(() => stage.server.seen.upgrades === 2, 'the recovery');
      await stage.until(() => ws.socket.readyState === ws.socket.OPEN, 'the second socket');
      stage.ask(ws);
      await stage.until(() => stage.events.includes('response.done'), 'a response');
      assert.deepEqual(stage.heard, []);
      const report = await stage.shutDown(ws, () => ws.close());
      stage.reported(report, 'graceful');
      await stage.gone(ws);
      await stage.dialled(2);
    },
  },
  {
    id: 'recovery-and-the-voice',
    promise: 'D6',
    name: 'setVoice() on the socket of the recovery: sent before the assistant has spoken there, refused after it',
    bare: 'has no such call',
    concerns,
    async run(stage) {
      const ws = stage.own(await stage.open({}, { props }));
      await stage.within(ws.createResponse(), 'createResponse()');
      await stage.ready(() => ws.activeResponses.size === 0, 'the end of the response');
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.ready(() => stage.server.seen.upgrades === 2, 'the recovery');
      await stage.within(ws.setVoice('cedar'), 'setVoice()');
      await stage.within(ws.createResponse(), 'createResponse()');
      await stage.ready(() => ws.activeResponses.size === 0, 'the end of the second response');
      await stage.fails(() => ws.setVoice('ash'), 'setVoice()', 'ERR_VOICE_LOCKED');
      assert.equal(stage.sent('session.update').length, 1);
    },
  },
  ...([false, true] as const).map(
    (force): RealtimeScenario => ({
      id: `recovery-ended-in-back-off${force ? '-by-force' : ''}`,
      promise: ['D3', 'D12'],
      name: `disconnect(${force || ''}) in the back-off of the recovery: nothing is dialled any more`,
      bare: 'has no such call',
      concerns,
      async run(stage) {
        const slow = { ...props, reconnectInitialDelay: 300, reconnectMaxDelay: 300 };
        const ws = await stage.open({}, { props: slow });
        stage.server.inflict({ kind: 'close', code: 1011 });
        await stage.ready(() => ws.socket.readyState === ws.socket.CLOSED, 'the drop');
        await sleep(20);
        const report = await stage.within(stage.disconnect(ws, force), 'disconnect()');
        assert.equal(report.outcome, 'graceful');
        await sleep(400);
        await stage.dialled(1);
        await stage.fails(() => ws.send({ type: 'response.create' }) as never, 'send()', 'ERR_DISCONNECTED');
      },
    }),
  ),
  {
    id: 'recovery-ended-in-handshake',
    promise: ['D3', 'D12'],
    name: 'disconnect() in the handshake of the recovery ends it',
    bare: 'has no such call',
    concerns,
    async run(stage) {
      const ws = await stage.open((n) => (n === 0 ? {} : { greeting: 'upgrade-stall' }), { props });
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.ready(() => stage.server.seen.upgrades === 2, 'the second attempt');
      await stage.within(stage.disconnect(ws), 'disconnect()');
      await stage.gone(ws);
      await stage.serverSeesTheEnd();
      await stage.dialled(2);
    },
  },
  {
    id: 'drop-during-the-end',
    promise: ['D3', 'D12'],
    name: 'a drop while disconnect() cancels a response starts no recovery',
    bare: 'has no such call',
    concerns,
    async run(stage) {
      const ws = await stage.open({ chunks: Number.POSITIVE_INFINITY, ignoreCancel: true }, { props });
      await stage.speaking(ws);
      const end = stage.disconnect(ws);
      await stage.ready(() => stage.sent('response.cancel').length === 1, 'the cancel');
      stage.server.inflict({ kind: 'reset' });
      await stage.within(end, 'disconnect()');
      await sleep(150);
      await stage.dialled(1);
    },
  },
];
