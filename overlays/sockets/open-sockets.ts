import { isNode } from '../../core/node.ts';
import { refTo } from '../foreign/weak.ts';
import { CLOSED } from './socket.ts';
import { isWsSocket, type WsSocket } from './ws.ts';

/** A socket that somebody else has opened. */
export interface UnseenSocket {
  /** It is open, and hangup does not watch it. */
  readonly isLeft: boolean;
}

/**
 * The `ws` sockets of this process that are open to an origin and that hangup does not watch. It only looks: nobody else
 * knows of connections from before the overlay. Elsewhere than on Node, and for other kinds of sockets, it finds none.
 */
export function unwatchedSockets(origin: string, isWatched: (socket: object) => boolean): UnseenSocket[] {
  if (!isNode()) return [];
  const { process } = globalThis as { process?: { _getActiveHandles?(): unknown[] } };
  const found: UnseenSocket[] = [];
  for (const handle of process?._getActiveHandles?.() ?? []) {
    const socket = wsOver(handle as object);
    if (socket === undefined || isWatched(socket) || originOf(socket) !== origin) continue;
    const ref = refTo(socket);
    found.push({
      get isLeft() {
        const socket = ref.deref();
        return socket !== undefined && socket.readyState !== CLOSED && !isWatched(socket);
      },
    });
  }
  return found;
}

/** `ws` leaves itself on its TCP connection, under a symbol of its own. */
function wsOver(tcp: object): WsSocket | undefined {
  for (const key of Object.getOwnPropertySymbols(tcp)) {
    const value = (tcp as Record<symbol, unknown>)[key];
    if (typeof value === 'object' && value !== null && isWsSocket(value as never)) {
      if ((value as WsSocket)._socket === tcp) return value as WsSocket;
    }
  }
  return undefined;
}

/** `undefined` for the socket of a server. */
function originOf({ url }: { url?: string }): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url.replace(/^ws/, 'http')).origin : undefined;
}
