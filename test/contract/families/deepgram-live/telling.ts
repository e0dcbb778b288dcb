import assert from 'node:assert/strict';
import type { Fault } from '../../../support/voice-server.ts';
import { missing } from '../../defects.ts';
import { slug } from '../../play.ts';
import { endless } from '../../stage.ts';
import type { LiveScenario } from './stage.ts';

const drops: readonly [name: string, fault: Fault, code: number][] = [
  ['close 1000', { kind: 'close', code: 1000 }, 1000],
  ['close 1011', { kind: 'close', code: 1011, reason: 'overloaded' }, 1011],
  ['a TCP reset', { kind: 'reset' }, 1006],
];

/** D7, D10: listeners are told of every end, once. */
export const telling: readonly LiveScenario[] = [
  ...drops.map(
    ([name, fault, code]): LiveScenario => ({
      id: `${slug(name)}-told-once`,
      promise: 'D7',
      name: `${name} in the middle of an answer is told once, by the close event of the SDK`,
      bare: 'passes',
      async run(stage) {
        await stage.speaking(endless);
        stage.server.inflict(fault);
        await stage.toldOnce(code);
      },
    }),
  ),
  {
    id: 'close-frame-and-hang-told-once',
    promise: 'D7',
    name: 'a peer that sends its close frame and hangs is told once',
    bare: { fails: /^a close event: not within/ },
    // Node's own WebSocket hides it.
    concerns: () => !('WebSocket' in globalThis),
    async run(stage) {
      await stage.speaking(endless);
      stage.server.inflict({ kind: 'close-and-hang', code: 1001 });
      await stage.toldOnce(1001);
    },
  },
  ...([undefined, true] as const).map(
    (how): LiveScenario => ({
      id: `own-end-tells-nothing${how ? '-forced' : ''}`,
      promise: ['D1', 'D7'],
      name: `disconnect(${how ?? ''}) in the middle of an answer tells nobody of an end`,
      bare: missing,
      async run(stage) {
        const ws = await stage.speaking(endless);
        await stage.within(stage.disconnect(ws, how), 'disconnect()');
        await stage.gone();
        const before = stage.messages.length;
        await stage.settle();
        stage.toldNothing();
        assert.equal(stage.messages.length, before, 'messages after the end');
      },
    }),
  ),
  {
    id: 'unheard-drop',
    promise: ['D7', 'D10'],
    name: 'a drop that nobody listens for is told by one warning',
    bare: { fails: /^the warning: not within/ },
    async run(stage) {
      const warnings: string[] = [];
      const listen = ({ message }: Error) => void warnings.push(message);
      process.on('warning', listen);
      try {
        await stage.speaking(endless, { listen: false });
        stage.server.inflict({ kind: 'close', code: 1008, reason: 'bad key sk_car_TESTKEYdonotprint' });
        const ours = () => warnings.filter((message) => message.includes('1008'));
        await stage.until(() => ours().length > 0, 'the warning');
        assert.doesNotMatch(ours()[0]!, /TESTKEY/);
      } finally {
        process.off('warning', listen);
      }
    },
  },
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
