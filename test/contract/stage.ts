import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DisconnectReport } from '../../core/disconnectable.ts';
import type { Cell, Client, Context, Sdk, VoiceEvent, VoiceSocket } from '../support/sdk.ts';
import { type Behaviour, type ServerOptions, startVoiceServer, type VoiceServer } from '../support/voice-server.ts';
import { Clock } from './clock.ts';
import type { Bare } from './rows.ts';

export const apiKey = 'sk_car_TESTKEYdonotprint';

export const speech = {
  model_id: 'sonic-2',
  voice: { mode: 'id', id: 'a-voice' },
  output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16000 },
} as const;

/** A stream that goes on until it is ended. */
export const endless: Behaviour = { chunks: Number.POSITIVE_INFINITY, interval: 5 };

export interface Scenario {
  name: string;
  bare: Bare;
  /** Versions whose SDK behaves so that the scenario says something of them. All by default. */
  concerns?: (version: string) => boolean;
  run(stage: Stage): Promise<void>;
}

/** A receive loop running in the background. */
export interface Consumer {
  readonly events: VoiceEvent[];
  /** Settles when the loop does: `undefined` after a normal end, else what it threw. Never rejects. */
  readonly ended: Promise<Error | undefined>;
  /** Resolves when this many chunks have arrived. */
  chunks(count: number): Promise<void>;
}

/** For what comes before that which a scenario is about. */
const preparation = 8_000;

/** One cell's private server, sockets and limits. */
export class Stage extends Clock {
  protected readonly servers: VoiceServer[] = [];
  private readonly sockets: VoiceSocket[] = [];
  /** Errors that the listeners of this stage's sockets heard. */
  readonly heard: Error[] = [];

  constructor(
    readonly cell: Cell,
    readonly sdk: Sdk,
    patience: number,
    over?: AbortSignal,
  ) {
    super(patience, over);
  }

  get server(): VoiceServer {
    return this.servers[0]!;
  }

  async serve(behaviour: VoiceServer['behaviour'] = {}, options: ServerOptions = {}): Promise<VoiceServer> {
    const server = await startVoiceServer(behaviour, options);
    this.servers.push(server);
    return server;
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
    const ws = await this.within(connected, 'websocket()', preparation);
    return this.adopt(ws, listen);
  }

  /** A socket that is still CONNECTING; nobody awaits its handshake. */
  dial({ listen = true, url, ...options }: { listen?: boolean; url?: string; handshakeTimeout?: number } = {}) {
    return this.adopt(new this.sdk.TTSWS(this.client(url), { ca: this.servers[0]?.ca, ...options }), listen);
  }

  private adopt(ws: VoiceSocket, listen: boolean): VoiceSocket {
    if (listen) ws.on('error', (error) => this.heard.push(error as unknown as Error));
    this.sockets.push(ws);
    return ws;
  }

  /** The shutdown call of the delivery: `close()` is all that the bare SDK has. */
  hangUp(ws: VoiceSocket, ...how: Parameters<VoiceSocket['disconnect']>): Promise<DisconnectReport | undefined> {
    if (this.cell.delivery === 'bare') return Promise.resolve(ws.close() as undefined);
    return this.within(ws.disconnect(...how), 'disconnect()');
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
      this.until(() => events.filter((event) => event.type === 'chunk').length >= count, `${count} chunks`);
    return { events, ended, chunks };
  }

  /** The loop must end, and end normally. */
  async endsQuietly(consumer: Pick<Consumer, 'ended'>): Promise<void> {
    const error = await this.within(consumer.ended, 'the end of the receive loop');
    assert.equal(error, undefined, `the loop threw: ${error}`);
  }

  /** The loop must throw. */
  async endsWith(consumer: Pick<Consumer, 'ended'>, code?: string): Promise<Error & Record<string, unknown>> {
    const error = await this.within(consumer.ended, 'the end of the receive loop');
    assert.ok(error instanceof Error, 'the loop ended without an error');
    if (code !== undefined) assert.equal((error as Error & { code?: string }).code, code, String(error));
    return error as Error & Record<string, unknown>;
  }

  async rejects(promise: Promise<unknown>, code?: string): Promise<Error & Record<string, unknown>> {
    return this.endsWith(
      {
        ended: promise.then(
          () => undefined,
          (error: Error) => error,
        ),
      },
      code,
    );
  }

  /** Client side closed, and the server sees it too. */
  async isGone(ws: VoiceSocket): Promise<void> {
    await this.until(() => ws.socket.readyState === ws.socket.CLOSED, 'the client to be CLOSED');
  }

  /** Long enough for a stray connection or frame to reach the server. */
  async settle(): Promise<void> {
    await sleep(60);
  }

  async dialledOnce(): Promise<void> {
    // The bare SDK is given the time that its stray connection needs on a busy machine.
    if (this.cell.delivery === 'bare')
      await this.until(() => this.server.seen.connections.length > 1, 'a stray dial').catch(() => {});
    else await this.settle();
    assert.equal(this.server.seen.connections.length, 1, 'the server must see one connection only');
  }

  /** The connection still works: another context is served on it. */
  async stillWorks(ws: VoiceSocket, contextId = 'afterwards'): Promise<void> {
    this.server.behaviour = {};
    const before = this.server.seen.connections.length;
    const other = await this.speak(ws, contextId);
    await this.within(other.context.no_more_inputs(), 'no_more_inputs()');
    await this.endsQuietly(other);
    assert.equal(other.events.at(-1)?.type, 'done');
    assert.equal(this.server.seen.connections.length, before, 'on the same connection');
  }

  /** Ends every socket without their SDK's help: what a bare SDK leaves behind must not disturb the next cell. */
  async dispose(): Promise<void> {
    for (const ws of this.sockets) {
      ws.on('error', () => {});
      ws.socket.on('error', () => {});
      ws.connect().catch(() => {});
      ws.socket.terminate();
    }
    await Promise.all(this.servers.map((server) => server.close()));
  }
}

export type { Behaviour, Context, VoiceEvent, VoiceSocket };
