import type { Budget, Deadline } from '../../core/deadline.ts';
import type { ConnectionStatus, DisconnectReport } from '../../core/disconnectable.ts';
import type { Step } from '../../core/endable.ts';
import { HangupError } from '../../core/errors.ts';
import { Ladder } from '../../core/ladder.ts';
import { caps } from '../../core/limits.ts';
import { keep, kept } from '../foreign/keep.ts';
import { lateCall } from '../late-call.ts';
import type { ResolvedOptions } from '../seams/overlay-options.ts';
import { forceClose, hasLeftTcp } from '../sockets/destroy.ts';
import { CLOSED, OPEN, type SocketEnd, type SocketLike } from '../sockets/socket.ts';
import { onClose } from '../sockets/watch.ts';
import { guardMessages, onClosing, onTcpClose } from '../sockets/ws.ts';
import type { Faults } from './faults.ts';
import type { Streams } from './streams.ts';
import { WatchedSocket } from './watched-socket.ts';

/** Marks a socket that a connection of any copy of hangup watches. */
const watchedKey = Symbol.for('hangup.watched@1');

export const isWatched = (socket: object): boolean => kept(socket, watchedKey) === true;

/** Tells when a connection gets its first socket, when it has lost its last one, and when it opens again. */
export interface SocketEvents {
  onBusy(): void;
  onIdle(): void;
  /** It is about to be opened again after its end. @throws {DisconnectedError} when its client has ended */
  onReopen(): void;
}

/**
 * One connection object of an SDK, and how the ladder reaches it. This class deals with the sockets of any SDK; a family
 * says how its SDK closes them, and which streams are read from them.
 */
export abstract class Connection {
  abstract readonly faults: Faults;
  abstract readonly streams: Streams;
  #ladder = this.#newLadder();
  readonly #events: SocketEvents;
  /** The sockets that have not closed: one, or during a reconnect two. */
  readonly #sockets = new Map<SocketLike, WatchedSocket>();
  /** The socket whose streams were cut last: a socket that another one has replaced cuts nothing. */
  #cut: SocketLike | undefined;
  /** Names of the streams that the provider had not finished when the connection was forced. */
  #abandoned: readonly string[] = [];
  /** A socket has closed whose TCP connection was not found. */
  #hasLeftTcp = false;
  /** The error by which the socket was lost while the connection was ending politely. */
  #failure: unknown;
  /** Called, once, when the last socket is lost. */
  #idleListeners: (() => void)[] = [];

  constructor(events: SocketEvents) {
    this.#events = events;
  }

  // -- the family's part --

  /** Names it in reports: `socket tts`. */
  abstract readonly name: string;
  /** The socket in use now. */
  protected abstract get socket(): SocketLike | undefined;
  /** Takes over a live instance. @throws {TypeError} when its socket cannot send the heartbeats that the options ask for */
  abstract adopt(options: ResolvedOptions): void;
  /** Sends a close frame as the SDK does. */
  protected abstract sendClose(): void;

  /**
   * Called when a message listener of the SDK's has thrown. A family without this method has listeners that do not.
   *
   * @returns false when the frame is well: then the error is that of a user's listener
   */
  protected onUnreadable?(frame: unknown, error: unknown): boolean;

  /** The polite steps before the close frame. */
  protected politeSteps(): Step[] {
    return [];
  }

  /** The door is closed: every loop ends quietly. */
  protected dropStreams(): void {
    this.streams.drop();
  }

  /** The connection is lost: every stream that is open ends with a cause. */
  protected cutStreams(end: SocketEnd): void {
    this.streams.cut(this.faults.loss(end));
  }

  /** All is over: a loop that still waits is released. */
  protected releaseStreams(): void {}

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

  /** One, during a reconnect two, none when it is idle. */
  get connections(): readonly ConnectionStatus[] {
    return [...this.#sockets].map(([socket, watched]) => {
      const streams = socket === this.socket ? this.streams.open.map(({ name }) => name) : [];
      return watched.status(this.name, streams);
    });
  }

  /** No socket of it could keep the process alive. */
  get idle(): boolean {
    return this.#sockets.size === 0;
  }

  /** @throws {DisconnectedError} once the door is closed */
  admit(call: string): void {
    if (this.ended) throw lateCall(this.name, call);
  }

  /**
   * Opens the door again, for SDKs whose `connect()` may follow their `disconnect()`.
   *
   * @throws {DisconnectedError} when the client has ended meanwhile
   */
  protected reopen(): void {
    this.#events.onReopen();
    this.#ladder = this.#newLadder();
    this.#abandoned = [];
    this.#hasLeftTcp = false;
    this.#failure = undefined;
  }

  // -- sockets --

  /**
   * Takes over a socket that the SDK has just opened.
   *
   * @param order when streams are cut: before or after the SDK's own listeners learn that the socket has closed
   * @throws {TypeError} when it cannot send heartbeats
   */
  protected attachSocket(socket: SocketLike, options: ResolvedOptions, order: 'first' | 'last' = 'last'): void {
    const watched = new WatchedSocket(socket, {
      faults: this.faults,
      isEnding: () => this.ended,
      cut: (end) => this.cut(socket, end),
      onLost: () => this.#lose(socket),
      onOpen: () => this.onOpen(),
    });
    if (options.heartbeat !== undefined) watched.beat(options.heartbeat);
    this.#sockets.set(socket, watched);
    keep(socket, watchedKey, true);
    this.faults.lastError = undefined;
    watched.watchErrors();
    onClose(socket, order, (end) => {
      if (end.code === 1006 && this.#ladder.state === 'closing') this.#failure ??= watched.error;
      this.cut(socket, end);
      if (hasLeftTcp(socket)) this.#hasLeftTcp = true;
      this.#lose(socket);
    });
    onClosing(socket, (asked) => watched.limitClosing(asked));
    if (this.onUnreadable !== undefined) {
      guardMessages(socket, (frame, error) => this.onUnreadable!(frame, error));
    }
    watched.limitHandshake(options.connectTimeout);
    this.#events.onBusy();
  }

  /** Takes over the socket of a live instance. */
  protected adoptSocket(options: ResolvedOptions): void {
    const { socket } = this;
    if (socket !== undefined && socket.readyState !== CLOSED) this.attachSocket(socket, options);
  }

  /** The handshake of the socket is over. */
  protected onOpen(): void {}

  /** The socket can keep the process alive no longer. */
  #lose(socket: SocketLike): void {
    this.#sockets.get(socket)?.stop();
    if (!this.#sockets.delete(socket) || !this.idle) return;
    this.#events.onIdle();
    const listeners = this.#idleListeners;
    this.#idleListeners = [];
    for (const listener of listeners) listener();
  }

  /** A listener of the app's threw while it was told of the end: the listeners after it are not told. */
  protected loseClosed(): void {
    for (const socket of this.#sockets.keys()) if (socket.readyState === CLOSED) this.#lose(socket);
  }

  /** Cuts the streams of a socket: the peer has begun to close it, or it has closed, or another one replaces it. */
  protected cut(socket: SocketLike, end: SocketEnd = {}): void {
    if (socket !== this.socket || socket === this.#cut) return;
    this.#cut = socket;
    if (this.ended) this.streams.forget();
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
      closeDoor: () => this.dropStreams(),
      steps: () => [...this.politeSteps(), this.#closeStep(() => this.sendClose())],
      force: (ended) => this.#force(ended),
      settle: () => {
        this.releaseStreams();
        return [...this.#abandoned, ...this.streams.unsettled];
      },
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
      if (this.idle) return this.#failure === undefined ? undefined : Promise.reject(this.#failure);
      const idle = new Promise<void>((resolve, reject) => {
        this.#idleListeners.push(() => (this.#failure === undefined ? resolve() : reject(this.#failure)));
      });
      close();
      return idle;
    };
    return { name: 'close', cap: caps.close, ask };
  }

  #force(ended: () => void): boolean {
    if (this.idle) return this.#leaveTcp();
    this.#abandoned = this.streams.unfinished;
    let isForcing = true;
    this.#idleListeners.push(() => {
      if (this.#hasLeftTcp) return;
      // Some sockets report their end while they are being closed. Then loops that were released in this tick go first.
      if (isForcing) setTimeout(ended);
      else ended();
    });
    for (const socket of this.#sockets.keys()) {
      onTcpClose(socket, () => this.#lose(socket));
      forceClose(socket);
    }
    isForcing = false;
    return true;
  }

  /** @throws {HangupError} when a TCP connection is left that could not be looked at: then the report names the socket */
  #leaveTcp(): false {
    if (!this.#hasLeftTcp) return false;
    throw new HangupError('ERR_TCP_NOT_FOUND', 'the TCP connection was not found, and may keep the process alive');
  }
}
