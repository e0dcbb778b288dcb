import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { DisconnectableClient } from '../../../../core/disconnectable.ts';
import type { VoiceServer } from '../../../support/voice-server.ts';
import type { SocketCell } from '../../driver.ts';
import type { Realtime, RealtimeSdk } from '../../drivers/realtime.ts';
import type { Scenario } from '../../play.ts';
import { apiKey, Stage, type Told } from '../../stage.ts';

export type RealtimeScenario = Scenario<RealtimeStage>;

/** An error of the SDK's, which has ours as its cause. */
type Heard = Error & { cause?: Told };

interface SessionOptions {
  /** `false`: without an `error` listener. Default `true`. */
  listen?: boolean;
  client?: object;
  /** Options of the SDK. */
  props?: object;
}

/** Plays sessions by their events. */
export class RealtimeStage extends Stage {
  /** The errors that the listeners of this stage's sessions heard. */
  readonly heard: Heard[] = [];
  /** The types of the events that they heard. */
  readonly events: unknown[] = [];
  readonly #sessions: Realtime[] = [];

  constructor(
    override readonly cell: SocketCell,
    readonly sdk: RealtimeSdk,
    patience: number,
    over?: AbortSignal,
  ) {
    super(cell, patience, over);
  }

  override serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
    return super.serve(behaviour);
  }

  client(): DisconnectableClient {
    return new this.sdk.OpenAI({ baseURL: this.server.url, apiKey, maxRetries: 0 }) as DisconnectableClient;
  }

  /** A session that is still CONNECTING. */
  dial({ listen = true, client = this.client(), props }: SessionOptions = {}): Realtime {
    const options = { ca: this.server.ca };
    const ws = new this.sdk.OpenAIRealtimeWS({ model: 'a-model', options, ...props }, client);
    this.#sessions.push(ws);
    if (listen) ws.on('error', (error) => this.heard.push(error as Heard));
    ws.on('event', ({ type }) => this.events.push(type));
    return ws;
  }

  async open(behaviour: VoiceServer['behaviour'] = {}, options: SessionOptions = {}): Promise<Realtime> {
    await this.serve(behaviour);
    const ws = this.dial(options);
    await this.prepared(once(ws.socket, 'open'), 'the handshake');
    await this.ready(() => this.events.includes('session.created'), 'the session');
    return ws;
  }

  /** Asks for a response, as an app does. */
  ask(ws: Realtime, response?: object): void {
    ws.send({ type: 'response.create', ...(response && { response }) });
  }

  /** A response that is under way. */
  async speaking(ws: Realtime): Promise<void> {
    this.ask(ws);
    await this.ready(() => this.events.includes('response.created'), 'the response');
  }

  /** The events of this type that the server has got. */
  sent(type: string): Record<string, unknown>[] {
    return this.server.seen.messages.filter((message) => message.type === type);
  }

  async gone(ws: Realtime): Promise<void> {
    await this.until(() => ws.socket.readyState === ws.socket.CLOSED, 'the client to be CLOSED');
  }

  /** Listeners were told of exactly one error of hangup's. */
  async toldOnce(code: string): Promise<Told> {
    await this.until(() => this.heard.length > 0, 'an error');
    await this.settle();
    assert.equal(this.heard.length, 1, 'errors that were heard');
    const { cause } = this.heard[0]!;
    assert.equal(cause?.code, code, String(this.heard[0]));
    return cause!;
  }

  override async dispose(): Promise<void> {
    for (const { socket } of this.#sessions) {
      socket.on('error', () => {});
      socket.terminate();
    }
    await super.dispose();
  }
}
