import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { overlay } from '../../../../overlays/deepgram/index.ts';
import type { OverlayOptions } from '../../../../overlays/seams/overlay-options.ts';
import type { VoiceServer } from '../../../support/voice-server.ts';
import type { SocketCell } from '../../driver.ts';
import { endSocket, type LegacyClient, type Live, type MakeClient, protocols } from '../../drivers/deepgram-live.ts';
import type { Scenario } from '../../play.ts';
import { hasHangup, Stage } from '../../stage.ts';

export type LiveScenario = Scenario<LiveStage>;

interface LiveOptions {
  overlay?: OverlayOptions;
  /** `false`: without listeners for the end and for errors. Default `true`. */
  listen?: boolean;
}

/** Live clients of 3.4 to 4.x, as an app gets them. */
export class LiveStage extends Stage {
  readonly closes: { code?: number; reason?: unknown }[] = [];
  readonly errors: { error?: unknown; message?: unknown }[] = [];
  readonly messages: unknown[] = [];
  readonly #made: Live[] = [];

  constructor(
    override readonly cell: SocketCell,
    readonly makeClient: MakeClient,
    patience: number,
    over?: AbortSignal,
  ) {
    super(cell, patience, over);
  }

  override serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
    return super.serve(behaviour, { tls: false });
  }

  client(options: object = {}, of?: OverlayOptions): LegacyClient {
    const client = this.makeClient(this.server, options);
    if (of !== undefined && hasHangup(client)) overlay(client, of);
    return client;
  }

  /** Begins to connect. */
  dial({ overlay: of, listen = true }: LiveOptions = {}, client = this.client({}, of)): Live {
    const { open, chunk, close, error } = protocols[this.cell.target.className]!;
    const ws = open(client);
    this.#made.push(ws);
    ws.on(chunk, (message) => this.messages.push(message));
    if (!listen) return ws;
    ws.on(close, (event) => this.closes.push(event as LiveStage['closes'][number]));
    ws.on(error, (event) => this.errors.push(event as LiveStage['errors'][number]));
    return ws;
  }

  async open(
    behaviour: VoiceServer['behaviour'] = {},
    options: LiveOptions = {},
    client?: LegacyClient,
  ): Promise<Live> {
    if (client === undefined) await this.serve(behaviour);
    const ws = this.dial(options, client);
    await this.ready(() => ws.conn?.readyState === 1, 'the handshake');
    return ws;
  }

  speak(ws: Live): void {
    protocols[this.cell.target.className]!.speak(ws, 64);
  }

  /** A connection with an answer under way. */
  async speaking(behaviour: VoiceServer['behaviour'] = {}, options: LiveOptions = {}): Promise<Live> {
    const ws = await this.open(behaviour, options);
    this.speak(ws);
    await this.ready(() => this.messages.length > 1, 'an answer');
    return ws;
  }

  /** The listener for the end is told of exactly one. */
  async toldOnce(code: number): Promise<{ code?: number; reason?: unknown }> {
    await this.until(() => this.closes.length > 0, 'a close event');
    await this.settle();
    assert.equal(this.closes.length, 1, 'close events that were heard');
    assert.equal(this.closes[0]!.code, code, 'the code of the close event');
    return this.closes[0]!;
  }

  toldNothing(): void {
    assert.deepEqual([this.closes, this.errors], [[], []], 'listeners were told of an end');
  }

  async gone(): Promise<void> {
    await this.serverSeesTheEnd();
  }

  override async dispose(): Promise<void> {
    // The SDK may still be loading `ws`.
    await sleep(1);
    for (const { conn } of this.#made) if (conn?.addEventListener !== undefined) endSocket(conn);
    await super.dispose();
  }
}
