import { openDestroyable } from '../sockets/native.ts';
import type { SocketLike } from '../sockets/socket.ts';
import type { SocketOptions } from './shapes.ts';

type SocketClass = new (...args: unknown[]) => SocketLike;

/** The constants by which the SDK tells a class of sockets. */
const states = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };

/** By class of sockets: V8 makes much beside each function that is called with `new`. */
const known = new WeakMap<SocketClass, SocketClass>();

/** Makes the socket inside destroyable, also where the SDK takes the global class, which is Node's own. */
export function destroyable<O extends SocketOptions>(options: O): O {
  const Socket = (options.WebSocket ?? (globalThis as { WebSocket?: unknown }).WebSocket) as SocketClass | undefined;
  if (Socket?.prototype === undefined) return options;
  const Destroyable = known.get(Socket) ?? destroyableClass(Socket);
  known.set(Socket, Destroyable);
  return { ...options, WebSocket: Destroyable };
}

function destroyableClass(Socket: SocketClass): SocketClass {
  /** A function and not an arrow: the SDK calls it with `new`. */
  function Destroyable(...args: unknown[]): SocketLike {
    return openDestroyable(() => new Socket(...args));
  }
  return Object.assign(Destroyable, states) as unknown as SocketClass;
}
