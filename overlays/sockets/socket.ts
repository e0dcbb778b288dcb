import { destroyer } from '../../core/symbols.ts';

export { destroyer };

/** The part of a WebSocket that `ws`, Node's and the browser's own one, and the reconnecting wrappers have in common. */
export interface SocketLike {
  readonly readyState: number;
  close(code?: number, reason?: string): void;
  addEventListener(type: string, listener: (event: never) => void): void;
  removeEventListener(type: string, listener: (event: never) => void): void;
}

/** Why and how a socket was lost, as its close event says. */
export interface SocketEnd {
  /** RFC 6455 close code. */
  code?: number | undefined;
  /** `ws` gives bytes; they become text when somebody is told. */
  reason?: { toString(): string } | undefined;
}

/** What only some kinds have. */
interface Capabilities {
  /** Node's own, where it could be found: destroys the TCP connection. */
  [destroyer]?: () => void;
  /** `ws`: destroys the TCP connection. */
  terminate?: () => void;
  /** `ws`: the TCP connection. */
  _socket?: {
    readonly closed?: boolean;
    readonly readableLength?: number;
    prependListener?(event: 'close', listener: () => void): void;
  } | null;
  /** `ws`: the stream that reads frames. */
  _receiver?: { readonly writableLength: number } | null;
  /** Reconnecting wrappers (partysocket and its copies): the socket inside, and the flag that makes them dial again. */
  _ws?: SocketLike;
  _shouldReconnect?: boolean;
}

export const CONNECTING = 0;
export const OPEN = 1;
export const CLOSED = 3;

/**
 * Calls back when the TCP connection of a `ws` socket has closed: after a message listener has thrown, `ws` never reports
 * its own close. Other kinds of socket do not show theirs.
 */
export function onTcpClose(socket: SocketLike, listener: () => void): void {
  const { _socket: tcp, _receiver: receiver } = socket as SocketLike & Capabilities;
  // What such a throw interrupts is the writing of a frame. What a paused connection holds is written when it closes.
  if (receiver?.writableLength === 0 && !tcp?.readableLength) return;
  if (tcp?.closed) {
    listener();
    return;
  }
  // First, because what `ws` does there may throw; and in a microtask, so that a `ws` that is well reports before.
  tcp?.prependListener?.('close', () => queueMicrotask(listener));
}

/**
 * Destroys the connection as hard as this kind of socket allows. Never throws.
 *
 * A browser's own WebSocket has no `terminate()`: for it this is a bare `close()`, which the peer may leave unanswered.
 */
export function forceClose(socket: SocketLike): void {
  const capable = socket as SocketLike & Capabilities;
  try {
    if (typeof capable._shouldReconnect === 'boolean') capable._shouldReconnect = false;
    if (typeof capable.terminate === 'function') capable.terminate();
    else if (capable._ws !== undefined) forceClose(capable._ws);
    else {
      capable[destroyer]?.();
      socket.close();
    }
  } catch {
    // Already gone, or in a state in which this kind refuses: there is nothing left to destroy.
  }
}
