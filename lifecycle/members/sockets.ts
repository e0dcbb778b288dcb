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
  if (socket.readyState < CLOSING) socket.close(closeCode, closeReason);
  return closed;
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
