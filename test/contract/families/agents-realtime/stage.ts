import assert from 'node:assert/strict';
import type { WebSocket } from 'ws';
import type { OverlayOptions } from '../../../../overlays/seams/overlay-options.ts';
import type { VoiceServer } from '../../../support/voice-server.ts';
import type { SocketCell } from '../../driver.ts';
import {
  type AgentsSdk,
  type Connecting,
  make,
  optionsFor,
  type Payload,
  type Transport,
  transportOf,
} from '../../drivers/agents-realtime.ts';
import type { Scenario } from '../../play.ts';
import { Stage, type Told } from '../../stage.ts';

export type AgentsScenario = Scenario<AgentsStage>;

interface Options {
  overlay?: OverlayOptions;
  /** `false`: without a listener for errors. Default `true`. */
  listen?: boolean;
  /** Options of the transport. */
  transport?: object;
  /** The agent's instructions. */
  instructions?: unknown;
}

/** Tells whether an object of the cell's class is a session. */
export const isSession = ({ target }: Pick<SocketCell, 'target'>): boolean => target.className === 'RealtimeSession';

/** Plays sessions, and transports alone, by their events. */
export class AgentsStage extends Stage {
  /** The errors that the listeners heard. */
  readonly errors: Payload['error'][] = [];
  /** The types of the provider's events, and the changes of the connection. */
  readonly events: unknown[] = [];
  readonly #sockets = new Set<WebSocket>();
  readonly #made: Connecting[] = [];

  constructor(
    override readonly cell: SocketCell,
    readonly sdk: AgentsSdk,
    patience: number,
    over?: AbortSignal,
  ) {
    super(cell, patience, over);
  }

  override serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
    return super.serve(behaviour, { tls: false });
  }

  /** One that was not connected yet. */
  make({ overlay, listen = true, transport, instructions }: Options = {}): Connecting {
    const made = make(this.cell, this.sdk, { overlay, transport, instructions });
    this.#made.push(made);
    const own = transportOf(made);
    own.on('connection_change', (status) => {
      this.events.push(status);
      this.#look(own);
    });
    own.on('*', ({ type }) => this.events.push(type));
    if (listen) made.on('error', ({ error }) => this.errors.push(error));
    return made;
  }

  #look({ connectionState: { websocket } }: Transport): void {
    if (websocket !== undefined) this.#sockets.add(websocket);
  }

  /** @param key the API key, or a function that gets it */
  connect(made: Connecting, key?: unknown): Promise<unknown> {
    const connecting = made.connect({ ...optionsFor(this.server), ...(key !== undefined && { apiKey: key }) });
    connecting.catch(() => {});
    return connecting;
  }

  /** A connection whose session has begun. */
  async open(behaviour: VoiceServer['behaviour'] = {}, options: Options = {}): Promise<Connecting> {
    await this.serve(behaviour);
    const made = this.make(options);
    await this.prepared(this.connect(made), 'the handshake');
    await this.ready(() => this.events.includes('session.created'), 'the session');
    return made;
  }

  ask(made: Connecting): void {
    transportOf(made).sendEvent({ type: 'response.create' });
  }

  /** A connection with a response under way. */
  async speaking(behaviour: VoiceServer['behaviour'] = {}, options: Options = {}): Promise<Connecting> {
    const made = await this.open(behaviour, options);
    this.ask(made);
    await this.ready(() => this.events.includes('response.output_audio.delta'), 'the response');
    return made;
  }

  /** The events of this type that the provider has got. */
  sent(type: string): Record<string, unknown>[] {
    return this.server.seen.messages.filter((message) => message.type === type);
  }

  heard(event: string): number {
    return this.events.filter((one) => one === event).length;
  }

  /** Listeners were told of exactly one error. */
  async toldOnce(code?: string): Promise<Told> {
    await this.until(() => this.errors.length > 0, 'an error');
    await this.settle();
    assert.equal(this.errors.length, 1, 'errors that were heard');
    const [error] = this.errors as [Told];
    if (code !== undefined) assert.equal(error.code, code);
    return error;
  }

  /** More is answered on the same connection. */
  async goesOn(made: Connecting): Promise<void> {
    const before = this.heard('response.done');
    this.server.behaviour = {};
    this.ask(made);
    await this.until(() => this.heard('response.done') > before, 'another response');
  }

  async gone(): Promise<void> {
    const isClosed = ({ readyState, CLOSED }: WebSocket) => readyState === CLOSED;
    await this.until(() => [...this.#sockets].every(isClosed), 'the client to be CLOSED');
    await this.serverSeesTheEnd();
  }

  override async dispose(): Promise<void> {
    for (const made of this.#made) made.on('error', () => {});
    for (const socket of this.#sockets) {
      socket.on('error', () => {});
      socket.terminate();
    }
    await super.dispose();
  }
}
