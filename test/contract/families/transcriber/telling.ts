import assert from 'node:assert/strict';
import { scrubsCut, tellsDrops, tellsNoOwnEnd } from '../endings.ts';
import { tellsUnreadable } from '../unreadable.ts';
import type { TranscriberScenario, TranscriberStage } from './stage.ts';

const unreadable = /JSON|Unexpected token|'in' operator/;

/** D7, D10, D13: listeners are told of every end, once. */
export const telling: readonly TranscriberScenario[] = [
  ...tellsDrops({
    name: 'in the middle of a turn is told once, by the close event of the SDK',
    bareHang: { fails: /^a close event: not within/ },
    toldOnce: (stage: TranscriberStage, code) => stage.toldOnce(code),
    check(_, [, told], { reason }) {
      if (reason !== '') assert.equal(told, reason);
    },
  }),
  scrubsCut({ what: 'the key', reason: 'bad key sk_car_TESTKEYdonotprint', kept: /"bad key /, text: /TESTKEY/ }),
  {
    id: 'unheard-drop',
    promise: 'D10',
    name: 'a drop that nobody listens for ends nothing but the session',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open({}, { listen: false });
      stage.server.inflict({ kind: 'reset' });
      await stage.gone();
      await stage.shutDown(ws, () => ws.close());
    },
  },
  ...tellsNoOwnEnd('a turn', (stage: TranscriberStage) => stage.turns.length),
  ...tellsUnreadable('{"type":"Turn", not json', { crashes: unreadable }),
  {
    id: 'listener-that-throws',
    promise: 'D14',
    name: "an error that a listener throws is the app's, as before",
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open();
      ws.on('open', () => {
        throw new Error('of the app');
      });
      const begin = '{"type":"Begin","message_type":"SessionBegins","expires_at":0}';
      assert.throws(() => ws.socket!.emit('message', Buffer.from(begin), false), /^Error: of the app$/);
      stage.toldNothing();
      await stage.goesOn(ws);
    },
  },
];
