import assert from 'node:assert/strict';
import { missing } from '../../defects.ts';
import { endless } from '../../stage.ts';
import { scrubsCut, tellsDrops } from '../endings.ts';
import type { RecognizerScenario, RecognizerStage } from './stage.ts';

/** D7, D10, D13: listeners are told of every end once, and every promise of the SDK settles. */
export const telling: readonly RecognizerScenario[] = [
  ...tellsDrops({
    name: 'in the middle of a transcript is told once, by the event of the SDK',
    bareHang: { fails: /^the state "closed": not within/ },
    toldOnce: (stage: RecognizerStage) => stage.toldOnce(),
  }),
  scrubsCut({ what: 'the token', reason: 'bad token sk_car_TESTKEYdonotprint', kept: /"bad token /, text: /TESTKEY/ }),
  {
    id: 'restart-when-told',
    promise: ['D7', 'D12'],
    name: 'a listener that hears of a drop may start again at once',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.speaking();
      let starting: Promise<unknown> | undefined;
      ws.addEventListener('socketStateChange', (event) => {
        if ((event as Event & { socketState?: string }).socketState === 'closed') starting ??= stage.start(ws);
      });
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.until(() => starting !== undefined, 'the state "closed"');
      await stage.resolves(() => starting!, 'start()');
      await stage.goesOn(ws);
      await stage.dialled(2);
    },
  },
  ...([undefined, true] as const).map(
    (how): RecognizerScenario => ({
      id: `own-end-tells-nothing${how ? '-forced' : ''}`,
      promise: ['D1', 'D7'],
      name: `after disconnect(${how ?? ''}) in the middle of a transcript listeners hear no message more`,
      bare: missing,
      async run(stage) {
        const ws = await stage.speaking(endless);
        const ending = stage.disconnect(ws, how);
        const before = stage.messages.length;
        await stage.within(ending, 'disconnect()');
        await stage.gone();
        await stage.settle();
        assert.equal(stage.messages.length, before, 'messages after the end');
      },
    }),
  ),
  {
    id: 'speakers-when-lost',
    promise: 'D7',
    name: 'getSpeakers() that waits rejects when the peer sends its close frame and hangs',
    bare: { fails: /^getSpeakers\(\): not within/ },
    async run(stage) {
      const ws = await stage.open();
      stage.server.inflict({ kind: 'silence' });
      const asking = ws.getSpeakers();
      asking.catch(() => {});
      stage.server.inflict({ kind: 'close-and-hang', code: 1001 });
      await stage.fails(() => asking, 'getSpeakers()');
    },
  },
  {
    id: 'speakers-after-a-loss',
    promise: 'D7',
    name: 'getSpeakers() after a loss rejects at once, with the cause',
    bare: { fails: /^getSpeakers\(\): not within/ },
    async run(stage) {
      const ws = await stage.lost();
      const error = await stage.fails(() => ws.getSpeakers(), 'getSpeakers()', 'ERR_STREAM_ENDED');
      assert.equal(error.closeCode, 1011);
    },
  },
  {
    id: 'message-after-a-loss',
    promise: 'D7',
    name: 'setRecognitionConfig() after a loss throws the cause: ws would drop it without a word',
    bare: { fails: /^setRecognitionConfig\(\) did not fail/ },
    async run(stage) {
      const ws = await stage.lost();
      await stage.fails(() => ws.setRecognitionConfig({}), 'setRecognitionConfig()', 'ERR_STREAM_ENDED');
    },
  },
  {
    id: 'speakers-when-ended',
    promise: ['D1', 'D7'],
    name: 'getSpeakers() that waits rejects when the connection is disconnected',
    bare: missing,
    async run(stage) {
      const ws = await stage.open();
      stage.own(ws);
      stage.server.inflict({ kind: 'silence' });
      const asking = ws.getSpeakers({ timeout: 60_000 });
      await stage.within(stage.disconnect(ws), 'disconnect()');
      await stage.fails(() => asking, 'getSpeakers()', 'ERR_DISCONNECTED');
    },
  },
  {
    id: 'speakers-told',
    promise: 'D14',
    name: 'getSpeakers() gives the answer of the provider',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open();
      const speakers = await stage.within(ws.getSpeakers({ timeout: 5000 }), 'getSpeakers()');
      assert.deepEqual(speakers, { message: 'SpeakersResult', speakers: [] });
      await stage.goesOn(ws);
    },
  },
];
