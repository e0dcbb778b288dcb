import assert from 'node:assert/strict';
import type { DisconnectableClient } from '../../../../core/disconnectable.ts';
import { overlay } from '../../../../overlays/elevenlabs/index.ts';
import type { OverlayOptions } from '../../../../overlays/seams/overlay-options.ts';
import { loadModule } from '../../../support/cells.ts';
import { isOverlaid } from '../../../support/sdk.ts';
import type { VoiceServer } from '../../../support/voice-server.ts';
import type { SocketCell } from '../../driver.ts';
import type { Transcription } from '../../drivers/transcription.ts';
import type { Scenario } from '../../play.ts';
import { apiKey, hasHangup, Stage } from '../../stage.ts';

export type TranscriptionScenario = Scenario<TranscriptionStage>;

type Key = string | (() => Promise<string>);
interface Client extends DisconnectableClient {
  readonly speechToText: { realtime: { connect(options: object): Promise<Transcription> } };
}
type ClientClass = new (options: { apiKey: Key; baseUrl: string }) => Client;

interface ClientOptions {
  apiKey?: Key;
  overlay?: OverlayOptions;
}

export interface ConnectOptions {
  /** Parameters of the SDK. */
  params?: object;
  client?: Client;
  /** `false`: without listeners for `close` and `error`. Default `true`. */
  listen?: boolean;
}

export async function loadScribe(cell: SocketCell): Promise<ClientClass> {
  const { ElevenLabsClient } = await loadModule<{ ElevenLabsClient: ClientClass }>(cell, 'index');
  return ElevenLabsClient;
}

export const audioBase64 = 'AAAA';

/** Plays connections that a client opens. */
export class TranscriptionStage extends Stage {
  /** The arguments of each call of the listener for `close`. */
  readonly closes: unknown[][] = [];
  readonly errors: (Error & { code?: unknown })[] = [];
  /** The partial transcripts that were heard. */
  readonly partial: object[] = [];
  readonly committed: object[] = [];
  readonly #connections: Transcription[] = [];

  constructor(
    override readonly cell: SocketCell,
    readonly Class: ClientClass,
    patience: number,
    over?: AbortSignal,
  ) {
    super(cell, patience, over);
  }

  override serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
    // The SDK takes no certificate.
    return super.serve(behaviour, { tls: false });
  }

  client({ apiKey: key = apiKey, overlay: options }: ClientOptions = {}): Client {
    const client = new this.Class({ apiKey: key, baseUrl: this.server.url });
    if (isOverlaid(this.cell.delivery) || (options !== undefined && hasHangup(client))) overlay(client, options);
    return client;
  }

  /** A connection whose handshake is under way. */
  async connect({ params, client = this.client(), listen = true }: ConnectOptions = {}): Promise<Transcription> {
    const options = { modelId: 'a-model', audioFormat: 'pcm_16000', sampleRate: 16_000, ...params };
    const ws = await client.speechToText.realtime.connect(options);
    this.#connections.push(ws);
    ws.on('partial_transcript', (transcript) => this.partial.push(transcript as object));
    ws.on('committed_transcript', (transcript) => this.committed.push(transcript as object));
    if (!listen) return ws;
    ws.on('close', (...end) => this.closes.push(end));
    ws.on('error', (error) => this.errors.push(error as Error));
    return ws;
  }

  /** A connection that is open. */
  async open(behaviour: VoiceServer['behaviour'] = {}, options: ConnectOptions = {}): Promise<Transcription> {
    await this.serve(behaviour);
    const ws = await this.connect(options);
    await this.ready(() => ws.websocket?.readyState === 1, 'the handshake');
    return ws;
  }

  /** A connection with a transcript under way. */
  async speaking(behaviour: VoiceServer['behaviour'] = {}, options: ConnectOptions = {}): Promise<Transcription> {
    const ws = await this.open(behaviour, options);
    ws.send({ audioBase64 });
    await this.ready(() => this.partial.length > 0, 'a transcript');
    return ws;
  }

  /** The listener for `close` is told of exactly one end. */
  async toldOnce(code: number): Promise<unknown[]> {
    await this.until(() => this.closes.length > 0, 'a close event');
    await this.settle();
    assert.equal(this.closes.length, 1, 'close events that were heard');
    assert.equal(this.closes[0]![0], code, 'the code in the close event');
    return this.closes[0]!;
  }

  /** The session still goes on: more audio is transcribed. */
  async goesOn(ws: Transcription): Promise<void> {
    const before = this.partial.length;
    ws.send({ audioBase64 });
    await this.until(() => this.partial.length > before, 'another transcript');
  }

  override async dispose(): Promise<void> {
    for (const ws of this.#connections) {
      ws.on('error', () => {});
      ws.websocket?.terminate();
    }
    await super.dispose();
  }
}
