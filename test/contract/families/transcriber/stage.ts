import assert from 'node:assert/strict';
import { overlay } from '../../../../overlays/assemblyai/index.ts';
import type { OverlayOptions } from '../../../../overlays/seams/overlay-options.ts';
import type { VoiceServer } from '../../../support/voice-server.ts';
import type { SocketCell } from '../../driver.ts';
import { eventOf, parametersFor, type Transcriber, type TranscriberClass } from '../../drivers/transcriber.ts';
import type { Scenario } from '../../play.ts';
import { hasHangup, Stage } from '../../stage.ts';

export type TranscriberScenario = Scenario<TranscriberStage>;

interface SessionOptions {
  /** Parameters of the SDK. */
  params?: object;
  overlay?: OverlayOptions;
  /** `false`: without listeners for `close` and `error`. Default `true`. */
  listen?: boolean;
}

/** Plays sessions by their events. */
export class TranscriberStage extends Stage {
  /** The arguments of each call of the listener for `close`. */
  readonly closes: unknown[][] = [];
  readonly errors: (Error & { code?: unknown })[] = [];
  /** The transcripts that were heard. */
  readonly turns: object[] = [];
  readonly #sessions: Transcriber[] = [];

  constructor(
    override readonly cell: SocketCell,
    readonly Class: TranscriberClass,
    patience: number,
    over?: AbortSignal,
  ) {
    super(cell, patience, over);
  }

  override serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
    return super.serve(behaviour);
  }

  /** A transcriber that was not connected yet. */
  make({ params, overlay: options, listen = true }: SessionOptions = {}): Transcriber {
    const ws = new this.Class(parametersFor(this.server, params));
    this.#sessions.push(ws);
    if (options !== undefined) this.cover(ws, options);
    ws.on(eventOf(this.cell), (turn) => this.turns.push(turn as object));
    if (!listen) return ws;
    ws.on('close', (...end) => this.closes.push(end));
    ws.on('error', (error) => this.errors.push(error as Error));
    return ws;
  }

  cover(ws: Transcriber, options: OverlayOptions): void {
    if (hasHangup(ws)) overlay(ws, options);
  }

  /** A session that has begun. */
  async open(behaviour: VoiceServer['behaviour'] = {}, options: SessionOptions = {}): Promise<Transcriber> {
    await this.serve(behaviour);
    const ws = this.make(options);
    await this.prepared(ws.connect(), 'the session');
    return ws;
  }

  /** A session with a transcript under way. */
  async speaking(behaviour: VoiceServer['behaviour'] = {}): Promise<Transcriber> {
    const ws = await this.open(behaviour);
    ws.sendAudio(new Uint8Array(64));
    await this.ready(() => this.turns.length > 0, 'a transcript');
    return ws;
  }

  /** The listener for `close` is told of exactly one end. */
  async toldOnce(code: number): Promise<unknown[]> {
    await this.until(() => this.closes.length > 0, 'a close event');
    await this.settle();
    assert.equal(this.closes.length, 1, 'close events that were heard');
    assert.equal(this.closes[0]![0], code);
    return this.closes[0]!;
  }

  toldNothing(): void {
    assert.deepEqual([this.closes, this.errors], [[], []], 'listeners were told of an end');
  }

  /** The session still goes on: more audio is transcribed. */
  async goesOn(ws: Transcriber): Promise<void> {
    const before = this.turns.length;
    ws.sendAudio(new Uint8Array(64));
    await this.until(() => this.turns.length > before, 'another transcript');
  }

  /** Every connection to the server has ended. */
  async gone(): Promise<void> {
    await this.serverSeesTheEnd();
  }

  /** An attempt that has reached the server, and is under way. */
  async attempt(ws: Transcriber): Promise<{ connecting: Promise<unknown> }> {
    const connecting = ws.connect();
    connecting.catch(() => {});
    await this.ready(() => this.server.seen.connections.length > 0, 'the attempt');
    return { connecting };
  }

  override async dispose(): Promise<void> {
    for (const { socket } of this.#sessions) {
      // The listeners of the bare SDK throw when its object was sealed.
      if (this.cell.delivery === 'bare') socket?.removeAllListeners();
      socket?.on('error', () => {});
      socket?.terminate();
    }
    await super.dispose();
  }
}
