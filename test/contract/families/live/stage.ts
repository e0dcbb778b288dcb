import assert from 'node:assert/strict';
import type { WebSocket } from 'ws';
import type { Disconnectable } from '../../../../core/disconnectable.ts';
import { overlay } from '../../../../overlays/google-genai/index.ts';
import type { OverlayOptions } from '../../../../overlays/seams/overlay-options.ts';
import { isOverlaid } from '../../../support/sdk.ts';
import type { VoiceServer } from '../../../support/voice-server.ts';
import type { SocketCell } from '../../driver.ts';
import {
  type Callbacks,
  type GenAI,
  type GenAISdk,
  type LiveMessage,
  type MusicSession,
  type Session,
  socketsOf,
} from '../../drivers/live.ts';
import type { Scenario } from '../../play.ts';
import { apiKey, hasHangup, Stage } from '../../stage.ts';

export type LiveScenario = Scenario<LiveStage>;

interface ClientOptions {
  /** More options of the SDK. */
  sdk?: object;
  overlay?: OverlayOptions;
}

interface SessionOptions extends ClientOptions {
  /** `false`: only with the callback for messages. Default `true`. */
  listen?: boolean;
}

/** Plays sessions by their callbacks. */
export class LiveStage extends Stage {
  readonly closes: { code: number; reason: string }[] = [];
  readonly errors: { message: string; error?: unknown }[] = [];
  readonly messages: LiveMessage[] = [];
  /** The callback for messages throws it. */
  failsOnMessage: Error | undefined;
  readonly #sockets: (() => WebSocket[])[] = [];

  constructor(
    override readonly cell: SocketCell,
    readonly sdk: GenAISdk,
    patience: number,
    over?: AbortSignal,
  ) {
    super(cell, patience, over);
  }

  override serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
    return super.serve(behaviour);
  }

  /** A client that has opened nothing. */
  client({ sdk, overlay: options }: ClientOptions = {}): GenAI {
    const httpOptions = { baseUrl: this.server.url };
    const client = new this.sdk.GoogleGenAI({ apiKey, httpOptions, ...sdk });
    if (isOverlaid(this.cell.delivery)) overlay(client);
    if (options !== undefined && hasHangup(client)) overlay(client, options);
    this.#sockets.push(socketsOf(client));
    return client;
  }

  /** The sockets that the clients have dialled. */
  get sockets(): WebSocket[] {
    return this.#sockets.flatMap((sockets) => sockets());
  }

  callbacks(listen = true): Callbacks {
    const onmessage = (message: LiveMessage) => {
      if (this.failsOnMessage !== undefined) throw this.failsOnMessage;
      this.messages.push(message);
    };
    if (!listen) return { onmessage };
    return {
      onmessage,
      onerror: (event) => void this.errors.push(event),
      onclose: (event) => void this.closes.push(event),
    };
  }

  connect(client: GenAI, { listen = true }: SessionOptions = {}, config: object = {}): Promise<Session> {
    return client.live.connect({ model: 'a-model', callbacks: this.callbacks(listen), config });
  }

  /** A client, and a session that is open. */
  async open(behaviour: VoiceServer['behaviour'] = {}, options: SessionOptions = {}) {
    await this.serve(behaviour);
    const client = this.client(options);
    const session = await this.prepared(this.connect(client, options), 'the session');
    return { client, session };
  }

  /** A session with a turn under way. */
  async talking(behaviour: VoiceServer['behaviour'] = {}, options: SessionOptions = {}) {
    const { client, session } = await this.open(behaviour, options);
    session.sendClientContent({ turns: 'hello' });
    await this.ready(() => this.spoken > 0, 'audio');
    return { client, session };
  }

  /** The same. @returns the session */
  async speaking(behaviour: VoiceServer['behaviour'] = {}): Promise<Session> {
    return (await this.talking(behaviour)).session;
  }

  /** The pieces of audio that were heard. */
  get spoken(): number {
    return this.messages.filter(({ serverContent }) => serverContent?.modelTurn ?? serverContent?.audioChunks).length;
  }

  async music(behaviour: VoiceServer['behaviour'] = {}, options: SessionOptions = {}) {
    await this.serve(behaviour);
    const client = this.client(options);
    const connecting = client.live.music!.connect({ model: 'a-model', callbacks: this.callbacks(options.listen) });
    const session: MusicSession = await this.prepared(connecting, 'the session');
    return { client, session };
  }

  /** The callback for the end is called exactly once. */
  async toldOnce(code: number): Promise<{ reason: string }> {
    await this.until(() => this.closes.length > 0, 'a close event');
    await this.settle();
    assert.equal(this.closes.length, 1, 'close events that were heard');
    assert.equal(this.closes[0]!.code, code);
    return this.closes[0]!;
  }

  toldNothing(): void {
    assert.deepEqual([this.closes, this.errors], [[], []], 'callbacks were told of an end');
  }

  /** The session still goes on: another turn is heard. */
  async goesOn(session: Session): Promise<void> {
    const before = this.spoken;
    session.sendClientContent({ turns: 'go on' });
    await this.until(() => this.spoken > before, 'another turn');
  }

  /** Ends a client: the bare SDK has nothing for that. */
  hangUp(client: Disconnectable, force?: boolean) {
    return this.shutDown(client, () => {}, force);
  }

  /** The SDK has closed all its sockets. */
  async closed(): Promise<void> {
    await this.until(() => this.sockets.every(({ readyState }) => readyState === 3), 'the client to be CLOSED');
  }

  /** The SDK has closed all its sockets, and the server has seen it. */
  async gone(): Promise<void> {
    await this.closed();
    await this.serverSeesTheEnd();
  }

  override async dispose(): Promise<void> {
    for (const socket of this.sockets) {
      socket.on('error', () => {});
      socket.terminate();
    }
    await super.dispose();
  }
}
