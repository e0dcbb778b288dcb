import { keep, kept } from '../foreign/keep.ts';
import { setMember } from '../foreign/members.ts';
import type { SocketEnd, SocketLike } from './socket.ts';
import { isWsSocket, type WsSocket } from './ws.ts';

type Listener = (...args: unknown[]) => void;
export type Order = 'first' | 'last';
type Told = 'error' | 'close' | 'pong';
/** The functions that are told of the events of a type, before or after the listeners. */
type Chains = Record<Told, Listener | undefined>;
/** Is told once: when the socket has opened, or when it closes before. */
type HandshakeListener = (hasOpened: boolean) => void;
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
  // A chain is one function, however many are told: there is little to look at, which counts when thousands of sockets end together.
  #first: Chains | undefined;
  #last: Chains | undefined;
  #handshake: HandshakeListener | undefined;
  onThrow: ((frame: unknown, error: unknown) => boolean) | undefined;
  judge: ErrorJudge | undefined;
  readonly #socket: WsSocket;
  readonly #emit: WsSocket['emit'];

  constructor(socket: WsSocket) {
    const { emit } = socket;
    this.#socket = socket;
    this.#emit = emit;
    const observed = (type: string, ...args: unknown[]): boolean => {
      // V8 makes a list of the arguments only when it is used as such: not on the hot path.
      if (type !== 'message') return this.#observe(type, args);
      try {
        return emit.call(socket, type, args[0], args[1]);
      } catch (error) {
        if (this.onThrow?.(args[0], error)) return true;
        throw error;
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

  add(order: Order, type: Told, listener: Listener): void {
    if (order === 'first') this.#first = added(this.#first, type, listener);
    else this.#last = added(this.#last, type, listener);
  }

  addHandshake(listener: HandshakeListener): void {
    this.#handshake = chain(this.#handshake, listener);
  }

  #endHandshake(hasOpened: boolean): void {
    const tell = this.#handshake;
    this.#handshake = undefined;
    tell?.(hasOpened);
  }

  #observe(type: string, args: unknown[]): boolean {
    if (type === 'close') this.#endHandshake(false);
    if (isTold(type)) this.#first?.[type]?.(...args);
    try {
      return type === 'error' ? this.#tellError(args[0]) : this.#emit.call(this.#socket, type, ...args);
    } finally {
      if (type === 'open') this.#endHandshake(true);
      if (isTold(type)) this.#last?.[type]?.(...args);
    }
  }

  #tellError(error: unknown): boolean {
    const isHeard = this.#socket.listeners('error').length > 0;
    const told = this.judge === undefined ? error : this.judge(error, isHeard);
    // Without a listener for it, an error would be thrown.
    const isSunk = told === undefined || (!isHeard && this.#last?.error !== undefined);
    return isSunk || this.#emit.call(this.#socket, 'error', told);
  }
}

const isTold = (type: string): type is Told => type === 'close' || type === 'error' || type === 'pong';

/** All chains have the same shape: V8 would make another one for each socket, which takes more room than the chains. */
function added(known: Chains | undefined, type: Told, listener: Listener): Chains {
  const chains = known ?? { error: undefined, close: undefined, pong: undefined };
  chains[type] = chain(chains[type], listener);
  return chains;
}

function chain<A extends unknown[]>(before: ((...args: A) => void) | undefined, last: (...args: A) => void) {
  if (before === undefined) return last;
  return (...args: A) => {
    before(...args);
    last(...args);
  };
}

/** Tells when a socket has opened. Node warns of an eleventh listener for the close of its own socket: this adds none. */
export function onOpen(socket: SocketLike, listener: () => void): void {
  if (isWsSocket(socket)) Observers.of(socket).addHandshake((hasOpened) => hasOpened && listener());
  else socket.addEventListener('open', listener);
}

/** Tells when the handshake of a socket is over: when it has opened, or when it closes before. */
export function onHandshake(socket: SocketLike, listener: HandshakeListener): void {
  if (isWsSocket(socket)) {
    Observers.of(socket).addHandshake(listener);
    return;
  }
  let isOver = false;
  const tell = (hasOpened: boolean) => {
    if (isOver) return;
    isOver = true;
    listener(hasOpened);
  };
  socket.addEventListener('open', () => tell(true));
  socket.addEventListener('close', () => tell(false));
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
export function onClose(
  socket: SocketLike,
  order: Order,
  listener: (code: SocketEnd['code'], reason: SocketEnd['reason']) => void,
): void {
  if (isWsSocket(socket)) Observers.of(socket).add(order, 'close', listener as Listener);
  else socket.addEventListener('close', ({ code, reason }: SocketEnd) => listener(code, reason));
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
