import assert from 'node:assert/strict';
import { overlay } from '../../../../overlays/deepgram/index.ts';
import { replaceForMoment } from '../../../../overlays/foreign/globals.ts';
import type { OverlayOptions } from '../../../../overlays/seams/overlay-options.ts';
import type { VoiceServer } from '../../../support/voice-server.ts';
import type { SocketCell } from '../../driver.ts';
import {
  type ClientClass,
  type DeepgramClient,
  type Message,
  optionsFor,
  partOf,
  protocols,
  type StreamingSocket,
} from '../../drivers/streaming.ts';
import type { Scenario } from '../../play.ts';
import { type Ending, hasHangup, Stage } from '../../stage.ts';

export type StreamingScenario = Scenario<StreamingStage>;

interface SocketOptions {
  /** Arguments of the SDK's `connect()`. */
  args?: object;
  overlay?: OverlayOptions;
  /** `false`: without handlers for `close` and `error`. Default `true`. */
  listen?: boolean;
  /** The SDK's back-off, in ms. */
  backOff?: number;
}

/** A loop over the messages of a socket. */
export interface Loop extends Ending {
  readonly messages: unknown[];
}

/** Sockets of a client, as an app gets them. */
export class StreamingStage extends Stage {
  /** The events that the handler for `close` got. */
  readonly closes: { code?: number; reason?: string }[] = [];
  readonly errors: Error[] = [];
  readonly messages: unknown[] = [];
  readonly #sockets: StreamingSocket[] = [];

  constructor(
    override readonly cell: SocketCell,
    readonly Client: ClientClass,
    patience: number,
    over?: AbortSignal,
  ) {
    super(cell, patience, over);
  }

  override serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
    return super.serve(behaviour, { tls: false });
  }

  client(options: object = {}, of?: OverlayOptions): DeepgramClient {
    const client = new this.Client({ ...optionsFor(this.server), ...options });
    if (of !== undefined && hasHangup(client)) overlay(client, of);
    return client;
  }

  /** A socket that was not dialled yet. */
  async make(options: SocketOptions = {}, client = this.client({}, options.overlay)): Promise<StreamingSocket> {
    const { args, listen = true, backOff } = options;
    const ws = await partOf(client, this.cell).connect({ model: 'a-model', ...args });
    this.#sockets.push(ws);
    if (backOff !== undefined) ws.socket._options.minReconnectionDelay = backOff;
    ws.on('message', (message) => this.messages.push(message));
    if (!listen) return ws;
    ws.on('close', (event) => this.closes.push(event as StreamingStage['closes'][number]));
    ws.on('error', (error) => this.errors.push(error as Error));
    return ws;
  }

  async open(behaviour: VoiceServer['behaviour'] = {}, options: SocketOptions = {}): Promise<StreamingSocket> {
    await this.serve(behaviour);
    const ws = await this.make(options);
    ws.connect();
    await this.prepared(ws.waitForOpen(), 'the handshake');
    return ws;
  }

  speak(ws: StreamingSocket): void {
    protocols[this.cell.target.className]!.speak(ws, 64);
  }

  /** A socket with an answer under way. */
  async speaking(behaviour: VoiceServer['behaviour'] = {}, options: SocketOptions = {}): Promise<StreamingSocket> {
    const ws = await this.open(behaviour, options);
    this.speak(ws);
    await this.ready(() => this.#chunks(this.messages) > 1, 'an answer');
    return ws;
  }

  #chunks(messages: readonly unknown[]): number {
    const { isChunk } = protocols[this.cell.target.className]!;
    return messages.filter((message) => isChunk(message as Message)).length;
  }

  /** Reads in the background. @param wait for the body of the loop, with each message */
  loop(ws: StreamingSocket, wait: () => Promise<unknown> = async () => {}): Loop {
    const messages: unknown[] = [];
    const read = async () => {
      try {
        for await (const message of ws) {
          messages.push(message);
          await wait();
        }
        return undefined;
      } catch (error) {
        return error;
      }
    };
    return { messages, ended: read() };
  }

  /** The handler for `close` is told of exactly one end. */
  async toldOnce(code: number): Promise<{ code?: number; reason?: string }> {
    await this.until(() => this.closes.length > 0, 'a close event');
    await this.settle();
    assert.equal(this.closes.length, 1, 'close events that were heard');
    assert.equal(this.closes[0]!.code, code, 'the code of the close event');
    return this.closes[0]!;
  }

  toldNothing(): void {
    assert.deepEqual([this.closes, this.errors], [[], []], 'handlers were told of an end');
  }

  /** The timers of so many ms that are set from now on. */
  watchTimers(ms: number): { readonly left: number; readonly set: number; restore(): void } {
    const timers: (NodeJS.Timeout & { _destroyed?: boolean })[] = [];
    const { setTimeout } = globalThis;
    const watched = (callback: () => void, delay?: number, ...rest: []) => {
      const timer = setTimeout(callback, delay, ...rest);
      if (delay === ms) timers.push(timer);
      return timer;
    };
    return {
      get set() {
        return timers.length;
      },
      get left() {
        return timers.filter(({ _destroyed }) => _destroyed !== true).length;
      },
      restore: replaceForMoment(globalThis, 'setTimeout', Object.assign(watched, setTimeout)),
    };
  }

  async gone(): Promise<void> {
    await this.serverSeesTheEnd();
  }

  override async dispose(): Promise<void> {
    for (const { socket } of this.#sockets) {
      socket._shouldReconnect = false;
      // Another transport has no socket.
      if (socket._ws?.terminate === undefined) continue;
      socket._ws.on('error', () => {});
      socket._ws.terminate();
    }
    await super.dispose();
  }
}
