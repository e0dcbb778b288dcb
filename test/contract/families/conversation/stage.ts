import assert from 'node:assert/strict';
import type { DisconnectableClient } from '../../../../core/disconnectable.ts';
import { overlay } from '../../../../overlays/elevenlabs/index.ts';
import type { OverlayOptions } from '../../../../overlays/seams/overlay-options.ts';
import { loadModule } from '../../../support/cells.ts';
import { isOverlaid } from '../../../support/sdk.ts';
import type { VoiceServer } from '../../../support/voice-server.ts';
import type { SocketCell } from '../../driver.ts';
import type { Conversation, ConversationClass } from '../../drivers/conversation.ts';
import type { Scenario } from '../../play.ts';
import { apiKey, hasHangup, Stage } from '../../stage.ts';

export type ConversationScenario = Scenario<ConversationStage>;

export interface SessionOptions {
  /** Options of the SDK's constructor. */
  options?: object;
  overlay?: OverlayOptions;
  /** `false`: without listeners. Default `true`. */
  listen?: boolean;
}

/** The microphone and the speaker of the app. */
class AudioInterface {
  starts = 0;
  stops = 0;
  heard = 0;
  #listener: ((audio: Buffer) => void) | undefined;

  start(listener: (audio: Buffer) => void): void {
    this.starts++;
    this.#listener = listener;
  }

  stop(): void {
    this.stops++;
  }

  output(): void {
    this.heard++;
  }

  interrupt(): void {}

  /** The user says something. */
  speak(): void {
    this.#listener?.(Buffer.alloc(64));
  }
}

/** Plays sessions by their events. */
export class ConversationStage extends Stage {
  readonly audio = new AudioInterface();
  /** The arguments of each event `session_ended`. */
  readonly ends: unknown[][] = [];
  readonly errors: unknown[] = [];
  readonly #sessions: (Conversation & { ws?: { terminate?(): void } })[] = [];

  constructor(
    override readonly cell: SocketCell,
    readonly Class: ConversationClass,
    patience: number,
    over?: AbortSignal,
  ) {
    super(cell, patience, over);
  }

  override serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
    // The SDK's own factory of sockets takes no certificate.
    return super.serve(behaviour, { tls: false });
  }

  /** A session that was not started yet. Its address is a signed one, as that of the SDK is fixed. */
  make({ options, overlay: given, listen = true }: SessionOptions = {}): Conversation {
    const conversation = new this.Class({
      client: {},
      agentId: 'an-agent',
      requiresAuth: true,
      conversationClient: signing(async () => this.signedUrl),
      audioInterface: this.audio,
      ...options,
    });
    this.#sessions.push(conversation);
    if (given !== undefined && hasHangup(conversation)) overlay(conversation, given);
    if (!listen) return conversation;
    conversation.on('session_ended', (...end) => this.ends.push(end));
    conversation.on('error', (error) => this.errors.push(error));
    return conversation;
  }

  get signedUrl(): string {
    return `${this.server.url.replace(/^http/, 'ws')}/v1/convai/conversation?agent_id=an-agent&conversation_signature=s3cr3tsignature`;
  }

  /** @param module `Client` has the class that the SDK makes a client of by default: hangup leaves that one alone */
  async client(baseUrl: string, module: 'index' | 'Client' = 'index'): Promise<DisconnectableClient> {
    type Class = new (options: object) => DisconnectableClient;
    const { ElevenLabsClient } = await loadModule<{ ElevenLabsClient: Class }>(this.cell, module);
    const client = new ElevenLabsClient({ apiKey, baseUrl });
    if (module === 'index' && isOverlaid(this.cell.delivery)) overlay(client);
    return client;
  }

  /** A session that has begun. */
  async open(behaviour: VoiceServer['behaviour'] = {}, session: SessionOptions = {}): Promise<Conversation> {
    await this.serve(behaviour);
    const conversation = this.make(session);
    await this.prepared(conversation.startSession(), 'the session');
    await this.ready(() => this.server.seen.messages.length > 0, 'the first message');
    return conversation;
  }

  /** A session in which the agent speaks. */
  async speaking(behaviour: VoiceServer['behaviour'] = {}, session: SessionOptions = {}): Promise<Conversation> {
    const conversation = await this.open(behaviour, session);
    conversation.sendUserMessage('hello');
    await this.ready(() => this.audio.heard > 0, 'speech of the agent');
    return conversation;
  }

  /** Listeners are told of exactly one end. */
  async toldOnce(): Promise<unknown[]> {
    await this.until(() => this.ends.length > 0, 'session_ended');
    await this.settle();
    assert.equal(this.ends.length, 1, 'events session_ended that were heard');
    return this.ends[0]!;
  }

  async stoppedOnce(): Promise<void> {
    await this.until(() => this.audio.stops > 0, 'the audio to be stopped');
    await this.settle();
    assert.equal(this.audio.stops, 1, 'times that the audio was stopped');
  }

  override async dispose(): Promise<void> {
    for (const session of this.#sessions) {
      session.on('error', () => {});
      session.ws?.terminate?.();
    }
    await super.dispose();
  }
}

/** Gets the address of a session, as the client does. */
export function signing(getUrl: (options?: { abortSignal: AbortSignal }) => Promise<string>): object {
  const getSignedUrl = async (_request: object, options?: { abortSignal: AbortSignal }) => ({
    signedUrl: await getUrl(options),
  });
  return { conversationalAi: { conversations: { getSignedUrl } } };
}
