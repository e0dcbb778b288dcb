import { setMember } from '../foreign/members.ts';
import type { SocketEnd, SocketLike } from './socket.ts';

/** The members that sockets of the `ws` package have beyond the standard. */
export interface WsSocket extends SocketLike {
  emit(event: string, ...args: unknown[]): boolean;
  listeners(event: string): ((...args: unknown[]) => void)[];
  ping(): void;
  readonly isPaused?: boolean;
  readonly url?: string;
  /** Set before `ws` answers the peer's close frame by calling its own `close()`. */
  _closeFrameReceived?: boolean;
  /** The TCP connection. */
  _socket?: {
    readonly closed?: boolean;
    readonly readableLength?: number;
    prependListener?(event: 'close' | 'error', listener: (error: unknown) => void): void;
  } | null;
  /** The stream that reads frames. */
  _receiver?: { readonly writableLength: number } | null;
}

/** A fake of `ws` may have these methods, and give nothing: it is treated as any other WebSocket. */
export function isWsSocket(socket: SocketLike): socket is WsSocket {
  const isWhole = wsMethods.every((name) => typeof (socket as Partial<WsSocket>)[name] === 'function');
  return isWhole && Array.isArray((socket as WsSocket).listeners('message'));
}

const wsMethods = ['ping', 'emit', 'listeners'] as const;

/** It can destroy its TCP connection by itself. */
export function canTerminate<S extends object>(socket: S): socket is S & { terminate(): void } {
  return typeof (socket as { terminate?: unknown }).terminate === 'function';
}

/**
 * Tells when a socket begins to close, because its `close()` is called: by the app, or by `ws` itself after an error or when
 * the peer has sent its close frame. `ws` reports that only when the TCP connection has ended too, and waits 30 s for a peer
 * that leaves it open. The WebSocket of Node waits for ever.
 *
 * @param listener gets the end that the peer asks for, if the peer has asked
 */
export function onClosing(socket: SocketLike, listener: (asked?: SocketEnd) => void): void {
  const { close } = socket;
  const isWs = isWsSocket(socket);
  const observed = (code?: number, reason?: string) => {
    close.call(socket, code, reason);
    // `ws` hands on the peer's code and reason; it has none for a close frame without a code (RFC 6455, 7.1.5).
    const isAsked = isWs && socket._closeFrameReceived === true;
    listener(isAsked ? { code: code ?? 1005, reason: String(reason ?? '') } : undefined);
  };
  setMember(socket, 'close', { value: observed, writable: true });
}

/** Tells of an error of the TCP connection of an open `ws` socket, such as a reset: `ws` closes then, and keeps it to itself. */
export function onTcpError(socket: SocketLike, listener: (error: unknown) => void): void {
  (socket as Partial<WsSocket>)._socket?.prependListener?.('error', listener);
}

/**
 * Calls back when the TCP connection of a `ws` socket has closed: after a message listener has thrown, `ws` never reports
 * its own close. Other kinds of socket do not show their TCP connection.
 */
export function onTcpClose(socket: SocketLike, listener: () => void): void {
  const { _socket: tcp, _receiver: receiver } = socket as Partial<WsSocket>;
  // Such a throw interrupts the writing of a frame. A paused connection writes the frames that it holds when it closes.
  if (receiver?.writableLength === 0 && !tcp?.readableLength) return;
  if (tcp?.closed) {
    listener();
    return;
  }
  // It comes first, because what `ws` does there may throw; and in a microtask, so that a `ws` that is well reports before.
  tcp?.prependListener?.('close', () => queueMicrotask(listener));
}
