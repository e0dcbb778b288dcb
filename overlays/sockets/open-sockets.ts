import { isNode } from '../../core/node.ts';
import { webSocketOver } from '../foreign/dial.ts';
import { refTo } from '../foreign/weak.ts';
import { isWsSocket, type WsSocket } from './ws.ts';

/** A connection that this process has opened for a WebSocket. */
export interface OpenSocket {
  /** The address that was dialled. */
  readonly url: URL;
  /** It has not ended, and still belongs to nobody. */
  readonly isLeft: boolean;
}

/** A TCP connection of Node's, which may be that of a server. */
interface Tcp {
  readonly destroyed?: boolean;
  /** The server that has accepted it. */
  readonly server?: object | null;
  /** The request whose answer is awaited: with `ws`, the handshake. */
  readonly _httpMessage?: { readonly protocol?: string; getHeader?(name: string): unknown } | null;
  /** It is one of TLS. */
  readonly encrypted?: boolean;
  /** The name that TLS checks. */
  readonly servername?: string | false;
  /** The name that was looked up. */
  readonly _host?: string | null;
  readonly remoteAddress?: string;
  readonly remotePort?: number;
}

/** There is one object for each TCP connection, so that two looks at the same one count once. */
const known = new WeakMap<Tcp, OpenSocket>();

/**
 * The connections of this process that are open for WebSockets which belong to nobody. With `ws`, it also finds handshakes. It only
 * looks: nobody else knows of connections from before an overlay. Elsewhere than on Node, it finds none.
 */
export function openSockets(isOwned: (socket: object) => boolean): OpenSocket[] {
  if (!isNode()) return [];
  const { process } = globalThis as { process?: { _getActiveHandles?(): unknown[] } };
  return (process?._getActiveHandles?.() ?? []).flatMap((handle) => {
    const tcp = handle as Tcp;
    const address = addressOf(tcp);
    if (address === undefined || isTaken(tcp, isOwned)) return [];
    const open = known.get(tcp) ?? describe(tcp, address, isOwned);
    if (open === undefined) return [];
    known.set(tcp, open);
    return [open];
  });
}

function describe(tcp: Tcp, address: string, isOwned: (socket: object) => boolean): OpenSocket | undefined {
  if (!URL.canParse(address)) return undefined;
  const ref = refTo(tcp);
  return {
    url: new URL(address),
    get isLeft() {
      const tcp = ref.deref();
      return tcp !== undefined && addressOf(tcp) !== undefined && !isTaken(tcp, isOwned);
    },
  };
}

/** It has ended, or somebody has come to end it. */
function isTaken(tcp: Tcp, isOwned: (socket: object) => boolean): boolean {
  const socket = wsOver(tcp) ?? webSocketOver(tcp);
  return tcp.destroyed === true || (socket !== undefined && isOwned(socket));
}

/** `undefined` for the connection of a server, and for one that carries no WebSocket. */
function addressOf(tcp: Tcp): string | undefined {
  // Most connections of a voice service are those of its own server.
  if (tcp.server != null) return undefined;
  return wsOver(tcp)?.url ?? handshakeOn(tcp) ?? upgradedBy(tcp);
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

/** The address of a handshake. Until it is over, the connection does not know its socket. */
function handshakeOn({ _httpMessage: request }: Tcp): string | undefined {
  // The answer of a server has no protocol.
  if (!request?.protocol || request.getHeader?.('upgrade') !== 'websocket') return undefined;
  return `${request.protocol}//${request.getHeader('host')}`;
}

/**
 * The address of a WebSocket of Node's own, which leaves nothing of itself on its connection. But undici takes its parser off a
 * connection that carries no HTTP any more.
 */
function upgradedBy(tcp: Tcp): string | undefined {
  const parser = Object.getOwnPropertySymbols(tcp).find(({ description }) => description === 'parser');
  if (parser === undefined || (tcp as Record<symbol, unknown>)[parser] !== null) return undefined;
  const host = tcp.servername || tcp._host || tcp.remoteAddress;
  return `${tcp.encrypted ? 'https' : 'http'}://${host?.includes(':') ? `[${host}]` : host}:${tcp.remotePort}`;
}
