import type { SocketLike } from '../../../sockets/socket.ts';

/** The members of the SDK's classes that the seams reach: public, or called by the SDK itself on the instance. */

/** Audio of one request. The SDK keeps the class to itself. */
export interface AudioSource {
  /** Audio that has arrived and was not read. */
  buffers: Uint8Array[];
  isDone: boolean;
  /** Wakes the read that waits. There is room for one. */
  waiter: (() => void) | null;
  push(audio: Uint8Array): void;
  markDone(): void;
  /** @returns how many samples it copied into `out`; 0 is the end */
  read(out: Float32Array): Promise<number>;
}

export interface SpeechRequest {
  contextId?: string;
  transcript?: string;
  /** More text may follow, by requests on the same context. */
  continue?: boolean;
}

/** A message of the provider, parsed. */
export interface ServerMessage {
  type?: unknown;
  context_id?: unknown;
  data?: unknown;
}

export interface WebSocketWrapper {
  socket: (SocketLike & { send(data: string): void }) | null;
  /** The source of the last request, by context id. */
  sources: Map<string, AudioSource>;
  /** The source of the first request: it gets the messages that name no known context. */
  defaultSource: AudioSource | null;
  client: { apiKey?: unknown };
  connect(): Promise<void>;
  handleMessage(frame: unknown): void;
  send(request: SpeechRequest): Promise<{ source: AudioSource }>;
  disconnect(): unknown;
}
