import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import { missing } from '../../defects.ts';
import { endless } from '../../stage.ts';
import type { RecognizerScenario, RecognizerStage } from './stage.ts';

const unsettled = { fails: /^stopRecognition\(\): not within/ };
const staysOpen = { fails: /^the server to see the end: not within/ };

/** @returns nothing in the bare column: the SDK has no report */
async function stops(stage: RecognizerStage, stopping: Promise<unknown>): Promise<DisconnectReport | undefined> {
  const report = await stage.resolves(() => stopping, 'stopRecognition()');
  return stage.cell.delivery === 'bare' ? undefined : (report as DisconnectReport);
}

/** D1, D5: the SDK's own end waits for the rest of the transcript. */
export const stopping: readonly RecognizerScenario[] = [
  {
    id: 'stops-with-the-transcript',
    promise: ['D5', 'D14'],
    name: 'stopRecognition() waits for the rest of the transcript, and ends the connection by itself',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.speaking({ chunks: 4, interval: 30 });
      stage.reported(await stops(stage, ws.stopRecognition()), 'graceful');
      const names = stage.messages.map(({ message }) => message);
      assert.deepEqual(names.slice(-2), ['AddTranscript', 'EndOfTranscript']);
      assert.deepEqual(stage.got('EndOfStream'), [{ message: 'EndOfStream', last_seq_no: 1 }]);
      await stage.gone();
      await stage.toldOnce();
    },
  },
  {
    id: 'stops-in-time',
    promise: ['D3', 'D5'],
    name: 'stopRecognition() rejects as before when the transcript is not complete in time, and ends the connection',
    bare: staysOpen,
    async run(stage) {
      const ws = await stage.speaking(endless);
      ws.timeout = 150;
      const error = await stage.fails(() => ws.stopRecognition(), 'stopRecognition()');
      assert.match(error.message, /^Timed out after 150ms waiting for EndOfTranscript$/);
      await stage.gone();
      assert.notEqual(stage.server.seen.connections[0]!.close, undefined, 'the server must get a close frame');
    },
  },
  {
    id: 'stop-close-unanswered',
    promise: ['D3', 'D5'],
    name: 'a close frame that is not answered after the last transcript is waited for no longer than 1000 ms',
    bare: { fails: /^the client to be CLOSED: not within/ },
    async run(stage) {
      const ws = await stage.speaking({ onClose: 'ignore' });
      const stopping = ws.stopRecognition();
      await stage.until(() => ws.socket?.readyState === 3, 'the client to be CLOSED', Math.min(stage.patience, 2500));
      stage.reported(await stops(stage, stopping), 'forced');
    },
  },
  {
    id: 'lost-while-stopping',
    promise: ['D5', 'D7'],
    name: 'stopRecognition() rejects at once when the connection is lost',
    bare: unsettled,
    async run(stage) {
      const ws = await stage.speaking(endless);
      const stopping = ws.stopRecognition();
      await sleep(20);
      stage.server.inflict({ kind: 'close', code: 1011 });
      const error = await stage.fails(() => stopping, 'stopRecognition()', 'ERR_STREAM_ENDED');
      assert.equal(error.closeCode, 1011);
      await stage.gone();
    },
  },
  {
    id: 'stop-after-a-loss',
    promise: ['D5', 'D7'],
    name: 'stopRecognition() of a recognition that was lost rejects at once, with the cause',
    bare: unsettled,
    async run(stage) {
      const ws = await stage.lost();
      const error = await stage.fails(() => ws.stopRecognition(), 'stopRecognition()', 'ERR_STREAM_ENDED');
      assert.equal(error.closeCode, 1011);
    },
  },
  {
    id: 'stop-before-start',
    promise: 'D14',
    name: 'stopRecognition() before start() rejects as before',
    bare: 'passes',
    async run(stage) {
      await stage.serve();
      const error = await stage.fails(() => stage.make().stopRecognition(), 'stopRecognition()');
      assert.match(error.message, /^Client socket not initialized$/);
    },
  },
  {
    id: 'stop-without-a-wait-before-start',
    promise: ['D5', 'D10'],
    name: 'stopRecognition({ noTimeout: true }) before start() does not crash the process',
    bare: { crashes: /^Client socket not initialized$/ },
    async run(stage) {
      await stage.serve();
      await stage.fails(() => stage.make().stopRecognition({ noTimeout: true }), 'stopRecognition()');
    },
  },
  {
    id: 'stop-without-a-wait',
    promise: ['D5', 'D14'],
    name: 'stopRecognition({ noTimeout: true }) resolves at once, and the connection ends after the last transcript',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.speaking({ chunks: 4, interval: 50 });
      const result = await stage.within(ws.stopRecognition({ noTimeout: true }), 'stopRecognition()');
      assert.equal(result, undefined);
      assert.ok(stage.messages.every(({ message }) => message !== 'AddTranscript'));
      await stage.gone();
      assert.equal(stage.messages.at(-1)?.message, 'EndOfTranscript');
    },
  },
  {
    id: 'force-while-stopping',
    promise: ['D2', 'D5'],
    name: 'disconnect(true) cuts the wait of stopRecognition() short',
    bare: missing,
    async run(stage) {
      const ws = await stage.speaking(endless);
      const stopping = ws.stopRecognition();
      const report = await stage.within(stage.disconnect(ws, true), 'disconnect(true)');
      assert.equal(report.outcome, 'forced');
      assert.equal(await stage.resolves(() => stopping, 'stopRecognition()'), report);
      await stage.gone();
    },
  },
  {
    id: 'stop-after-disconnect',
    promise: 'D1',
    name: 'stopRecognition() during and after disconnect() gives the same report, and sends nothing',
    bare: missing,
    async run(stage) {
      const ws = await stage.open();
      const ending = stage.disconnect(ws);
      const reports = [
        await stops(stage, ws.stopRecognition()),
        await ending,
        await stops(stage, ws.stopRecognition()),
      ];
      assert.equal(new Set(reports).size, 1);
      assert.deepEqual(stage.got('EndOfStream'), []);
    },
  },
  {
    id: 'stop-during-a-drain',
    promise: 'D1',
    name: 'stopRecognition() during disconnect({drain}) leaves the drain alone',
    bare: missing,
    async run(stage) {
      const ws = await stage.speaking({ chunks: 10, interval: 20 });
      const ending = stage.disconnect(ws, { drain: 60_000 });
      assert.equal(await stops(stage, ws.stopRecognition()), await ending);
      assert.equal(stage.messages.at(-1)?.message, 'EndOfTranscript');
      assert.equal(stage.got('EndOfStream').length, 1);
    },
  },
  {
    id: 'drain-asks-once-more',
    promise: 'D1',
    name: 'a recognition that was started again is drained like the first',
    bare: missing,
    async run(stage) {
      const ws = await stage.open();
      for (const times of [1, 2]) {
        await stage.goesOn(ws);
        const report = await stage.within(stage.disconnect(ws, { drain: 60_000 }), 'disconnect()');
        assert.equal(report.outcome, 'graceful');
        assert.equal(stage.got('EndOfStream').length, times);
        if (times === 1) await stage.prepared(stage.start(ws), 'the recognition');
      }
      await stage.dialled(2);
    },
  },
];
