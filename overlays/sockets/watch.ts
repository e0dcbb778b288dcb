import type { SocketEnd, SocketLike } from './socket.ts';
import { isWsSocket } from './ws.ts';

/**
 * Tells when a socket has closed, before or after the SDK's own listeners. A `ws` socket is not made to build an event
 * object for it: a thousand may close together.
 */
export function onClose(socket: SocketLike, order: 'first' | 'last', listener: (end: SocketEnd) => void): void {
  if (!isWsSocket(socket)) {
    socket.addEventListener('close', listener);
    return;
  }
  const add = order === 'first' ? socket.prependListener : socket.on;
  add.call(socket, 'close', (code, reason) => listener({ code, reason } as SocketEnd));
}
