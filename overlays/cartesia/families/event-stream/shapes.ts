import type { SocketLike } from '../../../sockets/socket.ts';
import type { CartesiaClient } from '../../secrets.ts';
import type { SocketOptions } from '../../stand-in.ts';

/** The members of the SDK's classes that the seams reach: public, or called by the SDK itself on the object. */

/** What the SDK puts around a socket, so that those of `ws` and of browsers look the same. */
interface SocketAdapter {
  readonly platformSocket: SocketLike;
  readonly readyState: number;
}

/** Before each attempt of the SDK's own reconnect. */
export interface ReconnectingEvent {
  readonly closeCode: number;
}

/** `AutoFinalizeWS` or `ManualFinalizeWS`. */
export interface EventStreamWS {
  /** Absent while the constructor runs. */
  socket?: SocketAdapter;
  _client: CartesiaClient;
  _parameters: Readonly<Record<string, unknown>> | undefined;
  _wsOptions: SocketOptions;
  _isReconnecting: boolean;
  /** The user has called `close()`. */
  _intentionallyClosed: boolean;
  /** What `close()` was given. */
  _closeCode: number;
  _closeReason: string;
  /** What the `close` event said. */
  _lastCloseCode: number;
  _lastCloseReason: string;
  /** What iterators listen to. */
  _internalEvents: {
    on(type: 'reconnecting', listener: (event: ReconnectingEvent) => void): unknown;
    _emit(type: 'close', code: number, reason: string, unsent: readonly unknown[]): void;
  };
  send(event: unknown): void;
  sendRaw(data: unknown): void;
  close(props?: CloseProps): unknown;
  [Symbol.asyncIterator](): AsyncIterableIterator<unknown>;
  _createSocket(url: URL, headers: Readonly<Record<string, string>>): SocketAdapter;
  _connect(): SocketAdapter;
  _canReconnect(closeCode: number): boolean;
  _reconnect(closeCode: number): Promise<void>;
  _emitPermanentClose(code: number, reason: string): void;
  _onError(event: unknown, message?: string, cause?: unknown): void;
  _emit(type: string, event: unknown): void;
  _hasListener(type: string): boolean | undefined;
}

export interface CloseProps {
  code: number;
  reason: string;
}
