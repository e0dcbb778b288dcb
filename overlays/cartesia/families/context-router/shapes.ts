import type { SocketLike } from '../../../sockets/socket.ts';
import type { SocketOptions } from '../../../stainless/stand-in.ts';
import type { CartesiaClient } from '../../secrets.ts';

/** The members of the SDK's classes that the seams reach: public, or called by the SDK itself on the prototype. */

export interface ServerEvent {
  type?: unknown;
  context_id?: unknown;
  data?: unknown;
  [key: string]: unknown;
}

export interface ClientEvent {
  context_id?: string | null | undefined;
  cancel?: boolean;
  [key: string]: unknown;
}

/** The entry that the SDK's `receive()` reads: it takes from `queue`, and leaves its waker in `resolve` when that is empty. */
export interface QueueEntry {
  queue: ServerEvent[];
  resolve: (() => void) | null;
}

export interface TTSWS {
  socket: SocketLike & { send(data: string): void };
  client: CartesiaClient;
  _ready: Promise<void>;
  _wsOptions: SocketOptions;
  _contextQueues: Map<string, QueueEntry>;
  on(type: string, listener: (event: ServerEvent) => void): this;
  off(type: string, listener: (event: ServerEvent) => void): this;
  connect(): Promise<this>;
  close(props?: { code: number; reason: string }): unknown;
  send(event: ClientEvent): Promise<void>;
  generate(request: ClientEvent, options?: { timeout?: number }): AsyncGenerator<ServerEvent>;
  cancelContext(contextId: string): Promise<void>;
  context(options: unknown): TTSWSContext;
  _initSocket(options: unknown): void;
  _ensureConnected(): Promise<void>;
  _registerContext(contextId: string): void;
  _unregisterContext(contextId: string): void;
  _getContextQueue(contextId: string): QueueEntry | undefined;
  _emit(type: string, event: unknown): void;
  _onError(event: ServerEvent | null, message?: string, cause?: unknown): void;
  _hasListener(type: string): boolean | undefined;
}

export interface TTSWSContext {
  contextId: string;
  _ws: TTSWS;
  receive(options?: { timeout?: number | undefined }): AsyncGenerator<ServerEvent>;
  generate(request: unknown, options?: { timeout?: number }): AsyncGenerator<ServerEvent>;
  push(options: unknown): Promise<void>;
  send(request: unknown): Promise<void>;
  flush(): Promise<void>;
  no_more_inputs(): Promise<void>;
}
