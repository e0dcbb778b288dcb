import { destroyNative, isLost } from './native.ts';
import { isReconnecting } from './reconnecting.ts';
import { CLOSED, type SocketLike } from './socket.ts';
import { onError } from './watch.ts';
import { canTerminate } from './ws.ts';

/**
 * Destroys the connection as hard as this kind of socket allows. Never throws.
 *
 * A browser's own WebSocket has no way to be destroyed: for it this is a bare `close()`, which the peer may leave unanswered.
 */
export function forceClose(socket: Pick<SocketLike, 'close'>): void {
  try {
    if (canTerminate(socket)) socket.terminate();
    else if (isReconnecting(socket)) {
      socket._shouldReconnect = false;
      if (socket._ws !== undefined) forceClose(socket._ws);
    } else {
      destroyNative(socket);
      socket.close();
    }
  } catch {
    // It is gone already, or in a state in which this kind refuses: there is nothing left to destroy.
  }
}

/** It has closed, and may have left a TCP connection behind that was not found and keeps the process alive. */
export function hasLeftTcp(socket: Pick<SocketLike, 'close'>): boolean {
  if (isReconnecting(socket)) return socket._ws !== undefined && hasLeftTcp(socket._ws);
  return isLost(socket);
}

/** Destroys a socket that nobody wants, and of whose error nobody is told. */
export function discard(socket: SocketLike): void {
  if (socket.readyState === CLOSED) return;
  onError(socket, () => {});
  forceClose(socket);
}
