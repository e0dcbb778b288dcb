import assert from 'node:assert/strict';
import { reservedOpcodeFrame } from '../../../support/voice-server.ts';
import { endless } from '../../stage.ts';
import { tellsDrops, tellsNoOwnEnd, warnsOfDrop } from '../endings.ts';
import type { StreamingScenario, StreamingStage } from './stage.ts';

/** The SDK makes up a close event for an error of the socket. */
const madeUp = { fails: /^the code of the close event/ };

/** D7: handlers are told of every end, once, and with its code. */
export const telling: readonly StreamingScenario[] = [
  ...tellsDrops({
    name: 'in the middle of an answer is told once, by the close event of the SDK',
    bareHang: { fails: /^a close event: not within/ },
    toldOnce: (stage: StreamingStage, code) => stage.toldOnce(code),
    check(_, told, { reason }) {
      if (reason !== '') assert.equal(told.reason, reason);
    },
  }),
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
  ...tellsNoOwnEnd('an answer', (stage: StreamingStage) => stage.messages.length),
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
  warnsOfDrop(),
];
