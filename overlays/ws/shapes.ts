import type { ReconnectingSocket } from '../fern/shapes.ts';
import type { SocketLike } from '../sockets/socket.ts';

export type SocketClass = abstract new (...args: never[]) => object;

/** The members of a `ws` socket's prototype that tell its class, and those that hangup rests on. */
export interface WsPrototype {
  ping(): void;
  terminate(): void;
  /** `ws` calls it when the handshake is over: that of a client, and that of a server. */
  setSocket(this: object, ...args: unknown[]): void;
}

/** The request of a handshake. */
export interface UpgradeRequest {
  getHeaderNames?(): string[];
  getHeader?(name: string): unknown;
}

/** A socket of `ws`, as far as the guard of its class looks into it. */
export interface GuardedSocket extends SocketLike {
  readonly url?: unknown;
  /** It belongs to a server. */
  readonly _isServer?: boolean;
  /** The request of its handshake, while that is under way. */
  readonly _req?: UpgradeRequest | null;
}

const isFunction = (value: unknown): boolean => typeof value === 'function';

export function isSocket(target: object): target is SocketLike {
  const { readyState, close, addEventListener } = target as Partial<SocketLike>;
  return typeof readyState === 'number' && isFunction(close) && isFunction(addEventListener);
}

export function isWsClass({ prototype }: SocketClass): boolean {
  const { ping, terminate, setSocket } = (prototype ?? {}) as Partial<WsPrototype>;
  return [ping, terminate, setSocket].every(isFunction);
}

/** Node's own class, or another one of the same standard. */
export function isNativeClass({ prototype }: SocketClass): boolean {
  return Object.prototype.toString.call(prototype) === '[object WebSocket]';
}

/** `partysocket`, `reconnecting-websocket` and their copies. */
export function isWrapperClass({ prototype }: SocketClass): boolean {
  const { _getNextDelay, _getNextUrl, _addListeners } = (prototype ?? {}) as Partial<ReconnectingSocket>;
  return [_getNextDelay, _getNextUrl, _addListeners].every(isFunction);
}
