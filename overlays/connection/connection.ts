import type { Budget, Deadline } from '../../core/deadline.ts';
import type { DisconnectReport } from '../../core/disconnectable.ts';
import { ConnectTimeoutError, DisconnectedError, HangupError } from '../../core/errors.ts';
import { Ladder, type Step } from '../../core/ladder.ts';
import { caps } from '../../core/limits.ts';
import type { ResolvedOptions } from '../seams/overlay-options.ts';
import {
  CLOSED,
  CONNECTING,
  forceClose,
  OPEN,
  onTcpClose,
  type SocketEnd,
  type SocketLike,
} from '../sockets/socket.ts';
import { guardMessages, type Heartbeat, onClose, onPeerClosing, startHeartbeat } from '../sockets/watch.ts';
import type { Faults } from './faults.ts';

/** Who wants to know whether a connection has a socket. */
export interface Occupancy {
  onBusy(): void;
  onIdle(): void;
}

/**
 * What hangup knows about one connection object of an SDK, and how the ladder reaches it. The sockets are dealt with here,
 * whatever the SDK; who reads from them is a family's own matter.
 */
export abstract class Connection {
  abstract readonly faults: Faults;
  #ladder = this.#newLadder();
  readonly #occupancy: Occupancy;
  /** The sockets that have not closed, one, or during a reconnect two, and what stops the timers of each. */
  readonly #sockets = new Map<SocketLike, (() => void)[]>();
  /** The socket whose streams were ended last: one that another has replaced is not asked about again. */
  #dropped: SocketLike | undefined;
  #abandoned: string[] = [];
  /** Called, once, when the last socket is lost. */
  #idleListeners: (() => void)[] = [];

  constructor(occupancy: Occupancy) {
    this.#occupancy = occupancy;
  }

  // -- what a family tells --

  /** Names it in reports: `socket tts`. */
  protected abstract readonly name: string;
  /** The socket in use now. */
  protected abstract get socket(): SocketLike | undefined;
  /** Takes over a live instance. @throws {TypeError} when its socket cannot do what the options ask for */
  abstract adopt(options: ResolvedOptions): void;
  /** The door is closed: whoever reads is released, quietly. */
  protected abstract endStreams(): void;
  /** The connection is lost: whoever reads and is not done is told so. */
  protected abstract cutStreams(end: SocketEnd): void;
  /** The connection is lost, and whoever read from it has been released. */
  protected abstract forgetStreams(): void;
  /** What the provider had not finished, by name. */
  protected abstract unfinished(): string[];
  /** Loops that are still there when all is over, by name. */
  protected abstract unsettled(): string[];
  /** The polite steps before the close frame. */
  protected abstract politeSteps(): Step[];
  /** The SDK's own way to send a close frame. */
  protected abstract sendClose(): void;
  /** A message listener of the SDK's threw. Returns false when the frame is well: then it was the user's own. */
  protected abstract onUnreadable(frame: unknown, error: unknown): boolean;

  // -- state --

  get ended(): boolean {
    return this.#ladder.state !== 'open';
  }

  get closed(): boolean {
    return this.#ladder.state === 'closed';
  }

  get connected(): boolean {
    return !this.ended && this.socket?.readyState === OPEN;
  }

  /** It has no socket that could keep the process alive. */
  get idle(): boolean {
    return this.#sockets.size === 0;
  }

  /** @throws {DisconnectedError} once the door is closed */
  admit(call: string): void {
    if (this.ended) throw new DisconnectedError(call);
  }

  /** Opens the door again, for SDKs whose `connect()` may follow their `disconnect()`. */
  protected reopen(): void {
    this.#ladder = this.#newLadder();
    this.#abandoned = [];
  }

  // -- sockets --

  /**
   * Takes over a socket that the SDK has just opened.
   *
   * @param order when streams are cut: before or after the SDK's own listeners learn that the socket has closed
   * @throws {TypeError} when it cannot send heartbeats
   */
  protected attachSocket(socket: SocketLike, options: ResolvedOptions, order: 'first' | 'last' = 'last'): void {
    const { connectTimeout, heartbeat } = options;
    const stops: (() => void)[] = [];
    if (heartbeat !== undefined) stops.push(this.#beat(socket, heartbeat));
    this.#sockets.set(socket, stops);
    this.faults.lastError = undefined;
    onClose(socket, order, (end) => {
      this.drop(socket, end);
      this.#lose(socket);
    });
    onPeerClosing(socket, (code, reason) => {
      // The ladder has limits of its own.
      if (this.ended) return;
      this.drop(socket, { code, reason });
      const timer = setTimeout(() => forceClose(socket), caps.close);
      stops.push(() => clearTimeout(timer));
    });
    this.guard(socket);
    if (socket.readyState === CONNECTING) stops.push(this.#limitHandshake(socket, connectTimeout));
    this.#occupancy.onBusy();
  }

  /** Takes over the socket of a live instance. */
  protected adoptSocket(options: ResolvedOptions): void {
    const { socket } = this;
    if (socket !== undefined && socket.readyState !== CLOSED) this.attachSocket(socket, options);
  }

  /** Keeps a message listener of the SDK's from ending the process when it throws. */
  protected guard(socket: SocketLike): void {
    guardMessages(socket, (frame, error) => this.onUnreadable(frame, error));
  }

  /** The handshake of the socket is over. */
  protected onOpen(): void {}

  /** It can keep the process alive no longer. */
  #lose(socket: SocketLike): void {
    for (const stop of this.#sockets.get(socket) ?? []) stop();
    if (!this.#sockets.delete(socket) || !this.idle) return;
    this.#occupancy.onIdle();
    const listeners = this.#idleListeners;
    this.#idleListeners = [];
    for (const listener of listeners) listener();
  }

  /** A listener of the app's threw while it was told of the end: who comes after it does not learn of it. */
  protected loseClosed(): void {
    for (const socket of this.#sockets.keys()) if (socket.readyState === CLOSED) this.#lose(socket);
  }

  #beat(socket: SocketLike, heartbeat: Heartbeat): () => void {
    return startHeartbeat(socket, heartbeat, () => {
      this.faults.lastError = new HangupError('ERR_HEARTBEAT', `no pong within ${heartbeat.timeout} ms`);
      // Also when it is a listener of the app's that has thrown, so that no pong is read any more.
      onTcpClose(socket, () => {
        this.drop(socket, { code: 1006 });
        this.#lose(socket);
      });
    });
  }

  #limitHandshake(socket: SocketLike, limit: number): () => void {
    this.faults.isConnecting = true;
    const timer = setTimeout(() => {
      this.faults.lastError = new ConnectTimeoutError(limit);
      forceClose(socket);
    }, limit);
    socket.addEventListener('open', () => {
      clearTimeout(timer);
      this.faults.isConnecting = false;
      this.onOpen();
    });
    return () => clearTimeout(timer);
  }

  /** The socket is lost to its streams: the peer has begun to close it, or it has closed, or another one replaces it. */
  protected drop(socket: SocketLike, end: SocketEnd = {}): void {
    if (socket !== this.socket || socket === this.#dropped) return;
    this.#dropped = socket;
    if (this.ended) this.forgetStreams();
    else this.cutStreams(end);
  }

  // -- the ladder --

  #newLadder(): Ladder {
    // The name is read late: a subclass has it only after this constructor.
    const name = () => this.name;
    return new Ladder({
      get name() {
        return name();
      },
      closeDoor: () => this.endStreams(),
      steps: () => [...this.politeSteps(), this.#closeStep(() => this.sendClose())],
      force: (ended) => this.#force(ended),
      settle: () => [...this.#abandoned, ...this.unsettled()],
      clean: (error) => this.faults.clean(error),
    });
  }

  end(limit: Budget | Deadline): Ladder {
    return this.#ladder.end(limit);
  }

  /** The SDK's own `close()`: its close frame in this tick, and bounded. */
  close(sdkClose: () => void): Promise<DisconnectReport> {
    return this.#ladder.end({ timeout: caps.close }, () => [this.#closeStep(sdkClose)]).ended;
  }

  #closeStep(close: () => void): Step {
    const ask = () => {
      if (this.idle) return undefined;
      const idle = new Promise<void>((resolve) => this.#idleListeners.push(resolve));
      close();
      return idle;
    };
    return { name: 'close', cap: caps.close, ask };
  }

  #force(ended: () => void): boolean {
    if (this.idle) return false;
    this.#abandoned = this.unfinished();
    let isForcing = true;
    // Before: some sockets report their end while they are being closed. Loops that were released in this tick go first then.
    this.#idleListeners.push(() => (isForcing ? void setTimeout(ended) : ended()));
    for (const socket of this.#sockets.keys()) {
      onTcpClose(socket, () => this.#lose(socket));
      forceClose(socket);
    }
    isForcing = false;
    return true;
  }
}
