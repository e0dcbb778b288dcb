import type { clientKey } from '../../../../core/symbols.ts';
import type { ReconnectingSocket, SocketEvent } from '../../../fern/shapes.ts';

// The members of the SDK's classes that the seams reach: public, or called by the SDK itself on the object.

/** The reconnecting socket of 5.x. A `transportFactory` of the app's is behind another class, without most of these members. */
export interface StreamingTransport extends ReconnectingSocket {
  readonly readyState: number;
  readonly _headers?: Readonly<Record<string, unknown>> | undefined;
  readonly _abortSignal?: AbortSignal | undefined;
}

type Handler = (event: never) => void;

/** One handler of the app for each event. From 5.12 on a list, which begins with that of the SDK's loop. */
export type Handlers = Partial<Record<'open' | 'message' | 'close' | 'error', Handler | Handler[]>>;

export type Loop = AsyncIterableIterator<unknown>;

/** A socket of the client: `client.listen.v1.connect()` and its like resolve with one. */
export interface StreamingSocket {
  readonly [clientKey]?: object;
  readonly socket: StreamingTransport;
  readonly eventHandlers: Handlers;
  /** Tell the handlers of the app. */
  handleClose: (event: SocketEvent) => void;
  handleError: (event: SocketEvent) => void;
  connect(): StreamingSocket;
  close(): unknown;
  waitForOpen(): Promise<unknown>;
  /** From 5.12 on. */
  [Symbol.asyncIterator]?: () => Loop;
}
