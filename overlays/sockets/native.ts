import { isNode } from '../../core/node.ts';
import { shared } from '../../core/shared.ts';
import { Dial } from '../foreign/dial.ts';
import { setMember } from '../foreign/members.ts';
import { CLOSED, CONNECTING, type SocketLike } from './socket.ts';
import { onHandshake } from './watch.ts';
import { canTerminate } from './ws.ts';

/**
 * The dial behind a socket that could not be destroyed otherwise; only the code that opened it knows. Another copy of hangup may
 * come to end the socket.
 */
const dials = () => shared('dials@1', () => new WeakMap<object, Pick<Dial, 'destroy'>>());
let lostSockets: WeakSet<object> | undefined;
/** The sockets that have closed in their handshake, and whose TCP connection was not found. Each forced end asks: it is looked up once. */
function lost(): WeakSet<object> {
  lostSockets ??= shared('lost@1', () => new WeakSet());
  return lostSockets;
}

/**
 * Opens a socket so that it can be destroyed, in its handshake as well, and wherever that goes through. A socket of Node's
 * own has no `terminate()`, and after `close()` it waits for the peer for ever, or in a stalled handshake for 10 s. A socket
 * of `ws` knows its connection once an agent has made it.
 *
 * @param open opens one socket before it returns
 */
export function openDestroyable<S extends SocketLike>(open: () => S): S {
  const dial = new Dial('at once');
  let socket: S;
  try {
    socket = dial.watch(open);
  } catch (error) {
    dial.release();
    throw error;
  }
  // A class that opens its sockets in this way already has the dial.
  if (dials().has(socket)) dial.release();
  else if (isNode() && isNative(socket)) destroyNativeWith(dial, socket);
  else if (canTerminate(socket)) destroyHandshakeWith(dial, socket);
  else dial.release();
  return socket;
}

function destroyHandshakeWith(dial: Dial, socket: SocketLike): void {
  onHandshake(socket, (hasOpened) => {
    if (!hasOpened) dial.destroy();
    dial.release();
  });
}

function destroyNativeWith(dial: Dial, socket: SocketLike): void {
  dials().set(socket, dial);
  let hasOpened = false;
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    // When it is closed in a handshake, it says so at once and leaves the handshake to itself.
    if (!hasOpened && !dial.destroy()) lost().add(socket);
    dial.release();
    // From Node 24 on, it says CLOSING again when the TCP connection ends after it.
    setMember(socket, 'readyState', { value: CLOSED });
  };
  const { close } = socket;
  const closeAll: SocketLike['close'] = (code, reason) => {
    // Its connection goes first: undici dials again for a request that is aborted in its handshake.
    if (socket.readyState === CONNECTING) dial.destroy();
    close.call(socket, code, reason);
  };
  setMember(socket, 'close', { value: closeAll, writable: true });
  socket.addEventListener('open', () => {
    hasOpened = true;
    dial.upgrade(socket);
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
}

/** Does nothing for a socket that was not opened by {@link openDestroyable}, and for one that can be destroyed without. */
export function destroyNative(socket: object): void {
  dials().get(socket)?.destroy();
}

/** It says that it has closed, but its TCP connection was not found. */
export function isLost(socket: object): boolean {
  return lost().has(socket);
}

function isNative(socket: SocketLike): boolean {
  return Object.prototype.toString.call(socket) === '[object WebSocket]' && !canTerminate(socket);
}

/** Node 22 has no global `CloseEvent`. */
function closeEvent(): Event {
  return Object.assign(new Event('close'), { code: 1006, reason: '', wasClean: false });
}
