import type { ReconnectingWrapper } from '../sockets/reconnecting.ts';
import type { SocketLike } from '../sockets/socket.ts';

/** The members of Fern's reconnecting socket that the guard reaches: the socket itself calls them, or they are public. */

/** An event of the socket inside, or one that the reconnecting socket has made up. */
export interface SocketEvent {
  data?: unknown;
  code?: number;
  reason?: string;
  error?: unknown;
  message?: string;
}

export type Listener = (event: SocketEvent) => void;

export interface SocketOptions {
  WebSocket?: unknown;
  /** ms that a handshake may take; the default is 4000. */
  connectionTimeout?: number;
}

/** `core/websocket/ws.js` of Fern's SDKs, and the package `partysocket`, which it was copied from. */
export interface ReconnectingSocket extends ReconnectingWrapper {
  /** The socket inside, once there is one. */
  _ws?: SocketLike & { url?: string };
  _url: unknown;
  _options: SocketOptions;
  _closeCalled: boolean;
  onopen: Listener | null;
  onclose: Listener | null;
  send(data: unknown): unknown;
  close(): void;
  addEventListener(type: string, listener: Listener, options?: unknown): void;
  removeEventListener(type: string, listener: Listener): void;
  _handleMessage: Listener;
  _handleError: Listener;
  _handleClose: Listener;
  _handleTimeout(): void;
  _getNextDelay(): number;
  _getNextUrl(provider: unknown): Promise<string>;
  _addListeners(): void;
  _removeListeners(): void;
  _clearTimeouts(): void;
}
