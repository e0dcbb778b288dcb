import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missing } from '../../defects.ts';
import { dial } from '../../drivers/transcription.ts';
import { audioBase64, type TranscriptionScenario, type TranscriptionStage } from './stage.ts';

const isCommit = ({ commit }: Record<string, unknown>) => commit === true;

/** D1, D3, D5: the last transcripts, and the program that reads audio from a URL. */
export const ending: readonly TranscriptionScenario[] = [
  {
    id: 'close-hears-the-last-transcript',
    promise: ['D5', 'D14'],
    name: "commit() and the SDK's own close(): the committed transcript is heard",
    bare: 'passes',
    async run(stage) {
      const ws = await stage.speaking({ chunks: 1, interval: 0 });
      ws.commit();
      await stage.within(Promise.resolve(ws.close()), 'close()');
      await stage.until(() => stage.committed.length === 1, 'the committed transcript');
    },
  },
  {
    id: 'drain-commits',
    promise: 'D1',
    name: 'disconnect({ drain }) commits the audio that was not committed, and its transcript is heard',
    bare: missing,
    async run(stage) {
      const ws = await stage.speaking();
      const report = await stage.within(stage.disconnect(ws, { drain: 60_000 }), 'disconnect({ drain })');
      assert.deepEqual([report.outcome, report.steps[0]?.outcome], ['graceful', 'ok']);
      assert.equal(stage.committed.length, 1, 'committed transcripts');
      assert.equal(stage.server.seen.messages.filter(isCommit).length, 1, 'commits');
    },
  },
  {
    id: 'drain-commits-nothing-twice',
    promise: ['D1', 'D14'],
    name: 'disconnect({ drain }) after commit() waits for that transcript, and commits no more',
    bare: missing,
    async run(stage) {
      const ws = await stage.speaking({ chunks: 5, interval: 20 });
      ws.commit();
      await stage.within(stage.disconnect(ws, { drain: 60_000 }), 'disconnect({ drain })');
      assert.equal(stage.committed.length, 1, 'committed transcripts');
      assert.equal(stage.server.seen.messages.filter(isCommit).length, 1, 'commits');
    },
  },
  {
    id: 'drain-after-an-error',
    promise: 'D1',
    name: 'disconnect({ drain }) does not wait for a transcript when the provider reports an error, and says that it is lost',
    bare: missing,
    async run(stage) {
      const ws = await stage.speaking({ chunks: 3, interval: 0, done: false });
      const ending = stage.disconnect(ws, { drain: 60_000 });
      await stage.ready(() => stage.server.seen.messages.some(isCommit), 'the commit');
      stage.server.inflict({ kind: 'error-event', withContext: false });
      const report = await stage.within(ending, 'disconnect({ drain })');
      assert.deepEqual([report.outcome, report.steps[0]?.outcome], ['forced', 'failed']);
    },
  },
  ...(['drop', 'shutdown'] as const).map(
    (how): TranscriptionScenario => ({
      id: `ffmpeg-and-${how}`,
      promise: ['D3', 'D10'],
      name: `audio from a URL, and a ${how}: ffmpeg ends, and the process goes on`,
      bare: { crashes: /WebSocket is not connected/ },
      async run(stage) {
        const ws = await streaming(stage);
        if (how === 'drop') stage.server.inflict({ kind: 'close', code: 1011 });
        else await stage.shutDown(ws, () => ws.close());
        await stage.serverSeesTheEnd();
        await stage.until(() => ffmpegOf(ws) === null, 'ffmpeg to be ended');
        // Its output has ended by then, too.
        await stage.settle();
      },
    }),
  ),
  {
    id: 'late-socket',
    promise: ['D3', 'D4'],
    name: 'a socket that the connection gets after disconnect() is destroyed at once',
    bare: missing,
    async run(stage) {
      const ws = await stage.open();
      await stage.within(stage.disconnect(ws), 'disconnect()');
      dial(ws, stage.server);
      await stage.until(() => ws.websocket!.readyState === 3, 'the client to be CLOSED');
      await stage.serverSeesTheEnd();
    },
  },
  {
    id: 'late-ffmpeg',
    promise: ['D3', 'D4'],
    name: 'ffmpeg that starts after disconnect() is ended at once',
    bare: missing,
    async run(stage) {
      const ws = await stage.open();
      await stage.within(stage.disconnect(ws), 'disconnect()');
      let kills = 0;
      ws.setFfmpegProcess({ kill: () => kills++, stdout: null });
      assert.equal(kills, 1);
      assert.throws(() => ws.send({ audioBase64 }), { code: 'ERR_DISCONNECTED' });
    },
  },
];

const ffmpegOf = (ws: object) => (ws as { ffmpegProcess: object | null }).ffmpegProcess;

/** A program in the place of ffmpeg, which writes as long as it lives. */
const program = '#!/bin/sh\nwhile printf 00000000; do sleep 0.01; done\n';

async function streaming(stage: TranscriptionStage) {
  const folder = mkdtempSync(join(tmpdir(), 'hangup-ffmpeg-'));
  const file = join(folder, 'ffmpeg');
  writeFileSync(file, program);
  chmodSync(file, 0o755);
  const { PATH } = process.env;
  process.env.PATH = `${folder}:${PATH}`;
  try {
    const ws = await stage.open({}, { params: { url: 'https://127.0.0.1:9/audio' } });
    await stage.ready(() => stage.server.seen.messages.length > 0, 'audio');
    return ws;
  } finally {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  }
}
