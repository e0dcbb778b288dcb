import type { ConnectionStatus } from '../../core/disconnectable.ts';
import { ConnectTimeoutError, HangupError } from '../../core/errors.ts';
import { elapsed } from '../../core/journal.ts';
import { caps } from '../../core/limits.ts';
import type { Heartbeat } from '../seams/overlay-options.ts';
import { forceClose } from '../sockets/destroy.ts';
import { CLOSING, CONNECTING, OPEN, type SocketEnd, type SocketLike } from '../sockets/socket.ts';
import { type Order, onClose, onError, onOpen } from '../sockets/watch.ts';
import { onClosing, onTcpClose, onTcpError } from '../sockets/ws.ts';
import type { Faults } from './faults.ts';
import { startHeartbeat } from './heartbeat.ts';

/** The connection that a socket belongs to, as far as the socket's limits reach it. */
export interface Owner {
  readonly faults: Faults;
  /** Its streams have been dropped: nothing that arrives concerns anybody. */
  readonly isDeaf: boolean;
  /** Ends the streams that are read from the socket. */
  cut(socket: SocketLike, end: SocketEnd): void;
  /** The socket has closed. */
  onClosed(watched: WatchedSocket, end: SocketEnd): void;
  /** The socket can keep the process alive no longer. */
  onLost(watched: WatchedSocket): void;
  /** The handshake is over. */
  onOpen(): void;
}

/** One socket of a connection: the limits of its handshake, its heartbeat and its close, and its first error. */
export class WatchedSocket {
  /** The first error after its handshake. */
  error: unknown;
  readonly socket: SocketLike;
  readonly #since = performance.now();
  readonly #owner: Owner;
  #handshakeTimer: ReturnType<typeof setTimeout> | undefined;
  #closeTimer: ReturnType<typeof setTimeout> | undefined;
  #stopHeartbeat: (() => void) | undefined;
  #isOpen = false;
  #isLost = false;

  constructor(socket: SocketLike, owner: Owner) {
    this.socket = socket;
    this.#owner = owner;
  }

  /** @param streams the names of those that are read from it */
  status(name: string, streams: string[]): ConnectionStatus {
    const { readyState } = this.socket;
    const state = readyState === CONNECTING ? 'connecting' : readyState === OPEN ? 'open' : 'closing';
    return { name, state, ageMs: elapsed(this.#since), streams };
  }

  /** @throws {TypeError} when the socket cannot send heartbeats */
  beat(heartbeat: Heartbeat): void {
    const { socket } = this;
    const onDead = () => {
      this.#owner.faults.lastError = new HangupError('ERR_HEARTBEAT', `no pong within ${heartbeat.timeout} ms`);
      // After a listener of the app's has thrown, no pong is read any more, and `ws` does not report its close.
      onTcpClose(socket, () => {
        this.#owner.cut(socket, { code: 1006 });
        this.#owner.onLost(this);
      });
    };
    this.#stopHeartbeat = startHeartbeat(socket, heartbeat, onDead);
  }

  /**
   * Listens to the socket.
   *
   * @param order when its owner is told of its end: before or after the SDK's own listeners
   * @param errorOrder `last`: an error that nobody else hears is not thrown
   */
  listen(order: Order, errorOrder: Order): void {
    const { socket } = this;
    if (socket.readyState === CONNECTING) onOpen(socket, () => this.#begin());
    else this.#begin();
    onError(socket, (error) => this.#onError(error), errorOrder);
    onClose(socket, order, (code, reason) => this.#owner.onClosed(this, { code, reason }));
    onClosing(socket, (asked) => this.#limitClosing(asked));
  }

  #begin(): void {
    this.#isOpen = true;
    onTcpError(this.socket, (error) => this.#note(error));
  }

  #note(error: unknown): void {
    this.error ??= error;
  }

  #onError(error: unknown): void {
    if (!this.#isOpen) return;
    this.#note(error);
    const { socket } = this;
    // It has begun to close by itself, because of the error: it reads nothing more, and may wait for the peer.
    if (socket.readyState === CLOSING && !this.#owner.isDeaf) this.#owner.cut(socket, { code: 1006 });
  }

  /** @param ms the longest handshake */
  limitHandshake(ms: number): void {
    if (this.socket.readyState !== CONNECTING) return;
    const { faults } = this.#owner;
    faults.isConnecting = true;
    this.#handshakeTimer = setTimeout(() => {
      faults.lastError = new ConnectTimeoutError(ms);
      forceClose(this.socket);
    }, ms);
    onOpen(this.socket, () => {
      clearTimeout(this.#handshakeTimer);
      this.#handshakeTimer = undefined;
      faults.isConnecting = false;
      this.#owner.onOpen();
    });
  }

  /** Bounds a close that hangup did not begin. @param asked the peer's close frame, when the peer began it */
  #limitClosing(asked: SocketEnd | undefined): void {
    // The ladder has limits of its own, and a socket that was lost needs none.
    if (this.#owner.isDeaf || this.#isLost) return;
    if (asked !== undefined) this.#owner.cut(this.socket, asked);
    this.#closeTimer ??= setTimeout(() => forceClose(this.socket), caps.close);
  }

  /** It is lost: its timers stop. */
  stop(): void {
    this.#isLost = true;
    clearTimeout(this.#handshakeTimer);
    clearTimeout(this.#closeTimer);
    this.#stopHeartbeat?.();
  }
}
