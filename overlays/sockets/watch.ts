import { keep, kept } from '../foreign/keep.ts';
import { setMember } from '../foreign/members.ts';
import type { SocketEnd, SocketLike } from './socket.ts';
import { isWsSocket, type WsSocket } from './ws.ts';

type Listener = (...args: unknown[]) => void;
type Order = 'first' | 'last';
/** One that is told of the events of a type, before or after the listeners. */
interface Observer {
  readonly order: Order;
  readonly type: string;
  readonly listener: Listener;
}
/**
 * Decides on an error before the listeners of a `ws` socket hear of it.
 *
 * @returns the error that they are told; `undefined`: none
 */
export type ErrorJudge = (error: unknown, isHeard: boolean) => unknown;

/** A socket keeps its observers under this key. */
const observersKey = Symbol('hangup.observers');

/**
 * Hears the events of a `ws` socket through the socket's own `emit()`. An SDK or an app may remove all listeners of a socket,
 * and one of them may throw: what is heard here is heard all the same.
 */
class Observers {
  /** They are few. A list has less to look at than maps, which counts when thousands of sockets end together. */
  #observers: readonly Observer[] = [];
  onThrow: ((frame: unknown, error: unknown) => boolean) | undefined;
  judge: ErrorJudge | undefined;

  constructor(socket: WsSocket) {
    const { emit } = socket;
    const observed = (type: string, ...args: unknown[]): boolean => {
      // V8 makes a list of the arguments only when it is used as such: not on the hot path.
      if (type !== 'message') return observe(type, ...args);
      try {
        return emit.call(socket, type, args[0], args[1]);
      } catch (error) {
        if (this.onThrow?.(args[0], error)) return true;
        throw error;
      }
    };
    const observe = (type: string, ...args: unknown[]): boolean => {
      this.#tell('first', type, args);
      try {
        if (type === 'error') return this.#tellError(args[0], (error) => emit.call(socket, type, error), socket);
        return emit.call(socket, type, ...args);
      } finally {
        this.#tell('last', type, args);
      }
    };
    setMember(socket, 'emit', { value: observed, writable: true });
  }

  static of(socket: WsSocket): Observers {
    const known = kept<Observers>(socket, observersKey);
    if (known !== undefined) return known;
    const observers = new Observers(socket);
    keep(socket, observersKey, observers);
    return observers;
  }

  add(order: Order, type: string, listener: Listener): void {
    // A spread would leave room for many more.
    this.#observers = this.#observers.concat({ order, type, listener });
  }

  #tellError(error: unknown, pass: (error: unknown) => boolean, socket: WsSocket): boolean {
    const isHeard = socket.listeners('error').length > 0;
    const told = this.judge === undefined ? error : this.judge(error, isHeard);
    // Without a listener for it, an error would be thrown.
    const isSunk = told === undefined || (!isHeard && this.#observers.some(isLastOfErrors));
    return isSunk || pass(told);
  }

  #tell(order: Order, type: string, args: unknown[]): void {
    for (const one of this.#observers) if (one.order === order && one.type === type) one.listener(...args);
  }
}

const isLastOfErrors = ({ order, type }: Observer): boolean => order === 'last' && type === 'error';

/** Tells when the handshake of a socket is over. */
export function onOpen(socket: SocketLike, listener: () => void): void {
  if (isWsSocket(socket)) Observers.of(socket).add('last', 'open', listener);
  else socket.addEventListener('open', listener);
}

/**
 * Tells the errors of a socket.
 *
 * @param order before or after the SDK's own listeners. When it is told after them, an error of a `ws` socket that nobody else
 *   hears is not thrown.
 */
export function onError(socket: SocketLike, listener: (error: unknown) => void, order: Order = 'last'): void {
  if (isWsSocket(socket)) Observers.of(socket).add(order, 'error', listener);
  else socket.addEventListener('error', (event: { error?: unknown }) => listener(event.error ?? event));
}

/** Tells when a socket has closed, before or after the SDK's own listeners. */
export function onClose(socket: SocketLike, order: Order, listener: (end: SocketEnd) => void): void {
  if (isWsSocket(socket)) {
    Observers.of(socket).add(order, 'close', (code, reason) => listener({ code, reason } as SocketEnd));
  } else socket.addEventListener('close', listener);
}

/** Tells when a pong has come. */
export function onPong(socket: WsSocket, listener: () => void): void {
  Observers.of(socket).add('last', 'pong', listener);
}

/**
 * Puts a catch around the message listeners of a `ws` socket. `onThrow` gets the frame and the error, and returns whether the
 * frame was to blame. If not, the error is that of a user's listener and goes on as before.
 */
export function guardMessages(socket: SocketLike, onThrow: (frame: unknown, error: unknown) => boolean): void {
  if (isWsSocket(socket)) Observers.of(socket).onThrow = onThrow;
}

/** Puts a judge of its errors before the listeners of a `ws` socket. */
export function judgeErrors(socket: SocketLike, judge: ErrorJudge): void {
  if (isWsSocket(socket)) Observers.of(socket).judge = judge;
}
