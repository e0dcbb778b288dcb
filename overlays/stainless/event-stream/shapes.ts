import type { SocketLike } from '../../sockets/socket.ts';
import type { SocketOptions, StandIn } from '../stand-in.ts';

/** The members of the SDK's classes that the seams reach: public, or called by the SDK itself on the object. */

/** The SDK's wrapper of a socket, so that those of `ws` and of browsers look the same. */
interface SocketAdapter {
  readonly platformSocket: SocketLike;
  readonly readyState: number;
}

/** Before each attempt of the SDK's own reconnect. */
export interface ReconnectingEvent {
  readonly closeCode: number;
}

/** A socket class that Stainless has generated, with its reconnect. */
export interface EventStreamWS {
  /** Absent while the constructor runs. */
  socket?: SocketAdapter;
  url: URL;
  _client: object;
  _parameters: Readonly<Record<string, unknown>> | undefined;
  _wsOptions: SocketOptions;
  _isReconnecting: boolean;
  /** The user has called `close()`. */
  _intentionallyClosed: boolean;
  /** The arguments of `close()`. */
  _closeCode: number;
  _closeReason: string;
  /** The arguments of the `close` event. */
  _lastCloseCode: number;
  _lastCloseReason: string;
  /** Iterators listen to these. */
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
  _emit(type: string, ...args: unknown[]): void;
  _hasListener(type: string): boolean | undefined;
}

export interface CloseProps {
  code: number;
  reason: string;
}

/** The parts of the family that differ between SDKs. */
export interface EventStreamSdk {
  /** The SDK's folder in `overlays/`. */
  readonly sdk: string;
  /** The number of parameters of a class's constructor. By nothing else do the classes of two SDKs differ for sure. */
  readonly parameters: number;
  /** Names a connection in reports. */
  readonly name: string;
  /** Names the work of a connection that the provider had not finished. */
  readonly work: string;
  /** Missing where both builds load `ws`. */
  readonly standIn?: StandIn;
  /** Asks the provider to finish its work on everything that was sent, and then to close the connection. */
  lastRequest?(ws: EventStreamWS): unknown;
  /** Tells that request when the app sends it. */
  isLast?(event: unknown): boolean;
  /** Tells by its type the event that asks for work. For a provider that has no last request. */
  isRequest?(type: unknown): boolean;
  /** Tells by its type the event that answers a request to its end. */
  isAnswer?(type: unknown): boolean;
  /** The keys and tokens of a connection; only strings count. */
  secretsOf(ws: EventStreamWS): readonly unknown[];
}
