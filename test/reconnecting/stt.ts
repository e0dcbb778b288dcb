/** What is special about `SttWebsocket`: its callbacks, and that every call connects when it has to. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../contract/clock.ts';
import { column } from '../contract/column.ts';
import type { SocketCell } from '../contract/driver.ts';
import type { Row } from '../contract/rows.ts';
import { deliver, loadClass, socketCells } from '../support/cells.ts';
import { describeCell } from '../support/describe-cell.ts';
import {
  connectVoice,
  destroy,
  newTranscriber,
  type Transcriber,
  type TranscriberClass,
  type Transcript,
} from '../support/reconnecting.ts';
import type { Delivery } from '../support/sdk.ts';
import { type Behaviour, startVoiceServer, type VoiceServer } from '../support/voice-server.ts';

const audio = new Uint8Array(64);
const types = (heard: readonly Transcript[]) => heard.map(({ type }) => type);

interface Setting {
  clock: Clock;
  server: VoiceServer;
  ws: Transcriber;
  /** What one callback has heard since the connection was opened. */
  heard: Transcript[];
}

interface Scenario {
  name: string;
  bare: 'passes' | { fails: string };
  behaviour?: Behaviour;
  run(setting: Setting): Promise<void>;
}

const whole = ['transcript', 'transcript', 'transcript', 'flush_done'];

async function transcribe({ clock, ws, heard }: Setting): Promise<void> {
  const before = heard.length;
  await clock.within(ws.send(audio), 'send()');
  await clock.within(ws.finalize(), 'finalize()');
  await clock.until(() => heard.length >= before + 4, 'transcripts');
  assert.deepEqual(types(heard.slice(before)), whole);
}

async function drop({ clock, server, ws }: Setting, code: number): Promise<void> {
  // The SDK may have another one at once.
  const inner = ws.socket?._ws;
  server.inflict({ kind: 'close', code });
  await clock.until(() => inner?.readyState === 3, 'the drop');
  await sleep(20);
}

const scenarios: readonly Scenario[] = [
  {
    name: 'a transcription, and done()',
    bare: 'passes',
    async run(setting) {
      await transcribe(setting);
      await setting.ws.done();
      await setting.clock.until(() => setting.heard.at(-1)?.type === 'done', 'done');
      await sleep(60);
      assert.deepEqual(types(setting.heard), [...whole, 'done']);
    },
  },
  {
    name: 'after an idle server close a send connects again, and nothing is lost',
    bare: { fails: 'what was sent is lost, or nobody hears the answer' },
    async run(setting) {
      await transcribe(setting);
      await setting.ws.done();
      await setting.clock.until(() => setting.ws.socket?._ws?.readyState === 3, 'the end of the session');
      await Promise.all([setting.ws.send(audio), transcribe(setting)]);
      assert.equal(setting.server.seen.connections.length, 2);
      await drop(setting, 1000);
      const before = setting.heard.length;
      await transcribe({ ...setting, heard: setting.heard });
      assert.equal(setting.heard.length, before + 4, 'every callback hears it once');
    },
  },
  {
    name: 'a drop in the middle of a transcription is told to the callback',
    bare: { fails: 'the callback hears nothing' },
    behaviour: { chunks: 2, done: false },
    async run(setting) {
      const { clock, ws, heard } = setting;
      await ws.send(audio);
      await ws.finalize();
      await clock.until(() => heard.length === 2, 'transcripts');
      await drop(setting, 1011);
      assert.equal(heard.length, 3);
      assert.deepEqual([heard[2]!.type, heard[2]!.requestId], ['error', '']);
      assert.match(String(heard[2]!.message), /1011/);
    },
  },
  {
    name: 'a drop when nothing was asked is told to nobody',
    bare: 'passes',
    async run(setting) {
      await drop(setting, 1000);
      assert.deepEqual(setting.heard, []);
    },
  },
  {
    name: "disconnect() is told to nobody, and the user's connect() begins without callbacks",
    bare: { fails: 'the close of the first connection is taken for that of the second' },
    behaviour: { chunks: 2, done: false },
    async run({ clock, server, ws, heard }) {
      await ws.send(audio);
      await ws.finalize();
      await clock.until(() => heard.length === 2, 'transcripts');
      void ws.disconnect();
      await clock.within(connectVoice(ws, server), 'connect()');
      await sleep(40);
      assert.equal(ws.socket?.readyState, 1);
      assert.equal(ws.connected, true);
      await ws.send(audio);
      await ws.finalize();
      await sleep(60);
      assert.equal(heard.length, 2);
    },
  },
];

export function sttSuite(delivery: Delivery): void {
  for (const cell of socketCells(delivery).filter(({ target }) => target.className === 'SttWebsocket')) {
    describeCell(cell, () =>
      column(
        scenarios.map((scenario) => rowOf(scenario, cell)),
        delivery,
      ),
    );
  }
}

function rowOf({ name, bare, behaviour, run }: Scenario, cell: SocketCell): Row {
  return {
    name,
    bare,
    async play(patience) {
      const Class = await loadClass<TranscriberClass>(cell);
      deliver(cell, Class);
      const server = await startVoiceServer(behaviour, { protocol: 'stt' });
      const ws = newTranscriber(Class, server.url);
      const clock = new Clock(patience);
      try {
        await clock.within(connectVoice(ws, server), 'connect()', 8_000);
        const heard: Transcript[] = [];
        await ws.onMessage((result) => heard.push(result));
        await run({ clock, server, ws, heard });
      } finally {
        destroy(ws);
        await server.close();
      }
    },
  };
}
