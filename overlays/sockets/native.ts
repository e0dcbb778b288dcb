import { Dial } from '../foreign/dial.ts';
import { setMember } from '../foreign/members.ts';
import { CLOSED, type SocketLike } from './socket.ts';

/** Destroys the TCP connection of a socket of Node's own; only the code that opened it knows how. */
const destroyers = new WeakMap<object, () => void>();

/**
 * Opens a socket so that it can be destroyed, if it is one of Node's own. Such a socket has no `terminate()`, and after
 * `close()` it waits for the peer for ever, or in a stalled handshake for 10 s. Other sockets are left as they are.
 *
 * @param open opens one socket before it returns
 */
export function openDestroyable<S extends SocketLike>(open: () => S): S {
  const dial = new Dial();
  let socket: S;
  try {
    socket = dial.watch(open);
  } catch (error) {
    dial.release();
    throw error;
  }
  if (dial.isEmpty || !isNative(socket)) {
    dial.release();
    return socket;
  }
  destroyers.set(socket, () => dial.destroy());
  let hasOpened = false;
  let isOver = false;
  const end = () => {
    isOver = true;
    dial.release();
    // When it is closed in a handshake, it says so at once and leaves the handshake to itself.
    if (!hasOpened) dial.destroy();
    // From Node 24 on, it says CLOSING again when the TCP connection ends after it.
    setMember(socket, 'readyState', { value: CLOSED });
  };
  socket.addEventListener('open', () => {
    hasOpened = true;
    dial.release();
  });
  socket.addEventListener('close', end);
  socket.addEventListener('error', () => {
    if (hasOpened) return;
    // Node 22 leaves it at this: no close event follows a handshake that failed.
    queueMicrotask(() => {
      if (isOver) return;
      end();
      (socket as unknown as EventTarget).dispatchEvent(closeEvent());
    });
  });
  return socket;
}

/** Does nothing for a socket that was not opened by {@link openDestroyable}. */
export function destroyNative(socket: object): void {
  destroyers.get(socket)?.();
}

function isNative(socket: SocketLike): boolean {
  return Object.prototype.toString.call(socket) === '[object WebSocket]' && !('terminate' in socket);
}

/** Node 22 has no global `CloseEvent`. */
function closeEvent(): Event {
  return Object.assign(new Event('close'), { code: 1006, reason: '', wasClean: false });
}
