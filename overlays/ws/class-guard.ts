import { shared } from '../../core/shared.ts';
import { onAssigned } from '../foreign/assigned.ts';
import { replaceForMoment } from '../foreign/globals.ts';
import { replaceMembers } from '../foreign/members.ts';
import { openDestroyable } from '../sockets/native.ts';
import type { SocketLike } from '../sockets/socket.ts';
import {
  type GuardedSocket,
  isNativeClass,
  isWsClass,
  type SocketClass,
  type UpgradeRequest,
  type WsPrototype,
} from './shapes.ts';

/** Is told of the sockets that a class opens. */
export interface Guard {
  /** Sockets of servers concern it too. */
  readonly servers: boolean;
  /** May be told of a socket more than once. */
  take(socket: object): void;
}

interface GuardedClass {
  /** The class that opens guarded sockets. */
  readonly target: SocketClass;
  readonly guards: Set<Guard>;
  /** Makes it the class that it was. */
  restore(): void;
}

/** The guarded classes, by the prototype that they and their bare classes share. All copies of hangup use this map. */
const guarded = () => shared('guarded@1', () => new WeakMap<object, GuardedClass>());

/**
 * Puts a guard on a class of sockets.
 *
 * @returns the class that opens guarded sockets, and a function that takes the guard off
 * @throws {PatchError} when the class is frozen
 */
export function guardClass(Class: SocketClass, guard: Guard): { target: SocketClass; remove(): void } {
  const { prototype } = Class as { prototype: object };
  const known = guarded().get(prototype) ?? (isWsClass(Class) ? guardPrototype(prototype) : guardConstructor(Class));
  guarded().set(prototype, known);
  known.guards.add(guard);
  const remove = () => {
    known.guards.delete(guard);
    if (known.guards.size > 0 || guarded().get(prototype) !== known) return;
    guarded().delete(prototype);
    known.restore();
  };
  return { target: known.target, remove };
}

/** Tells all guards of a socket: those of its class, and of the classes above. */
function tell(socket: object, isOfServer: boolean): void {
  for (let at = Object.getPrototypeOf(socket); at !== null; at = Object.getPrototypeOf(at)) {
    for (const guard of guarded().get(at)?.guards ?? []) if (guard.servers || !isOfServer) guard.take(socket);
  }
}

/**
 * Guards the class of `ws`, which stays the same object: SDKs have imported it already. Its constructor assigns the request
 * of the handshake to the socket, and its `setSocket()` runs when the handshake is over.
 */
function guardPrototype(prototype: object): GuardedClass {
  const { setSocket } = prototype as WsPrototype;
  const onRequest = (socket: object, request: UpgradeRequest | null) => {
    if (request !== null) tell(socket, false);
  };
  const observed = function (this: GuardedSocket, ...args: unknown[]) {
    tell(this, this._isServer === true);
    setSocket.apply(this, args);
  };
  const restore = replaceMembers(prototype, 'the class of ws', {
    _req: onAssigned('_req', onRequest),
    setSocket: { value: observed, writable: true },
  });
  return { target: prototype.constructor as SocketClass, guards: new Set(), restore };
}

/** Guards a class whose sockets tell nobody that they begin: a class in its place does. */
function guardConstructor(Class: SocketClass): GuardedClass {
  const open = isNativeClass(Class) ? openDestroyable : <S>(open: () => S) => open();
  const target: SocketClass = new Proxy(Class, {
    construct(_, args, newTarget) {
      const socket = open(() => Reflect.construct(Class, args, newTarget === target ? Class : newTarget) as SocketLike);
      tell(socket, false);
      return socket;
    },
  });
  const isGlobal = (globalThis as { WebSocket?: unknown }).WebSocket === Class;
  const restore = isGlobal ? replaceForMoment(globalThis, 'WebSocket', target) : () => {};
  return { target, guards: new Set(), restore };
}
