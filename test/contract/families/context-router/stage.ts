import assert from 'node:assert/strict';
import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import {
  type Cell,
  type Client,
  type Context,
  loadSdk,
  type Sdk,
  type VoiceEvent,
  type VoiceSocket,
} from '../../../support/sdk.ts';
import type { VoiceServer } from '../../../support/voice-server.ts';
import type { Scenario as ScenarioOn } from '../../play.ts';
import { apiKey, Stage, type Told } from '../../stage.ts';

export const speech = {
  model_id: 'sonic-2',
  voice: { mode: 'id', id: 'a-voice' },
  output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16000 },
} as const;

export type Scenario = ScenarioOn<VoiceStage>;

/** A receive loop running in the background. */
export interface Consumer {
  readonly events: VoiceEvent[];
  /** Settles when the loop does: `undefined` after a normal end, else what it threw. Never rejects. */
  readonly ended: Promise<Error | undefined>;
  /** Resolves when this many chunks have arrived. They are a part of the preparation. */
  chunks(count: number): Promise<void>;
}

/** Plays `TTSWS`: many contexts on one socket. */
export class VoiceStage extends Stage {
  readonly #sockets: VoiceSocket[] = [];
  /** Errors that the listeners of this stage's sockets heard. */
  readonly heard: Error[] = [];

  static async create(cell: Cell, patience: number, over?: AbortSignal): Promise<VoiceStage> {
    return new VoiceStage(cell, await loadSdk(cell), patience, over);
  }

  constructor(
    override readonly cell: Cell,
    readonly sdk: Sdk,
    patience: number,
    over?: AbortSignal,
  ) {
    super(cell, patience, over);
  }

  client(url = this.server.url, sdk = this.sdk): Client {
    return new sdk.Cartesia({ baseURL: url, apiKey, maxRetries: 0 });
  }

  /** A server, and a connected socket on it. `listen: false` leaves the socket without an `error` listener. */
  async open(behaviour: VoiceServer['behaviour'] = {}, options: { listen?: boolean } = {}): Promise<VoiceSocket> {
    await this.serve(behaviour);
    return this.connect(options);
  }

  async connect({ listen = true, ...options }: { listen?: boolean; headers?: object } = {}): Promise<VoiceSocket> {
    const connected = this.client().tts.websocket({ ca: this.server.ca, ...options });
    return this.#adopt(await this.prepared(connected, 'websocket()'), listen);
  }

  /** A socket that is still CONNECTING; nobody awaits its handshake. */
  dial({ listen = true, ...options }: { listen?: boolean; handshakeTimeout?: number } = {}) {
    return this.#adopt(new this.sdk.TTSWS(this.client(), { ca: this.server.ca, ...options }), listen);
  }

  #adopt(ws: VoiceSocket, listen: boolean): VoiceSocket {
    if (listen) ws.on('error', (error) => this.heard.push(error as unknown as Error));
    this.#sockets.push(ws);
    return ws;
  }

  hangUp(ws: VoiceSocket, ...how: Parameters<VoiceSocket['disconnect']>): Promise<DisconnectReport | undefined> {
    return this.shutDown(ws, () => ws.close(), ...how);
  }

  context(ws: VoiceSocket, contextId: string, options: { timeout?: number } = {}): Context {
    return ws.context({ ...speech, contextId, ...options });
  }

  /** Pushes one transcript on a new context and starts to receive. */
  async speak(ws: VoiceSocket, contextId: string): Promise<Consumer & { context: Context }> {
    const context = this.context(ws, contextId);
    const consumer = this.consume(context.receive());
    await this.within(context.push({ transcript: 'hello' }), 'push()');
    return { ...consumer, context };
  }

  consume(stream: AsyncIterable<VoiceEvent>, each?: (event: VoiceEvent) => unknown): Consumer {
    const events: VoiceEvent[] = [];
    const ended = (async () => {
      try {
        for await (const event of stream) {
          events.push(event);
          await each?.(event);
        }
        return undefined;
      } catch (error) {
        return error as Error;
      }
    })();
    const chunks = (count: number) =>
      this.ready(() => events.filter((event) => event.type === 'chunk').length >= count, `${count} chunks`);
    return { events, ended, chunks };
  }

  /** The call that has been made must reject. */
  rejects(call: Promise<unknown>, code?: string): Promise<Told> {
    return this.fails(() => call, 'the call', code);
  }

  async isGone(ws: VoiceSocket): Promise<void> {
    await this.until(() => ws.socket.readyState === ws.socket.CLOSED, 'the client to be CLOSED');
  }

  /** The connection still works: another context is served on it. */
  async stillWorks(ws: VoiceSocket, contextId = 'afterwards'): Promise<void> {
    this.server.behaviour = {};
    const before = this.server.seen.connections.length;
    const other = await this.speak(ws, contextId);
    await this.within(other.context.no_more_inputs(), 'no_more_inputs()');
    await this.endsQuietly(other);
    assert.equal(other.events.at(-1)?.type, 'done');
    assert.equal(this.server.seen.connections.length, before, 'a stream afterwards, on the same connection');
  }

  /** Ends every socket without its SDK's help, so that a bare SDK's remains do not disturb the next cell. */
  override async dispose(): Promise<void> {
    for (const ws of this.#sockets) {
      ws.on('error', () => {});
      ws.socket.on('error', () => {});
      ws.connect().catch(() => {});
      ws.socket.terminate();
    }
    await super.dispose();
  }
}

export type { Context, VoiceEvent, VoiceSocket };
