import type { clientKey } from '../../../../core/symbols.ts';
import type { SocketLike } from '../../../sockets/socket.ts';

// The members of the SDK's classes that the seams reach: public, or called by the SDK itself on the object.

type Listener<E> = ((event: E) => void) | null | undefined;

/** The event of a message, as far as the SDK looks at it. */
export interface MessageEvent {
  readonly data: unknown;
}

export interface LiveSocket extends SocketLike {
  onmessage: Listener<MessageEvent>;
  onerror: Listener<object>;
  onclose: Listener<object>;
  /** Sockets of `ws` have it. */
  on(event: 'message', listener: (data: unknown, isBinary: boolean) => void): void;
}

/** The SDK's own wrapper of a socket. */
export interface Conn {
  /** Once it was dialled. */
  ws?: LiveSocket;
  connect(): void;
  send(message: string): void;
  close(): void;
}

export interface SocketFactory {
  create(url: string, headers: Readonly<Record<string, string>>, listeners: object): Conn;
}

/** The callbacks that the app gives to `connect()`. */
export interface Callbacks {
  onerror?: ((event: Event) => void) | null | undefined;
  onclose?: ((event: object) => void) | null | undefined;
}

/** It sends all requests of a client, and knows its key. */
export interface ApiClient {
  readonly [clientKey]?: object;
  getApiKey?(): unknown;
}

/** `Session` of the Live API, or `LiveMusicSession`. */
export interface LiveSession {
  conn: Conn;
  readonly apiClient: ApiClient;
  close(): unknown;
}

/** A message of the provider, as far as hangup looks at it. */
export interface ServerMessage {
  readonly serverContent?: {
    /** A piece of the model's answer. */
    readonly modelTurn?: unknown;
    /** Pieces of music. */
    readonly audioChunks?: unknown;
    readonly turnComplete?: unknown;
    readonly interrupted?: unknown;
  } | null;
  readonly toolCall?: unknown;
  // Keys that no message has.
  readonly text?: unknown;
  readonly data?: unknown;
  readonly audioChunk?: unknown;
}

/** A message of the app, as far as it asks for an answer. */
export interface Asking {
  readonly turnComplete?: unknown;
  readonly text?: unknown;
  readonly activityEnd?: unknown;
}
