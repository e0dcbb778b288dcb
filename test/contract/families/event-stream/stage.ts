import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import { type OverlayOptions, overlay } from '../../../../overlays/cartesia/index.ts';
import type { Cell } from '../../../support/sdk.ts';
import type { VoiceServer } from '../../../support/voice-server.ts';
import { loadClient } from '../../drivers/event-stream.ts';
import {
  audio,
  type EventStreamClient,
  type EventStreamSocket,
  type Mode,
  parameters,
  type StreamItem,
} from '../../drivers/event-stream-sdk.ts';
import type { Scenario } from '../../play.ts';
import { apiKey, hasHangup, Stage } from '../../stage.ts';

export type StreamScenario = Scenario<StreamStage>;

/** The iterator waits for ever, or for the 30 s of the close timer of `ws`. */
export const unended = { fails: /^the end of the iterator: not within/ };

/** An iterator that is read in the background, and its items so far. */
export interface Reader {
  readonly items: readonly StreamItem[];
  /** Settles when the iterator is done. */
  readonly ended: Promise<void>;
}

type ClientClass = new (options: object) => EventStreamClient;

/** Plays the STT sockets, by their iterators. */
export class StreamStage extends Stage {
  /** Errors that the listeners of this stage's sockets heard. */
  readonly heard: Error[] = [];
  readonly #lines: EventStreamSocket[] = [];

  static async create(cell: Cell, mode: Mode, patience: number, over?: AbortSignal): Promise<StreamStage> {
    return new StreamStage(cell, mode, await loadClient(cell), patience, over);
  }

  private constructor(
    override readonly cell: Cell,
    readonly mode: Mode,
    private readonly Client: ClientClass,
    patience: number,
    over?: AbortSignal,
  ) {
    super(cell, patience, over);
  }

  sttClient(url = this.server.url): EventStreamClient {
    return new this.Client({ baseURL: url, apiKey, maxRetries: 0 });
  }

  /** A socket that is still CONNECTING; `listen` adds an `error` listener. */
  transcribe({ client = this.sttClient(), listen = false, ...options }: DialOptions = {}): EventStreamSocket {
    const ws = client.stt[`${this.mode}Finalize`].websocket(parameters, { ca: this.servers.at(-1)?.ca, ...options });
    if (listen) ws.on('error', (error) => this.heard.push(error));
    this.#lines.push(ws);
    return ws;
  }

  /** A server, and a socket on it that is open. */
  async live(behaviour: VoiceServer['behaviour'] = {}, options: DialOptions = {}): Promise<EventStreamSocket> {
    await this.serve(behaviour);
    const ws = this.transcribe(options);
    await this.isOpen(ws);
    return ws;
  }

  async isOpen(ws: EventStreamSocket): Promise<void> {
    await this.ready(() => ws.socket.readyState === 1, 'the handshake');
  }

  /** Sends audio, and asks for its transcript. */
  say(ws: EventStreamSocket): void {
    ws.sendRaw(audio);
    if (this.mode === 'manual') ws.send('finalize');
  }

  read(ws: EventStreamSocket, each?: (item: StreamItem) => unknown): Reader {
    const items: StreamItem[] = [];
    const iterator = ws.stream();
    const ended = (async () => {
      for await (const item of iterator) {
        items.push(item);
        await each?.(item);
      }
    })();
    ended.catch(() => {});
    return { items, ended };
  }

  /** Transcripts that are a part of the preparation. */
  async transcripts(reader: Reader, count: number): Promise<void> {
    await this.ready(() => has(reader, count), `${count} transcripts`);
  }

  /** Transcripts that are promised. */
  async transcribes(reader: Reader, count: number): Promise<void> {
    await this.until(() => has(reader, count), `${count} transcripts`);
  }

  /** The iterator must end, with the SDK's own last item, which is returned. */
  async closes(reader: Reader): Promise<StreamItem> {
    await this.within(reader.ended, 'the end of the iterator');
    return reader.items.at(-1)!;
  }

  end(
    ws: EventStreamSocket,
    ...how: Parameters<EventStreamSocket['disconnect']>
  ): Promise<DisconnectReport | undefined> {
    return this.shutDown(ws, () => ws.close(), ...how);
  }

  async isClosed(ws: EventStreamSocket): Promise<void> {
    await this.until(() => ws.socket.readyState === 3, 'the client to be CLOSED');
  }

  /** A client with options of hangup's. They mean nothing to the bare SDK. */
  clientWith(options: OverlayOptions): EventStreamClient {
    const client = this.sttClient();
    if (hasHangup(client)) overlay(client, options);
    return client;
  }

  override async dispose(): Promise<void> {
    for (const ws of this.#lines) {
      ws._intentionallyClosed = true;
      ws.on('error', () => {});
      ws.socket.platformSocket.terminate();
    }
    await super.dispose();
  }
}

export interface DialOptions {
  client?: EventStreamClient;
  listen?: boolean;
  reconnect?: { onReconnecting(event: { attempt: number; delay: number }): unknown; [option: string]: unknown };
}

function has({ items }: Reader, count: number): boolean {
  const types: unknown[] = ['turn.update', 'transcript'];
  return items.filter(({ message }) => types.includes(message?.type)).length >= count;
}

/** The types of items, as the iterator hands them out; messages by their own type. */
export const typesOf = ({ items }: Reader): string[] => items.map(({ type, message }) => message?.type ?? type);
