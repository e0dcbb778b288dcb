import assert from 'node:assert/strict';
import { type Fault, reservedOpcodeFrame } from '../../../support/voice-server.ts';
import { missing } from '../../defects.ts';
import { slug } from '../../play.ts';
import { endless } from '../../stage.ts';
import type { StreamingScenario } from './stage.ts';

const drops: readonly [name: string, fault: Fault, code: number][] = [
  ['close 1000', { kind: 'close', code: 1000 }, 1000],
  ['close 1011', { kind: 'close', code: 1011, reason: 'overloaded' }, 1011],
  ['a TCP reset', { kind: 'reset' }, 1006],
];
/** The SDK makes up a close event for an error of the socket. */
const madeUp = { fails: /^the code of the close event/ };

/** D7: handlers are told of every end, once, and with its code. */
export const telling: readonly StreamingScenario[] = [
  ...drops.map(
    ([name, fault, code]): StreamingScenario => ({
      id: `${slug(name)}-told-once`,
      promise: 'D7',
      name: `${name} in the middle of an answer is told once, by the close event of the SDK`,
      bare: 'passes',
      async run(stage) {
        await stage.speaking(endless);
        stage.server.inflict(fault);
        const { reason } = await stage.toldOnce(code);
        if (code === 1011) assert.equal(reason, 'overloaded');
      },
    }),
  ),
  {
    id: 'close-frame-and-hang-told-once',
    promise: 'D7',
    name: 'a peer that sends its close frame and hangs is told once',
    bare: { fails: /^a close event: not within/ },
    async run(stage) {
      await stage.speaking(endless);
      stage.server.inflict({ kind: 'close-and-hang', code: 1001 });
      await stage.toldOnce(1001);
    },
  },
  {
    id: 'protocol-error-told-with-its-code',
    promise: 'D7',
    name: 'a frame that breaks the protocol: the close event does not say 1000, and the error event says why',
    bare: madeUp,
    async run(stage) {
      await stage.speaking(endless);
      stage.server.inflict({ kind: 'raw', bytes: reservedOpcodeFrame });
      await stage.toldOnce(1006);
      assert.match(stage.errors[0]!.message, /Invalid WebSocket frame/);
      assert.equal(stage.errors.length, 1);
    },
  },
  {
    id: 'failed-handshake-told-with-its-code',
    promise: ['D7', 'D9'],
    name: 'a handshake that fails: the close event does not say 1000, and waitForOpen() rejects with the cause',
    bare: madeUp,
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-401' });
      const ws = await stage.make();
      ws.connect();
      await stage.fails(() => ws.waitForOpen(), 'waitForOpen()');
      await stage.toldOnce(1006);
      assert.match(stage.errors[0]!.message, /401/);
    },
  },
  ...([undefined, true] as const).map(
    (how): StreamingScenario => ({
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
    id: 'own-close-told-at-once',
    promise: ['D5', 'D14'],
    name: "the SDK's own close() tells its handler of the code 1000 in its tick, and never again",
    bare: 'passes',
    async run(stage) {
      const ws = await stage.speaking(endless);
      void ws.close();
      assert.equal(stage.closes.length, 1);
      await stage.gone();
      await stage.toldOnce(1000);
    },
  },
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
        assert.match(ours()[0]!, /"bad key .+; nothing listens for errors on this connection$/);
        assert.doesNotMatch(ours()[0]!, /TESTKEY/);
      } finally {
        process.off('warning', listen);
      }
    },
  },
];
