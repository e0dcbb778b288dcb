import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../defects.ts';
import type { SocketCell } from '../../driver.ts';
import { mended, type Transcriber } from '../../drivers/transcriber.ts';
import { endless } from '../../stage.ts';
import type { TranscriberScenario, TranscriberStage } from './stage.ts';

const waits = { fails: /^close\(\): not within/ };
const unlessMended = (cell: SocketCell) => (mended(cell).close ? 'passes' : waits);

async function closes(stage: TranscriberStage, closing: Promise<unknown>) {
  const report = await stage.resolves(() => closing, 'close()');
  return stage.cell.delivery === 'bare' ? undefined : (report as { outcome: 'graceful' });
}

const isTerminate = (message: Record<string, unknown>) =>
  message.type === 'Terminate' || message.terminate_session === true;

const fixes: readonly [name: string, fix: (object: object) => void][] = [
  ['seal', (object) => Object.seal(object)],
  ['freeze', (object) => Object.freeze(object)],
];

/** D1, D5: the session is terminated first, and the SDK's own `close()` waits for its last words. */
export const closing: readonly TranscriberScenario[] = [
  {
    id: 'last-transcript',
    promise: 'D5',
    name: "the SDK's own close() waits for the last transcript, longer than for a close frame",
    bare: 'passes',
    async run(stage) {
      const ws = await stage.speaking({ chunks: 4, interval: 400 });
      const report = await closes(stage, ws.close());
      stage.reported(report as never, 'graceful');
      assert.equal(stage.turns.length, 5, 'transcripts that were heard');
      stage.toldNothing();
      await stage.gone();
    },
  },
  {
    id: 'close-with-a-limit',
    promise: 'D5',
    name: 'close(true, ms) closes politely when the provider does not terminate the session in time',
    bare: unlessMended,
    async run(stage) {
      const ws = await stage.speaking(endless);
      const before = stage.turns.length;
      const report = await closes(stage, ws.close(true, 400));
      stage.reported(report as never, 'graceful');
      assert.ok(stage.turns.length > before, 'transcripts are heard until then');
      await stage.gone();
    },
  },
  {
    id: 'close-without-a-wait',
    promise: 'D5',
    name: 'close(false) terminates the session, and waits for nothing',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.speaking(endless);
      const report = await closes(stage, ws.close(false));
      stage.reported(report as never, 'graceful');
      await stage.gone();
      assert.equal(stage.server.seen.messages.filter(isTerminate).length, 1);
    },
  },
  {
    id: 'two-closes',
    promise: 'D5',
    name: 'close() twice at the same time is one',
    bare: waits,
    async run(stage) {
      const ws = await stage.open();
      await closes(stage, Promise.all([ws.close(), ws.close()]));
      await stage.gone();
      assert.equal(stage.server.seen.messages.filter(isTerminate).length, 1);
    },
  },
  {
    id: 'drop-during-close',
    promise: ['D3', 'D5'],
    name: 'a connection that is lost while close() waits: it resolves',
    bare: unlessMended,
    async run(stage) {
      const ws = await stage.speaking(endless);
      const closing = ws.close();
      await sleep(20);
      stage.server.inflict({ kind: 'reset' });
      await closes(stage, closing);
      await stage.gone();
    },
  },
  {
    id: 'force-during-close',
    promise: ['D2', 'D5'],
    name: 'disconnect(true) cuts the wait of close() short',
    bare: missing,
    async run(stage) {
      const ws = await stage.speaking(endless);
      const closing = ws.close();
      const report = await stage.within(stage.disconnect(ws, true), 'disconnect(true)');
      assert.equal(report.outcome, 'forced');
      assert.equal(await closing, report);
      await stage.gone();
      stage.toldNothing();
    },
  },
  {
    id: 'terminates-first',
    promise: 'D1',
    name: 'disconnect() terminates the session, and then closes',
    bare: missing,
    async run(stage) {
      const ws = await stage.open();
      const report = await stage.within(stage.disconnect(ws), 'disconnect()');
      assert.equal(report.outcome, 'graceful');
      assert.deepEqual(
        report.steps.map(({ name }) => name),
        ['terminate', 'close', 'force'],
      );
      await stage.gone();
      assert.equal(stage.server.seen.messages.filter(isTerminate).length, 1);
    },
  },
  {
    id: 'drop-while-terminating',
    promise: 'D1',
    name: 'a connection that is lost while disconnect() terminates the session is not waited for',
    bare: missing,
    async run(stage) {
      const ws = await stage.speaking(endless);
      const ended = stage.disconnect(ws);
      stage.server.inflict({ kind: 'close', code: 1011 });
      const { steps } = await stage.within(ended, 'disconnect()');
      assert.equal(steps.find(({ name }) => name === 'terminate')?.outcome, 'ok');
      stage.toldNothing();
    },
  },
  {
    id: 'session-is-abandoned',
    promise: 'D1',
    name: 'disconnect({timeout}) names the session that the provider has not terminated',
    bare: missing,
    async run(stage) {
      const ws = await stage.speaking(endless);
      stage.server.inflict({ kind: 'black-hole' });
      const report = await stage.within(stage.disconnect(ws, { timeout: 100 }), 'disconnect()');
      assert.match(report.abandoned.join(), /› session$/);
    },
  },
  ...fixes.map(
    ([name, fix]): TranscriberScenario => ({
      id: `ends-after-${name}`,
      promise: ['D1', 'D2'],
      name: `Object.${name}() of a transcriber that is open: disconnect() terminates the session, and ends its socket`,
      bare: missing,
      async run(stage) {
        const ws = await stage.open();
        fix(ws);
        const { steps } = await stage.within(stage.disconnect(ws), 'disconnect()');
        assert.deepEqual(
          steps.map(({ outcome }) => outcome),
          ['ok', 'ok', 'skipped'],
        );
        await stage.gone();
        stage.toldNothing();
      },
    }),
  ),
  ...fixes.map(
    ([name, fix]): TranscriberScenario => ({
      id: `forced-after-${name}`,
      promise: ['D1', 'D2'],
      name: `Object.${name}() of a transcriber in the middle of a turn: disconnect(true) destroys its socket`,
      bare: missing,
      async run(stage) {
        const ws = await stage.speaking(endless);
        fix(ws);
        await stage.within(stage.disconnect(ws, true), 'disconnect(true)');
        await stage.gone();
        stage.toldNothing();
      },
    }),
  ),
  ...fixes.map(
    ([name, fix]): TranscriberScenario => ({
      id: `drop-after-${name}`,
      promise: 'D10',
      name: `Object.${name}() of a transcriber that is open: a drop is told once, and does no harm`,
      bare: (cell) => (mended(cell).close ? { crashes: /sessionTerminatedResolve/ } : 'passes'),
      async run(stage) {
        const ws = await stage.open();
        fix(ws);
        stage.server.inflict({ kind: 'close', code: 1011 });
        await stage.toldOnce(1011);
      },
    }),
  ),
  ...twoChannels(),
];

/** Two channels are mixed by a timer of the SDK's: `StreamingTranscriber` from 4.34 on. */
function twoChannels(): TranscriberScenario[] {
  const params = { channels: [{ name: 'a' }, { name: 'b' }], channelAttribution: { flushIntervalMs: 20 } };
  const speak = (ws: Transcriber) => {
    // 40 ms of audio: less than the SDK sends by itself.
    for (const channel of ['a', 'b']) ws.sendAudio(new Uint8Array(1280), { channel });
  };
  const scenarios: TranscriberScenario[] = [
    {
      id: 'two-channels-last-audio',
      promise: ['D5', 'D14'],
      name: "two channels: the SDK's own close() sends the last audio",
      bare: 'passes',
      async run(stage) {
        const ws = await stage.open({}, { params });
        speak(ws);
        await closes(stage, ws.close(true, 1000));
        assert.notEqual(stage.turns.length, 0, 'the audio that was left was transcribed');
        stage.toldNothing();
      },
    },
    {
      id: 'two-channels-drain',
      promise: ['D1'],
      name: 'two channels: disconnect({ drain }) sends the last audio, and it is transcribed',
      bare: missing,
      async run(stage) {
        const ws = await stage.open({}, { params });
        speak(ws);
        await stage.within(stage.disconnect(ws, { drain: 1000 }), 'disconnect({ drain })');
        assert.notEqual(stage.turns.length, 0, 'the audio that was left was transcribed');
        stage.toldNothing();
      },
    },
    {
      id: 'two-channels-timer',
      promise: ['D3', 'D4'],
      name: 'two channels: disconnect(true) ends the timer, and late audio begins none',
      bare: missing,
      async run(stage) {
        const ws = await stage.open({}, { params });
        const timer = () => (ws as unknown as { flushTimer: unknown }).flushTimer;
        speak(ws);
        assert.notEqual(timer(), undefined);
        await stage.within(stage.disconnect(ws, true), 'disconnect(true)');
        assert.equal(timer(), undefined);
        assert.throws(() => speak(ws), { code: 'ERR_DISCONNECTED' });
        assert.equal(timer(), undefined);
        stage.toldNothing();
      },
    },
  ];
  const concerns = ({ version, target }: SocketCell) =>
    target.className === 'StreamingTranscriber' && version >= '4.34';
  return scenarios.map((scenario) => ({ ...scenario, concerns }));
}
