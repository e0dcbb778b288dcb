import type { ClientEvent, ServerEvent } from '../../../realtime/events.ts';
import type { SocketLike } from '../../../sockets/socket.ts';
import type { spokenKey } from './spoken.ts';

/** The members of the SDK's class that the seams reach: public, or called by the SDK itself on the object. */

export interface CloseProps {
  code: number;
  reason: string;
}

/** The SDK's reconnect, from 7.48 on and only on demand. */
export interface Recovery {
  /** Its `close` event was emitted: it will dial no more. */
  readonly isClosed: boolean;
  /** The user has called `close()`: it will not dial after a drop. */
  _intentionallyClosed?: boolean;
  close(props?: CloseProps): void;
}

export interface RealtimeSocket extends SocketLike {
  send(data: string): void;
  /** The request of the handshake, of `ws`. */
  readonly _req?: { getHeader?(name: string): unknown } | null;
  listenerCount?(event: 'unexpected-response'): number;
  on?(event: 'unexpected-response', listener: (request: unknown, response: { statusCode?: number }) => void): void;
}

export interface RealtimeWS {
  [spokenKey]?: boolean;
  socket: RealtimeSocket;
  _recovery?: Recovery;
  send(event: ClientEvent): void;
  /** From 7.48 on. */
  sendResponseCreate?(event: ClientEvent): void;
  close(props?: CloseProps): unknown;
  emitted(type: string): Promise<unknown>;
  _emit(type: string, ...args: unknown[]): void;
  _onError(event: ServerEvent | null, message?: string, cause?: unknown): void;
  _hasListener(type: string): boolean | undefined;
}
