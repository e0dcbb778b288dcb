import assert from 'node:assert/strict';
import type { WebSocket } from 'ws';
import type { VoiceServer } from '../../../support/voice-server.ts';
import type { SocketCell } from '../../driver.ts';
import {
  config,
  type Message,
  onMessage,
  optionsFor,
  type Recognizer,
  type RecognizerClass,
} from '../../drivers/recognizer.ts';
import type { Scenario } from '../../play.ts';
import { apiKey, Stage } from '../../stage.ts';

export type RecognizerScenario = Scenario<RecognizerStage>;

/** Plays recognitions by their events. */
export class RecognizerStage extends Stage {
  readonly messages: Message[] = [];
  /** The states of the socket, as listeners hear of them. */
  readonly states: (string | undefined)[] = [];
  readonly #clients: Recognizer[] = [];
  readonly #sockets = new Set<WebSocket>();

  constructor(
    override readonly cell: SocketCell,
    readonly Class: RecognizerClass,
    patience: number,
    over?: AbortSignal,
  ) {
    super(cell, patience, over);
  }

  override serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
    return super.serve(behaviour);
  }

  /** A client that was not started yet. @param options more of the SDK's own */
  make(options: object = {}): Recognizer {
    const ws = new this.Class({ ...optionsFor(this.server), ...options });
    this.#clients.push(ws);
    onMessage(ws, (message) => this.messages.push(message));
    ws.addEventListener('socketStateChange', (event) => {
      if (ws.socket !== undefined) this.#sockets.add(ws.socket);
      this.states.push((event as Event & { socketState?: string }).socketState);
    });
    return ws;
  }

  start(ws: Recognizer): Promise<unknown> {
    const starting = ws.start(apiKey, config);
    // The scenario may look at it later.
    starting.catch(() => {});
    return starting;
  }

  /** A recognition that has begun. */
  async open(behaviour: VoiceServer['behaviour'] = {}, options: object = {}): Promise<Recognizer> {
    await this.serve(behaviour);
    const ws = this.make(options);
    await this.prepared(this.start(ws), 'the recognition');
    return ws;
  }

  /** A recognition with a transcript under way. */
  async speaking(behaviour: VoiceServer['behaviour'] = {}, options: object = {}): Promise<Recognizer> {
    const ws = await this.open(behaviour, options);
    ws.sendAudio(new Uint8Array(64));
    await this.ready(() => this.messages.some(({ message }) => message === 'AddPartialTranscript'), 'a transcript');
    return ws;
  }

  /** A recognition that the provider has ended. */
  async lost(): Promise<Recognizer> {
    const ws = await this.speaking();
    this.server.inflict({ kind: 'close', code: 1011 });
    await this.ready(() => ws.socket?.readyState === 3, 'the end of the socket');
    return ws;
  }

  /** The messages of a name that the provider has got. */
  got(name: string): Readonly<Record<string, unknown>>[] {
    return this.server.seen.messages.filter(({ message }) => message === name);
  }

  /** The recognition still goes on: more audio is transcribed. */
  async goesOn(ws: Recognizer): Promise<void> {
    const before = this.messages.length;
    ws.sendAudio(new Uint8Array(64));
    const isFinal = () => this.messages.slice(before).some(({ message }) => message === 'AddTranscript');
    await this.until(isFinal, 'another transcript');
  }

  /** Listeners are told of exactly one end. */
  async toldOnce(): Promise<void> {
    const ends = () => this.states.filter((state) => state === 'closed').length;
    await this.until(() => ends() > 0, 'the state "closed"');
    await this.settle();
    assert.equal(ends(), 1, 'ends that were told');
  }

  /** Every connection to the server has ended. */
  async gone(): Promise<void> {
    await this.serverSeesTheEnd();
  }

  override async dispose(): Promise<void> {
    for (const { socket } of this.#clients) if (socket !== undefined) this.#sockets.add(socket);
    for (const socket of this.#sockets) {
      socket.on('error', () => {});
      socket.terminate();
    }
    await super.dispose();
  }
}
