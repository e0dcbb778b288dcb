/** `SttWebsocket`: its callbacks, and that every call connects when it has to. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliver, loadClass, socketCells } from '../../../support/cells.ts';
import {
  connectVoice,
  destroy,
  newTranscriber,
  type Transcriber,
  type TranscriberClass,
  type Transcript,
} from '../../../support/reconnecting.ts';
import type { VoiceServer } from '../../../support/voice-server.ts';
import { missing } from '../../defects.ts';
import type { SocketCell } from '../../driver.ts';
import { type Scenario as ScenarioOn, type Suite, unique } from '../../play.ts';
import { isPlayed } from '../../played.ts';
import { hasHangup, Stage } from '../../stage.ts';

type Scenario = ScenarioOn<TranscriberStage>;

const audio = new Uint8Array(64);
const types = (heard: readonly Transcript[]) => heard.map(({ type }) => type);
const whole = ['transcript', 'transcript', 'transcript', 'flush_done'];

class TranscriberStage extends Stage {
  /** The results that one callback has heard since the connection was opened. */
  readonly heard: Transcript[] = [];
  #ws: Transcriber | undefined;

  static async create(cell: SocketCell, patience: number, over?: AbortSignal): Promise<TranscriberStage> {
    const Class = await loadClass<TranscriberClass>(cell);
    deliver(cell, Class);
    return new TranscriberStage(cell, Class, patience, over);
  }

  private constructor(
    cell: SocketCell,
    private readonly Class: TranscriberClass,
    patience: number,
    over?: AbortSignal,
  ) {
    super(cell, patience, over);
  }

  async open(behaviour: VoiceServer['behaviour'] = {}): Promise<Transcriber> {
    const server = await this.serve(behaviour);
    const ws = newTranscriber(this.Class, server.url);
    this.#ws = ws;
    await this.prepared(connectVoice(ws, server), 'connect()');
    await ws.onMessage((result) => this.heard.push(result));
    return ws;
  }

  /** A whole transcription is promised. */
  async transcribe(ws: Transcriber): Promise<void> {
    const before = this.heard.length;
    await this.within(ws.send(audio), 'send()');
    await this.within(ws.finalize(), 'finalize()');
    await this.until(() => this.heard.length >= before + 4, 'transcripts');
    assert.deepEqual(types(this.heard.slice(before)), whole);
  }

  /** The first two transcripts of one that is not finished. */
  async begin(ws: Transcriber): Promise<void> {
    await ws.send(audio);
    await ws.finalize();
    await this.ready(() => this.heard.length === 2, 'the first transcripts');
  }

  async drop(ws: Transcriber, code: number): Promise<void> {
    // The SDK may have another one at once.
    const inner = ws.socket?._ws;
    this.server.inflict({ kind: 'close', code });
    await this.ready(() => inner?.readyState === 3, 'the drop');
    await sleep(20);
  }

  override async dispose(): Promise<void> {
    if (this.#ws !== undefined) destroy(this.#ws);
    await super.dispose();
  }
}

const unfinished = { chunks: 2, done: false };

const scenarios: readonly Scenario[] = [
  {
    id: 'transcription',
    promise: 'D14',
    name: 'a transcription, and done()',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open();
      await stage.transcribe(ws);
      await ws.done();
      await stage.until(() => stage.heard.at(-1)?.type === 'done', 'done');
      await stage.settle();
      assert.deepEqual(types(stage.heard), [...whole, 'done']);
    },
  },
  {
    id: 'send-connects',
    promise: 'D12',
    name: 'after an idle server close a send connects again, and nothing is lost',
    bare: { fails: /^transcripts: not within/ },
    async run(stage) {
      const ws = await stage.open();
      await stage.transcribe(ws);
      await ws.done();
      await stage.ready(() => ws.socket?._ws?.readyState === 3, 'the end of the session');
      await Promise.all([ws.send(audio), stage.transcribe(ws)]);
      assert.equal(stage.server.seen.connections.length, 2);
      await stage.drop(ws, 1000);
      const before = stage.heard.length;
      await stage.transcribe(ws);
      assert.equal(stage.heard.length, before + 4, 'every callback hears it once');
    },
  },
  {
    id: 'drop-is-told',
    promise: 'D7',
    name: 'a drop in the middle of a transcription is told to the callback',
    bare: { fails: /^the callback must hear of the drop/ },
    async run(stage) {
      const ws = await stage.open(unfinished);
      await stage.begin(ws);
      await stage.drop(ws, 1011);
      assert.deepEqual(types(stage.heard.slice(2)), ['error'], 'the callback must hear of the drop');
      assert.equal(stage.heard[2]!.requestId, '');
      assert.match(String(stage.heard[2]!.message), /1011/);
    },
  },
  {
    id: 'idle-drop-is-told-to-nobody',
    promise: 'D7',
    name: 'a drop when nothing was asked is told to nobody',
    bare: 'passes',
    async run(stage) {
      await stage.drop(await stage.open(), 1000);
      assert.deepEqual(stage.heard, []);
    },
  },
  {
    id: 'reopens-without-callbacks',
    promise: 'D4',
    name: "disconnect() is told to nobody, and the user's connect() begins without callbacks",
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open(unfinished);
      await stage.begin(ws);
      void ws.disconnect();
      await stage.within(connectVoice(ws, stage.server), 'connect()');
      await sleep(40);
      await stage.until(() => ws.socket?.readyState === 1, 'the second connection to open');
      await ws.send(audio);
      await ws.finalize();
      await stage.settle();
      assert.equal(stage.heard.length, 2);
      if (hasHangup(ws)) assert.equal(ws.connected, true);
    },
  },
  {
    id: 'drain-transcribes-the-rest',
    promise: 'D1',
    name: 'disconnect({drain}) has the provider transcribe what it has heard, and the callback hears it',
    bare: { fails: /^what the callback hears/ },
    async run(stage) {
      const ws = await stage.open();
      await ws.send(audio);
      await stage.settle();
      const report = await stage.shutDown(ws, () => ws.disconnect(), { drain: 60_000 });
      stage.reported(report, 'graceful');
      assert.deepEqual(types(stage.heard), [...whole, 'done'], 'what the callback hears');
    },
  },
  {
    id: 'drain-says-done-once',
    promise: ['D1', 'D14'],
    name: 'disconnect({drain}) after done() sends nothing more',
    bare: missing,
    async run(stage) {
      const ws = await stage.open({ interval: 10 });
      await ws.send(audio);
      await ws.done();
      await stage.within(stage.disconnect(ws, { drain: 60_000 }), 'disconnect()');
      assert.deepEqual(types(stage.heard), [...whole, 'done'], 'what the callback hears');
      assert.deepEqual(stage.server.seen.connections[0]!.frames, ['done']);
    },
  },
];

/** `SttWebsocket` of 2.2.4 and later. */
export const transcriber: Suite<TranscriberStage> = {
  title: '`SttWebsocket`',
  folder: 'families/reconnecting',
  scenarios: unique(scenarios),
  cells: (delivery) =>
    socketCells(delivery).filter((cell) => cell.target.className === 'SttWebsocket' && isPlayed(cell)),
  stage: TranscriberStage.create,
};
