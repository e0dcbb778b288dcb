import type { Deadline, Limit } from '../../core/deadline.ts';
import type { Disconnectable } from '../../core/disconnectable.ts';
import type { Level } from '../level.ts';

/** A socket of `ws`. */
export interface WebSocketLike {
  readonly readyState: number;
  close(code?: number, reason?: string): void;
  terminate(): void;
  on(event: 'close' | 'error', listener: () => void): unknown;
}

/** A `WebSocketServer` of `ws`. */
export interface WebSocketServerLike {
  readonly clients: ReadonlySet<WebSocketLike>;
  close(callback?: (error?: Error) => void): void;
}

/** A connection to a server. */
export interface TcpSocketLike {
  readonly bytesRead: number;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/** A server that tells of each connection: over TLS twice, because HTTP runs on a socket around that of TCP. */
export interface ConnectionEmitter {
  on?(event: 'connection' | 'secureConnection', listener: (socket: TcpSocketLike) => void): unknown;
}

/** An `http.Server` or `https.Server`. */
export interface HttpServerLike extends ConnectionEmitter {
  close(callback?: (error?: Error) => void): unknown;
  closeAllConnections(): void;
}

/** A Fastify instance. */
export interface FastifyLike {
  readonly server: ConnectionEmitter & { closeAllConnections?(): void };
  close(): PromiseLike<unknown>;
}

/**
 * A thing that can be a member of a session or of a shutdown:
 *
 * - a function that ends something. Its promise is waited for. Hand its limit on: `(limit) => client.disconnect(limit)`.
 * - a client or connection that hangup covers
 * - a scope, session or store of this module
 * - a socket of `ws`: close code 1001, and the end of the TCP connection when the peer has answered; a `WebSocketServer`: the same for
 *   each of its sockets
 * - an `http.Server` or a Fastify instance: `close()`, then `closeAllConnections()`. Connections without a request are destroyed meanwhile.
 * - any other `AsyncDisposable`
 *
 * Everything else is a function: `() => pool.end()`.
 */
export type Endable =
  | ((limit: Limit) => unknown)
  | Pick<Disconnectable, 'disconnect'>
  | Level
  | WebSocketLike
  | WebSocketServerLike
  | HttpServerLike
  | FastifyLike
  | AsyncDisposable;

export interface MemberOptions {
  /** The most ms that its polite end may take. Default 1000 in a session; in a shutdown, all that is left. */
  timeout?: number;
  /**
   * Destroys it, synchronously: when its time is spent, when the end is forced, in `process.on('exit')`, and out of a function that
   * blocks the event loop. Hangup destroys by itself all kinds of members but functions and `AsyncDisposable`s. A function that is
   * forced before its turn is called with a limit that is spent, but in the last two cases it is not called.
   */
  force?: () => void;
  /** The close code of a `ws` socket. Default 1001. Clients come back on 1012. */
  closeCode?: number;
  /** The close reason of a `ws` socket. Default `server shutdown`. */
  closeReason?: string;
}

/** How things of one kind end. */
export interface Manner {
  /** Names the polite step in reports. */
  readonly step: string;
  /** ms that the end may take after {@link destroy}. Default 250. */
  readonly grace?: number;
  /** Begins the end. The promise settles when it is over; `undefined`: it was over before. */
  ask(limit: Deadline): PromiseLike<unknown> | undefined;
  /**
   * Destroys it. {@link ask} was called before.
   *
   * @param isLate whether the polite end has had its time; else it was asked a moment ago
   */
  destroy?(isLate: boolean): void;
}
