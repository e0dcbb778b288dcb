import { setMember } from '../foreign/members.ts';
import { forceClose, OPEN, type SocketEnd, type SocketLike } from './socket.ts';

/** What sockets of the `ws` package have beyond the standard. */
interface WsSocket extends SocketLike {
  on(event: string, listener: (...args: unknown[]) => void): this;
  prependListener(event: string, listener: (...args: unknown[]) => void): this;
  off(event: string, listener: (...args: unknown[]) => void): this;
  listeners(event: string): ((...args: unknown[]) => void)[];
  ping(): void;
  /** Set before `ws` answers the peer's close frame by calling its own `close()`. */
  _closeFrameReceived?: boolean;
}

export function isWsSocket(socket: SocketLike): socket is WsSocket {
  const { ping, listeners } = socket as Partial<WsSocket>;
  return typeof ping === 'function' && typeof listeners === 'function';
}

/**
 * Tells when a socket has closed, before or after the SDK's own listeners. Where `ws` need make no event object of it, it does
 * not: a thousand may close together.
 */
export function onClose(socket: SocketLike, order: 'first' | 'last', listener: (end: SocketEnd) => void): void {
  if (!isWsSocket(socket)) {
    socket.addEventListener('close', listener);
    return;
  }
  const add = order === 'first' ? socket.prependListener : socket.on;
  add.call(socket, 'close', (code, reason) => listener({ code, reason } as SocketEnd));
}

/**
 * Puts a catch around the SDK's message listener, which is the first. `onThrow` gets the frame and the error, and returns whether the
 * frame was to blame; if not, the error is that of a user's listener and goes on as before.
 */
export function guardMessages(socket: SocketLike, onThrow: (frame: unknown, error: unknown) => boolean): void {
  if (!isWsSocket(socket)) return;
  const [listener] = socket.listeners('message');
  if (listener === undefined) return;
  const handle = listener.bind(socket);
  socket.off('message', listener);
  socket.prependListener('message', (data, isBinary) => {
    try {
      handle(data, isBinary);
    } catch (error) {
      if (!onThrow(data, error)) throw error;
    }
  });
}

/**
 * Tells when the peer has sent its close frame, which `ws` itself reports only when the TCP connection has ended too:
 * a peer that leaves it half-open is otherwise silent for 30 s.
 */
export function onPeerClosing(socket: SocketLike, listener: (code: number, reason: string) => void): void {
  if (!isWsSocket(socket)) return;
  const { close } = socket;
  const observed = (code?: number, reason?: string) => {
    close.call(socket, code, reason);
    // `ws` hands on what the peer sent; nothing stands for a close frame without a code (RFC 6455, 7.1.5).
    if (socket._closeFrameReceived === true) listener(code ?? 1005, String(reason ?? ''));
  };
  setMember(socket, 'close', { value: observed, writable: true });
}

export interface Heartbeat {
  /** ms between two pings. */
  interval: number;
  /** ms that a pong may take. */
  timeout: number;
}

/**
 * Pings an open `ws` socket, and destroys it when a pong does not come in time.
 *
 * @returns what stops it
 * @throws {TypeError} on a socket that cannot ping: Node's own and the browser's WebSocket
 */
export function startHeartbeat(socket: SocketLike, { interval, timeout }: Heartbeat, onDead: () => void): () => void {
  if (!isWsSocket(socket)) {
    throw new TypeError('overlay(): heartbeat needs a socket of the ws package; this WebSocket cannot send pings');
  }
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const pinger = setInterval(() => {
    if (socket.readyState !== OPEN) return;
    socket.ping();
    // A busy event loop runs this timer before it reads the pong that has come: look once more after that.
    deadline ??= setTimeout(() => {
      deadline = setTimeout(() => {
        onDead();
        forceClose(socket);
      }, 0);
    }, timeout);
  }, interval);
  socket.on('pong', () => {
    clearTimeout(deadline);
    deadline = undefined;
  });
  return () => {
    clearInterval(pinger);
    clearTimeout(deadline);
  };
}
