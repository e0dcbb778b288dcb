import { isLastResort } from '../../core/last-resort.ts';
import { closeGrace } from '../limits.ts';
import type { Manner, MemberOptions, WebSocketLike, WebSocketServerLike } from './kinds.ts';

const CLOSING = 2;
const CLOSED = 3;

function close(socket: WebSocketLike, { closeCode = 1001, closeReason = 'server shutdown' }: MemberOptions) {
  if (socket.readyState === CLOSED) return undefined;
  const closed = new Promise<void>((resolve) => socket.on('close', resolve));
  // A socket that is closed while it connects emits an error.
  socket.on('error', () => {});
  if (socket.readyState < CLOSING) {
    socket.close(closeCode, closeReason);
    endWithAnswer(socket);
  }
  return closed;
}

/** The members of a socket of `ws` that say how far its close is. */
interface WsClosing {
  /** Set before `ws` answers a close frame, or takes the answer to its own, by calling its `close()`. */
  readonly _closeFrameReceived: boolean;
  /** The TCP connection. `ws` ends its own half when both close frames have been sent. */
  readonly _socket: { readonly writableEnded: boolean; destroySoon?(): void } | null;
}

/**
 * Ends the TCP connection as soon as the peer has answered the close frame (RFC 6455, 7.1.1). `ws` waits until the peer ends it, for
 * up to 30 s. Streams over the socket hear that its own half has finished.
 */
function endWithAnswer(socket: WebSocketLike & Partial<WsClosing>): void {
  if (socket._closeFrameReceived !== false) return;
  const close = socket.close.bind(socket);
  socket.close = (...args) => {
    close(...args);
    if (socket._closeFrameReceived && socket._socket?.writableEnded) socket._socket.destroySoon?.();
  };
}

/** `terminate()` may take back the close frame: a peer that has just been asked gets a moment to read it. */
function destroy(sockets: Iterable<WebSocketLike>, isLate: boolean): void {
  const terminate = () => {
    for (const socket of sockets) socket.terminate();
  };
  if (isLate) terminate();
  else if (!isLastResort()) setTimeout(terminate, closeGrace).unref();
}

export const ofSocket = (socket: WebSocketLike, options: MemberOptions): Manner => ({
  step: 'close',
  ask: () => close(socket, options),
  destroy: (isLate) => destroy([socket], isLate),
});

export const ofSocketServer = (server: WebSocketServerLike, options: MemberOptions): Manner => ({
  step: 'close',
  ask: () => {
    const sockets = [...server.clients].map((socket) => close(socket, options));
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    return Promise.all([closed, ...sockets]);
  },
  destroy: (isLate) => destroy(server.clients, isLate),
});
