import { loadClient } from '../contract/drivers/event-stream.ts';
import {
  audio,
  type EventStreamClient,
  type EventStreamSocket,
  type Mode,
  parameters,
  type StreamItem,
} from '../contract/drivers/event-stream-sdk.ts';
import type { Bare } from '../contract/rows.ts';
import { apiKey, Stage } from '../contract/stage.ts';
import { type Cell, loadSdk } from '../support/sdk.ts';
import type { VoiceServer } from '../support/voice-server.ts';

export interface StreamScenario {
  name: string;
  bare: Bare;
  run(stage: StreamStage): Promise<void>;
}

/** What an iterator has handed out, read in the background. */
export interface Reader {
  readonly items: readonly StreamItem[];
  /** Settles when the iterator is done. */
  readonly ended: Promise<void>;
}

/** One cell's private server and STT sockets. */
export class StreamStage extends Stage {
  readonly mode: Mode;
  readonly #Client: new (
    options: object,
  ) => EventStreamClient;
  readonly #lines: EventStreamSocket[] = [];

  private constructor(
    cell: Cell,
    patience: number,
    mode: Mode,
    sdk: Stage['sdk'],
    Client: new (options: object) => EventStreamClient,
    over: AbortSignal | undefined,
  ) {
    super(cell, sdk, patience, over);
    this.mode = mode;
    this.#Client = Client;
  }

  static async create(cell: Cell, mode: Mode, patience: number, over?: AbortSignal): Promise<StreamStage> {
    return new StreamStage(cell, patience, mode, await loadSdk(cell), await loadClient(cell), over);
  }

  override serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
    return super.serve(behaviour, { protocol: this.mode === 'auto' ? 'stt-turns' : 'stt' });
  }

  sttClient(url = this.server.url): EventStreamClient {
    return new this.#Client({ baseURL: url, apiKey, maxRetries: 0 });
  }

  /** A socket that is still CONNECTING; `listen` adds an `error` listener. */
  transcribe({ client = this.sttClient(), listen = false, ...options }: DialOptions = {}): EventStreamSocket {
    const ws = client.stt[`${this.mode}Finalize`].websocket(parameters, { ca: this.servers[0]?.ca, ...options });
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
    await this.until(() => ws.socket.readyState === 1, 'the handshake', 8_000);
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

  async transcripts(reader: Reader, count: number): Promise<void> {
    const has = () => reader.items.filter(isTranscript).length >= count;
    await this.until(has, `${count} transcripts`, 8_000);
  }

  /** The iterator must end, with the SDK's own last item, which is returned. */
  async closes(reader: Reader): Promise<StreamItem> {
    await this.within(reader.ended, 'the end of the iterator');
    return reader.items.at(-1)!;
  }

  /** The shutdown call of the delivery. */
  async end(ws: EventStreamSocket, ...how: Parameters<EventStreamSocket['disconnect']>) {
    return this.cell.delivery === 'bare' ? ws.close() : this.within(ws.disconnect(...how), 'disconnect()');
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

export function isTranscript({ message }: StreamItem): boolean {
  return message?.type === 'turn.update' || message?.type === 'transcript';
}

/** The types of items, as the iterator hands them out; messages by their own type. */
export const typesOf = ({ items }: Reader): string[] => items.map(({ type, message }) => message?.type ?? type);
