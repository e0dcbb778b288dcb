import assert from 'node:assert/strict';
import { endless } from '../../stage.ts';
import { tellsDrops, tellsNoOwnEnd, warnsOfDrop } from '../endings.ts';
import type { LiveScenario, LiveStage } from './stage.ts';

/** D7, D10: listeners are told of every end, once. */
export const telling: readonly LiveScenario[] = [
  ...tellsDrops({
    name: 'in the middle of an answer is told once, by the close event of the SDK',
    bareHang: { fails: /^a close event: not within/ },
    // Node's own WebSocket hides it.
    seesHang: () => !('WebSocket' in globalThis),
    toldOnce: (stage: LiveStage, code) => stage.toldOnce(code),
  }),
  ...tellsNoOwnEnd('an answer', (stage: LiveStage) => stage.messages.length),
  warnsOfDrop(),
  {
    id: 'unheard-handshake-failure',
    promise: ['D9', 'D10'],
    name: 'a handshake that fails and that nobody listens for ends nothing but the connection',
    bare: ({ target }) => (target.className === 'ListenLiveClient' ? { crashes: /Unhandled error/ } : 'passes'),
    async run(stage) {
      // Not with a 401: from Node 24 on, Node's own WebSocket asks again after it.
      await stage.serve({ greeting: 'reset' });
      stage.dial({ listen: false });
      await stage.until(() => stage.server.seen.connections[0]?.ended === true, 'the end of the attempt');
      await stage.settle();
      await stage.dialled(1);
    },
  },
  {
    id: 'send-after-a-drop',
    promise: 'D14',
    name: 'data that is sent after a drop dials nothing, and is not kept for ever',
    bare: { fails: /^the calls that are kept/ },
    async run(stage) {
      const ws = await stage.speaking(endless);
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.toldOnce(1011);
      for (let n = 0; n < 10; n++) stage.speak(ws);
      assert.equal(ws.sendBuffer.length, 0, 'the calls that are kept');
      await stage.dialled(1);
    },
  },
];
