import type { Heartbeat } from '../seams/overlay-options.ts';
import { forceClose } from '../sockets/destroy.ts';
import { OPEN, type SocketLike } from '../sockets/socket.ts';
import { onPong } from '../sockets/watch.ts';
import { isWsSocket } from '../sockets/ws.ts';

/**
 * Pings an open `ws` socket, and destroys it when a pong does not come in time.
 *
 * @returns a function that stops it
 * @throws {TypeError} on a socket that cannot ping: Node's own and the browser's WebSocket
 */
export function startHeartbeat(socket: SocketLike, { interval, timeout }: Heartbeat, onDead: () => void): () => void {
  if (!isWsSocket(socket)) {
    throw new TypeError('heartbeat needs a socket of the ws package; this WebSocket cannot send pings');
  }
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const pinger = setInterval(() => {
    // A paused socket reads no pong.
    if (socket.readyState !== OPEN || socket.isPaused) return;
    socket.ping();
    // A busy event loop runs this timer before it reads a pong that has arrived: look once more after that.
    deadline ??= setTimeout(() => {
      deadline = setTimeout(() => {
        deadline = undefined;
        if (socket.isPaused) return;
        onDead();
        forceClose(socket);
      }, 0);
    }, timeout);
  }, interval);
  onPong(socket, () => {
    clearTimeout(deadline);
    deadline = undefined;
  });
  return () => {
    clearInterval(pinger);
    clearTimeout(deadline);
  };
}
