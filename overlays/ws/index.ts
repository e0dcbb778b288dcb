import type { Disconnectable, DisconnectableClient } from '../../core/disconnectable.ts';
import { checkKeys } from '../../core/options.ts';
import { clientState } from '../client/client-state.ts';
import { ownClientMembers } from '../client/members.ts';
import { replaceMembers } from '../foreign/members.ts';
import { disconnectableMembers } from '../seams/disconnectable-members.ts';
import { checkOptions, coverWith, type Heartbeat, optionsOfInstance } from '../seams/overlay-options.ts';
import { wrongTarget } from '../seams/refusals.ts';
import { isWsSocket } from '../sockets/ws.ts';
import { guardClass } from './class-guard.ts';
import { connectionOf } from './connections.ts';
import { isNativeClass, isSocket, isWrapperClass, isWsClass, type SocketClass } from './shapes.ts';

export type * from '../../core/disconnectable.ts';
export type { Heartbeat };

export interface WsOptions {
  /** Whole budget of `disconnect()` in ms. Default 2000. */
  timeout?: number;
  /** The most a handshake may take, in ms. Default 10000; a shorter limit of the socket's own (`handshakeTimeout`) wins. */
  connectTimeout?: number;
  /** Notices a dead peer by ping and pong; both in ms. Default: none. Sockets of the `ws` package only. */
  heartbeat?: Heartbeat;
  /** For the class of `ws` only: guards the sockets of servers too. Default `false`. */
  servers?: boolean;
}

/** A socket, overlaid. */
export interface SocketOverlay<T> {
  /** The same object that was handed in. */
  readonly target: Disconnectable & T;
  /** Takes the options back. The socket stays bounded until it has closed. */
  undo(): void;
}

/** A class, overlaid. Its `connections` and its `disconnect()` reach the sockets that were opened since, and are open. */
export interface ClassOverlay<T> extends DisconnectableClient {
  /** The class that opens guarded sockets. Of `ws`: the same class that was handed in. */
  readonly target: T;
  /** Takes the guard off. Sockets that are open keep it until they close. */
  undo(): void;
}

export type Overlay<T> = T extends abstract new (...args: never[]) => object ? ClassOverlay<T> : SocketOverlay<T>;

/**
 * Bounds the handshake and the close of sockets that no other overlay of hangup covers.
 *
 * A socket gets `disconnect()` and `connected`. A class gives every client socket that it opens from now on a bounded
 * `close()` and handshake, in all code that uses this class, until `undo()`. After `disconnect()` of the class, the sockets
 * that it opens are destroyed at once.
 *
 * @param target a socket, or a class of sockets: `WebSocket` of `ws`, Node's own `WebSocket`, `partysocket`,
 *   `reconnecting-websocket`, or a subclass of one of them
 * @throws {TypeError} on an unknown option, an invalid time, and a `heartbeat` or `servers` that the target cannot have
 * @throws {PatchError} when the target is neither, or is frozen. Then nothing has been changed
 */
export function overlay<T extends object>(target: T, options: WsOptions = {}): Overlay<T> {
  checkKeys('overlay()', options, ['timeout', 'connectTimeout', 'heartbeat', 'servers']);
  const { servers, ...others } = options;
  const checked = checkOptions(others);
  if (servers !== undefined && typeof servers !== 'boolean')
    throw new TypeError('overlay(): servers must be true or false');
  if (typeof target === 'function') {
    const Class = target as unknown as SocketClass;
    const isOfWs = isWsClass(Class);
    if (!isOfWs && !isNativeClass(Class) && !isWrapperClass(Class)) throw refused(target);
    checkAbilities(isOfWs, isOfWs, options);
    return overlayClass(Class, checked, servers === true) as Overlay<T>;
  }
  if (typeof target !== 'object' || target === null || !isSocket(target)) throw refused(target);
  checkAbilities(isWsSocket(target), false, options);
  return overlaySocket(target, checked) as Overlay<T>;
}

const refused = (target: unknown) =>
  wrongTarget(
    target,
    'it is neither a WebSocket nor a class of WebSockets',
    "Hand in a socket, the class WebSocket of ws, or Node's own class WebSocket",
  );

function checkAbilities(beats: boolean, hasServers: boolean, { heartbeat, servers }: WsOptions): void {
  if (heartbeat !== undefined && !beats)
    throw new TypeError('overlay(): heartbeat needs sockets of the ws package; others cannot send pings');
  if (servers === true && !hasServers) throw new TypeError('overlay(): servers is for the class of ws alone');
}

function overlaySocket(socket: object, options: WsOptions): SocketOverlay<object> {
  const members = disconnectableMembers({
    levelOf: connectionOf,
    optionsOf: optionsOfInstance,
    isInstance: () => true,
  });
  replaceMembers(socket, 'this socket', members);
  const undo = coverWith(socket, options, () => connectionOf(socket));
  return { target: socket as Disconnectable, undo };
}

function overlayClass(Class: SocketClass, options: WsOptions, servers: boolean): ClassOverlay<SocketClass> {
  const seen = new WeakSet<object>();
  const take = (socket: object) => {
    if (seen.has(socket)) return;
    seen.add(socket);
    clientState(overlaid).add(connectionOf(socket));
  };
  const reset = coverWith(Class, options, () => {});
  const { target, remove } = guardClass(Class, { servers, take });
  const undo = () => {
    remove();
    reset();
  };
  const overlaid = { target, undo } as ClassOverlay<SocketClass>;
  coverWith(overlaid, options, () => clientState(overlaid));
  replaceMembers(overlaid, 'the overlay', ownClientMembers());
  return overlaid;
}
