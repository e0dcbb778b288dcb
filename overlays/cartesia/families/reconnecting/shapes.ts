import type { clientKey } from '../../../../core/symbols.ts';
import type { ReconnectingSocket, SocketOptions } from '../../../fern/shapes.ts';

/** The members of the SDK's classes that the seams reach: public, or called by the SDK itself on the instance. */

export interface ConnectOptions extends SocketOptions {
  accessToken?: string;
}

/** The members that `Websocket` and `SttWebsocket` of 2.x and `WebSocket` of 1.x have in common. */
export interface ReconnectingClient {
  socket?: ReconnectingSocket;
  /** 2.x: the options of the client. */
  options?: { apiKey?: unknown; [clientKey]?: object };
  [clientKey]?: object;
  /** 1.x. */
  apiKey?: unknown;
  connect(options?: ConnectOptions): Promise<unknown>;
  disconnect(): unknown;
}

export interface StreamRequest {
  /** 2.x. When it is missing, the SDK makes one and writes it here. */
  contextId?: string;
  /** 1.x. */
  context_id?: string;
}

export interface TtsClient extends ReconnectingClient {
  /** Asynchronous in 2.x, synchronous in 1.x. */
  send(request: StreamRequest, options?: { timeout?: number }): StreamHandle | Promise<StreamHandle>;
  /** Since 1.1.0. Asynchronous since 2.2.4. */
  continue?(request: StreamRequest): unknown;
}

export interface SttClient extends ReconnectingClient {
  send(audio: unknown): Promise<void>;
  finalize(): Promise<void>;
  done(): Promise<void>;
  onMessage(callback: TranscriptCallback): Promise<void>;
}

/** Key of the function that a callback for a loop has. */
export const onEnd: unique symbol = Symbol('onEnd');

export interface TranscriptCallback {
  (result: { type: string; requestId: string; message?: string }): void;
  /** Hears of the end of the connection, in place of a result: with a cause, or without one when the user ended it. */
  [onEnd]?(cause?: Error): void;
}

type Emitter = {
  once(names: unknown, ...rest: unknown[]): Promise<unknown> & { off?: () => void };
  events(names: unknown): AsyncIterator<unknown>;
};

export interface StreamHandle extends Emitter {
  source: Source;
  /** Not in 1.0.0-alpha.4. */
  stop?: () => void;
}

export interface Source extends Emitter {
  /** Samples; its element size is that of the stream's encoding. */
  readonly buffer: { readonly BYTES_PER_ELEMENT: number };
  readonly readIndex: number;
  /** Since 1.0.1. */
  readonly writeIndex?: number;
  read(into: { readonly length: number }): Promise<number>;
  enqueue(samples: unknown): Promise<void>;
  close(): Promise<void>;
}

/** A message of the provider, parsed. */
export interface ServerMessage {
  type?: unknown;
  context_id?: unknown;
  data?: unknown;
  done?: unknown;
  error?: unknown;
}
