import type { Budget, Deadline } from '../../../../core/deadline.ts';
import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import type { Step } from '../../../../core/endable.ts';
import { DisconnectedError, HangupError } from '../../../../core/errors.ts';
import type { Ladder } from '../../../../core/ladder.ts';
import { caps, maxDelay } from '../../../../core/limits.ts';
import { Attempts, type UnderWay } from '../../../connection/attempt.ts';
import { Connection, type SocketEvents } from '../../../connection/connection.ts';
import { Faults } from '../../../connection/faults.ts';
import { StreamSet } from '../../../connection/streams.ts';
import { ToldStream } from '../../../connection/told-stream.ts';
import { keepAssigned } from '../../../foreign/assigned.ts';
import { handled } from '../../../seams/handled.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { forceClose } from '../../../sockets/destroy.ts';
import { CLOSED, OPEN, type SocketEnd } from '../../../sockets/socket.ts';
import { onError } from '../../../sockets/watch.ts';
import { Retries } from './retries.ts';
import type { Listener, Protocol, Transcriber, TranscriberSocket } from './shapes.ts';

/** The SDK's own limit of `close()`, from 4.36.7 on. Before, it waits for ever. */
const terminationTimeout = 5000;
const unreadable = 'the provider sent a message that the SDK cannot read';

type CloseArguments = [waitForSessionTermination?: boolean, terminationTimeout?: number];

/** The class of a transcriber, and the options for it. */
interface Setup {
  /** The class's own members. */
  sdk: Transcriber;
  protocol: Protocol;
  /** The options of `overlay()` that are in force now. */
  settings(): ResolvedOptions;
}

/** One transcriber: one session after the other, each on a socket of its own. */
export class TranscriberConnection extends Connection {
  readonly faults: Faults;
  /** The session, until the provider says that it is terminated. */
  readonly streams = new StreamSet<ToldStream>();
  readonly retries = new Retries();
  readonly #ws: Transcriber;
  readonly #setup: Setup;
  readonly #attempts = new Attempts<unknown>();
  /** The failure of the handshake under way. */
  #failure: Error | undefined;
  /** Settles when the provider says that the session is terminated, once it was asked. */
  #terminated: Promise<void> | undefined;
  /** The app has called the SDK's own `close()`: its listeners hear the rest. */
  #isOwnClose = false;
  /** The SDK's `close()` runs: it sends the last audio by itself. */
  #isSdkClosing = false;
  /** Ends the wait of the SDK's `close()`. */
  #wait: ReturnType<typeof setTimeout> | undefined;
  /** The error that a listener of the app's has thrown. */
  #thrown: unknown;

  constructor(ws: Transcriber, events: SocketEvents, setup: Setup) {
    super(events);
    this.#ws = ws;
    this.#setup = setup;
    this.faults = new Faults(this, () => [ws.apiKey, ws.token, ws.params?.webhookAuthHeaderValue]);
  }

  get name(): string {
    return this.#setup.protocol.name;
  }

  protected get socket(): TranscriberSocket | undefined {
    return this.#ws.socket;
  }

  // -- connecting --

  connect(): Promise<unknown> {
    const { sdk, settings } = this.#setup;
    // The SDK refuses a second connection, and one after a drop until its `close()` was called.
    if (this.socket !== undefined && !this.ended) return sdk.connect.call(this.#ws);
    return (
      this.#attempts.current ??
      this.#attempts.start((attempt) => this.#dial(attempt), {
        limit: settings().connectTimeout,
        onFailure: () => {
          // A connection that we end is the ladder's.
          if (!this.ended) this.#giveUp();
        },
      })
    );
  }

  async #dial(attempt: UnderWay): Promise<unknown> {
    if (this.ended) {
      await this.#attempts.lastEnd;
      attempt.admit();
      this.reopen();
      this.#isOwnClose = false;
    }
    this.faults.lastError = undefined;
    this.retries.begin();
    try {
      return await this.#setup.sdk.connect.call(this.#ws);
    } catch (error) {
      throw this.ended ? new DisconnectedError('connect()') : this.faults.connectFailure(error);
    }
  }

  /** Ends an attempt, and leaves nothing of it behind. */
  #giveUp(): void {
    const { socket } = this;
    this.#leaveAttempt();
    if (socket !== undefined) forceClose(socket);
    this.#reset();
  }

  /** The SDK's own way out of an attempt, which clears its timer: the peer has closed with a code that it does not retry. */
  #leaveAttempt(): void {
    this.retries.stop();
    if (this.#attempts.current === undefined) return;
    const listeners = this.#forgetListeners();
    this.socket?.onclose?.({ code: 1000, reason: '' });
    Object.assign(this.#ws.listeners, listeners);
  }

  /** In place, because a transcriber that is frozen takes no other object. @returns those that it had */
  #forgetListeners(): Transcriber['listeners'] {
    const { listeners } = this.#ws;
    const before = { ...listeners };
    for (const event of Object.keys(listeners)) Reflect.deleteProperty(listeners, event);
    return before;
  }

  // -- sockets --

  adopt(options: ResolvedOptions): void {
    const ws = this.#ws;
    for (const [event, listener] of Object.entries(ws.listeners)) ws.listeners[event] = this.marked(listener);
    // One that was never dialled has the member of its prototype.
    if (!Object.hasOwn(ws, 'socket')) return;
    keepAssigned(ws, 'socket', ws.socket, (_ws, socket) => this.attach(socket, options));
    if (ws.socket?.readyState === CLOSED) return;
    this.attach(ws.socket, options);
    if (ws.socket?.readyState === OPEN) this.onOpen();
  }

  /** Takes over a socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach(socket: TranscriberSocket | undefined, options: ResolvedOptions): void {
    if (socket === undefined) return;
    this.#endSession();
    this.#failure = undefined;
    this.#terminated = undefined;
    onError(socket, (error) => {
      this.#failure ??= this.faults.connectFailure(error);
    });
    this.attachSocket(socket, options);
  }

  override onOpen(): void {
    this.streams.add(new ToldStream('session', (cause) => this.#tellLoss(cause)));
  }

  protected override cutStreams(end: SocketEnd): void {
    if (this.#attempts.current === undefined) super.cutStreams(end);
    // Where the SDK does not reject the promise of its `connect()`, nothing else would.
    else if (this.#setup.sdk.discardPendingSocket === undefined) {
      this.#attempts.fail(this.#failure ?? this.faults.closedEarly(end));
    }
  }

  /** The SDK tells the listener for `close`. */
  #tellLoss({ message }: Error): void {
    if (this.#ws.listeners.close === undefined) this.faults.warn(message);
  }

  // -- sending and receiving --

  /** @throws {DisconnectedError} once the door is closed */
  onSend(call: string): void {
    if (!this.#isSdkClosing) this.admit(call);
  }

  /** Makes a listener whose errors are known: another one that comes from reading a message is the fault of the message. */
  marked(listener: Listener | undefined): Listener | undefined {
    if (typeof listener !== 'function') return listener;
    return (...args) => {
      try {
        return listener(...args);
      } catch (error) {
        this.#thrown = error;
        throw error;
      }
    };
  }

  protected override onUnreadable(_frame: unknown, error: unknown): boolean {
    const isOfApp = error === this.#thrown;
    this.#thrown = undefined;
    if (isOfApp) return false;
    this.faults.unreadable(unreadable);
    const { error: listener } = this.#ws.listeners as { error?: (error: Error) => void };
    if (listener !== undefined)
      listener(new HangupError('ERR_PROVIDER', unreadable, { cause: this.faults.clean(error) }));
    else if (!this.isDeaf) this.faults.warn(unreadable);
    return true;
  }

  // -- the end --

  override end(limit: Budget | Deadline, drain?: number): Ladder {
    const ladder = super.end(limit, drain);
    this.#attempts.end(ladder.ended);
    return ladder;
  }

  /** The SDK's own `close()`: it waits for the last transcripts as long as the SDK does. */
  closeWith(...args: CloseArguments): Promise<DisconnectReport> {
    const [wait = true, timeout = terminationTimeout] = args;
    const limit = wait ? (timeout > 0 ? timeout : maxDelay) : 0;
    if (!this.ended) this.#isOwnClose = true;
    const ended = this.close(() => this.#closeSdk(args, limit), Math.min(limit + caps.close, maxDelay));
    this.#attempts.end(ended);
    return ended;
  }

  #closeSdk(args: CloseArguments, limit: number): void {
    this.#isSdkClosing = true;
    // When it is forced meanwhile, the SDK fails on the socket that is gone.
    handled(this.#setup.sdk.close.apply(this.#ws, args));
    this.#isSdkClosing = false;
    this.#wait = setTimeout(() => this.#ws.sessionTerminatedResolve?.(), limit);
  }

  protected sendClose(): void {
    this.socket?.close();
  }

  protected override politeSteps(): Step[] {
    const ask = () => (this.#terminated === undefined ? this.#terminate() : undefined);
    return [{ name: 'terminate', cap: caps.cancel, ask }];
  }

  /** The provider transcribes what it has heard when it is told that this is all. */
  protected override finishStreams(): Promise<void> | undefined {
    this.#isSdkClosing = true;
    if (this.socket?.readyState === OPEN) this.#ws.flushMix?.(true);
    this.#isSdkClosing = false;
    return this.#terminate();
  }

  override cut(socket: TranscriberSocket, end?: SocketEnd): void {
    super.cut(socket, end);
    // Older versions of the SDK go on waiting for the end of a session that is lost.
    if (this.isDeaf && socket === this.socket) this.#ws.sessionTerminatedResolve?.();
  }

  #terminate(): Promise<void> | undefined {
    const { socket } = this;
    if (socket?.readyState !== OPEN) return undefined;
    this.#terminated ??= new Promise((resolve) => {
      this.#ws.sessionTerminatedResolve = () => {
        // The SDK also calls it when the socket has closed: during a drain, the loss of the session is then still to be told.
        if (socket.readyState === OPEN) this.#endSession();
        else if (!this.isDeaf) return;
        resolve();
      };
      socket.send(this.#setup.protocol.terminate);
    });
    return this.#terminated;
  }

  #endSession(): void {
    for (const session of this.streams.open) session.end();
    this.streams.forget();
  }

  protected override stopDialling(): void {
    this.#leaveAttempt();
    // Its own `close()` sends the audio that was not mixed yet.
    if (!this.#isOwnClose) this.#stopMixing();
  }

  /** The SDK forgets the listeners at the end of its own `close()`, too. */
  protected override dropStreams(): void {
    if (this.#isOwnClose) return;
    super.dropStreams();
    this.#forgetListeners();
  }

  override force(ended: () => void): boolean {
    this.#forgetListeners();
    return super.force(ended);
  }

  protected override releaseStreams(): void {
    const { sessionTerminatedResolve: release } = this.#ws;
    clearTimeout(this.#wait);
    this.#reset();
    this.#forgetListeners();
    release?.();
  }

  /** The SDK may connect again. */
  #reset(): void {
    this.#endSession();
    this.#stopMixing();
    // One that was frozen before it was overlaid keeps its socket.
    if (this.socket !== undefined) Reflect.set(this.#ws, 'socket', undefined);
  }

  #stopMixing(): void {
    clearInterval(this.#ws.flushTimer);
    this.#ws.flushTimer = undefined;
  }
}
