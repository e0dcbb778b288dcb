import type { Budget, Deadline } from '../../core/deadline.ts';
import type { ConnectionStatus, DisconnectReport } from '../../core/disconnectable.ts';
import type { Endable, Step } from '../../core/endable.ts';
import { HangupError } from '../../core/errors.ts';
import { Ladder } from '../../core/ladder.ts';
import { caps } from '../../core/limits.ts';
import { noteWatcher } from '../client/owned-sockets.ts';
import { lateCall } from '../late-call.ts';
import type { ResolvedOptions } from '../seams/overlay-options.ts';
import { forceClose, hasLeftTcp } from '../sockets/destroy.ts';
import { CLOSED, OPEN, type SocketEnd, type SocketLike } from '../sockets/socket.ts';
import { guardMessages, type Order } from '../sockets/watch.ts';
import { onTcpClose } from '../sockets/ws.ts';
import { Drain, noDrain } from './drain.ts';
import type { Faults } from './faults.ts';
import { none, type Streams } from './streams.ts';
import { type Owner, WatchedSocket } from './watched-socket.ts';

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
export abstract class Connection implements Endable, Owner {
  abstract readonly faults: Faults;
  abstract readonly streams: Streams;
  /** Made when the end begins: an open connection keeps none. */
  #ladder: Ladder | undefined;
  #drain = noDrain;
  readonly #events: SocketEvents;
  /** The sockets that have not closed: one, or during a reconnect two. */
  #sockets: readonly WatchedSocket[] = none;
  /** The socket whose streams were cut last: a socket that another one has replaced cuts nothing. */
  #cut: SocketLike | undefined;
  /** Names of the streams that the provider had not finished when the connection was forced. */
  #abandoned: readonly string[] = none;
  /** A socket has closed whose TCP connection was not found. */
  #hasLeftTcp = false;
  /** The error by which the socket was lost while the connection was ending politely. */
  #failure: unknown;
  /** Called, once, when the last socket is lost. */
  #idleListeners: (() => void)[] | undefined;

  constructor(events: SocketEvents) {
    this.#events = events;
  }

  // -- the family's part --

  /** An error of the socket that nobody hears is thrown, as without hangup. */
  protected readonly throwsUnheard: boolean = false;
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

  /** The door is closed: nothing dials any more. */
  protected stopDialling(): void {}

  /**
   * Asks the provider to finish what was sent, and to say so.
   *
   * @returns a promise of the time when readers have all of it; `undefined` when nothing is open
   */
  protected finishStreams(): Promise<unknown> | undefined {
    return this.streams.whenNoneOpen();
  }

  /** Tells whether a loss takes away something that {@link finishStreams} waits for. */
  protected isLoss(_end: SocketEnd): boolean {
    return this.streams.isOwed;
  }

  /** The provider says that it does not finish what {@link finishStreams} waits for. @param what it did */
  protected refuse(what: string, cause?: unknown): void {
    if (this.ended && this.streams.isOwed) this.#drain.lose(this.faults.lossError({ what, cause }));
  }

  /** Every loop ends quietly. */
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
    return this.#ladder !== undefined;
  }

  get closed(): boolean {
    return this.#ladder?.state === 'closed';
  }

  /** It ends, and its streams have ended: the peer can do nothing more that matters to them. */
  get isDeaf(): boolean {
    return this.ended && !this.#drain.isUnderWay;
  }

  get connected(): boolean {
    return !this.ended && this.socket?.readyState === OPEN;
  }

  /** One, during a reconnect two, none when it is idle. */
  get connections(): readonly ConnectionStatus[] {
    return this.#sockets.map((watched) => {
      return watched.status(this.name, watched.socket === this.socket ? [...this.streams.names] : []);
    });
  }

  /** No socket of it could keep the process alive. */
  get idle(): boolean {
    return this.#sockets.length === 0;
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
    this.#ladder = undefined;
    this.#drain = noDrain;
    this.#abandoned = none;
    this.#hasLeftTcp = false;
    this.#failure = undefined;
  }

  // -- sockets --

  /**
   * Takes over a socket that the SDK has just opened. A second call for the same socket does nothing.
   *
   * @param order when streams are cut: before or after the SDK's own listeners learn that the socket has closed
   * @throws {TypeError} when it cannot send heartbeats
   */
  protected attachSocket(socket: SocketLike, options: ResolvedOptions, order: Order = 'last'): void {
    if (this.#sockets.some((watched) => watched.socket === socket)) return;
    const watched = new WatchedSocket(socket, this);
    if (options.heartbeat !== undefined) watched.beat(options.heartbeat);
    this.#sockets = this.#sockets.concat(watched);
    noteWatcher(socket, this);
    this.faults.lastError = undefined;
    watched.listen(order, this.throwsUnheard ? 'first' : 'last');
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
  onOpen(): void {}

  onClosed(watched: WatchedSocket, end: SocketEnd): void {
    const { socket } = watched;
    if (end.code === 1006 && this.#ladder?.state === 'closing') this.#failure ??= watched.error;
    try {
      this.cut(socket, end);
    } finally {
      if (hasLeftTcp(socket)) this.#hasLeftTcp = true;
      this.onLost(watched);
    }
  }

  /** The socket can keep the process alive no longer. */
  onLost(watched: WatchedSocket): void {
    if (!this.#sockets.includes(watched)) return;
    watched.stop();
    this.#sockets = this.#sockets.filter((one) => one !== watched);
    if (!this.idle) return;
    this.#events.onIdle();
    this.#drain.lose();
    const listeners = this.#idleListeners;
    this.#idleListeners = undefined;
    if (listeners !== undefined) for (const listener of listeners) listener();
  }

  #onIdle(listener: () => void): void {
    if (this.#idleListeners === undefined) this.#idleListeners = [listener];
    else this.#idleListeners.push(listener);
  }

  /** Cuts the streams of a socket: the peer has begun to close it, or it has closed, or another one replaces it. */
  cut(socket: SocketLike, end: SocketEnd = {}): void {
    if (socket !== this.socket || socket === this.#cut) return;
    this.#cut = socket;
    if (this.isDeaf) this.streams.forget();
    else {
      // The step "drain" fails before it sees that no stream is open any more.
      if (this.ended && this.isLoss(end)) this.#drain.lose(this.faults.lossError(end));
      this.cutStreams(end);
    }
    this.streams.noteEnd();
  }

  // -- the ladder --

  closeDoor(): void {
    this.stopDialling();
    if (this.isDeaf) this.dropStreams();
  }

  steps(): readonly Step[] {
    const steps = this.politeSteps().concat(this.#closeStep(() => this.sendClose()));
    if (!this.#drain.isUnderWay) return steps;
    return this.#drain.before(steps, () => (this.idle ? undefined : this.finishStreams()));
  }

  settle(): readonly string[] {
    this.releaseStreams();
    const { unsettled } = this.streams;
    return unsettled.length === 0 ? this.#abandoned : [...this.#abandoned, ...unsettled];
  }

  clean(error: unknown): Error | undefined {
    return this.faults.clean(error);
  }

  /** @param drain how long streams may finish, in ms. When the end has begun already, it can only shorten that. */
  end(limit: Budget | Deadline, drain = 0): Ladder {
    if (drain > 0 && !this.ended) {
      this.#drain = new Drain(drain, (isForced) => {
        if (!isForced) this.streams.letGoOfFinished();
        this.dropStreams();
      });
    }
    const ladder = this.#ladderToEnd().end(limit);
    this.shortenDrain(drain);
    return ladder;
  }

  #ladderToEnd(): Ladder {
    this.#ladder ??= new Ladder(this);
    return this.#ladder;
  }

  /** Streams may finish for so many ms from now, and no longer. */
  shortenDrain(ms: number): void {
    this.#drain.shorten(ms);
  }

  /**
   * The SDK's own `close()`: its close frame in this tick, and bounded.
   *
   * @param limit in ms; longer where the SDK itself waits longer, for what the provider has left to say
   */
  close(sdkClose: () => unknown, limit = caps.close): Promise<DisconnectReport> {
    this.shortenDrain(0);
    return this.#ladderToEnd().end({ timeout: limit }, () => [this.#closeStep(sdkClose, limit)]).ended;
  }

  #closeStep(close: () => unknown, cap = caps.close): Step {
    const ask = () => {
      if (this.idle) return this.#failure === undefined ? undefined : Promise.reject(this.#failure);
      const idle = new Promise<void>((resolve, reject) => {
        this.#onIdle(() => (this.#failure === undefined ? resolve() : reject(this.#failure)));
      });
      close();
      return idle;
    };
    return { name: 'close', cap, ask };
  }

  force(ended: () => void): boolean {
    this.#drain.end(true);
    if (this.idle) return this.#leaveTcp();
    this.#abandoned = this.streams.unfinished;
    let isForcing = true;
    this.#onIdle(() => {
      if (this.#hasLeftTcp) return;
      // Some sockets report their end while they are being closed. Then loops that were released in this tick go first.
      if (isForcing) setTimeout(ended);
      else ended();
    });
    for (const watched of this.#sockets) {
      onTcpClose(watched.socket, () => this.onLost(watched));
      forceClose(watched.socket);
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
