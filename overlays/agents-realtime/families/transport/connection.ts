import type { Budget, Deadline } from '../../../../core/deadline.ts';
import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import type { Step } from '../../../../core/endable.ts';
import { DisconnectedError, HangupError, type StreamEndedError } from '../../../../core/errors.ts';
import type { Ladder } from '../../../../core/ladder.ts';
import { caps } from '../../../../core/limits.ts';
import { Connection, type SocketEvents } from '../../../connection/connection.ts';
import { Faults } from '../../../connection/faults.ts';
import { setMember } from '../../../foreign/members.ts';
import { Session } from '../../../realtime/session.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { refuseProxy } from '../../../seams/refusals.ts';
import { discard, forceClose } from '../../../sockets/destroy.ts';
import { CLOSED, CONNECTING, OPEN, type SocketEnd } from '../../../sockets/socket.ts';
import { onClose } from '../../../sockets/watch.ts';
import type { TransportLink } from '../link.ts';
import { type ErrorPayload, errorOfSocket, isAnswerToUs, isCreate, textOf } from './events.ts';
import { Opening } from './opening.ts';
import type { Transport, TransportSocket } from './shapes.ts';

const unreadable = 'the provider sent a message that the SDK cannot read';

interface Setup {
  /** The class's own members. */
  sdk: Transport;
  /** The options of `overlay()` that are in force now. */
  settings(): ResolvedOptions;
}

/** One transport: one connection after the other, each on a socket of its own. */
export class TransportConnection extends Connection implements TransportLink {
  readonly name = 'socket realtime';
  readonly faults: Faults;
  readonly session: Session;
  /** The API key, which is in no error. */
  key: unknown;
  /** The number of messages that the SDK could read. */
  received = 0;
  /** The error that a listener has thrown. */
  thrown: unknown;
  /** The error that the transport tells its listeners now. */
  told: ErrorPayload | undefined;
  readonly #ws: Transport;
  readonly #setup: Setup;
  readonly #opening: Opening;
  /** The newest socket. The SDK forgets it before it has closed. */
  #socket: TransportSocket | undefined;
  /** Settles when the socket that was given up last has closed. */
  #gone: Promise<void> | undefined;
  /** Sends past the watch. */
  #post: (event: object) => void = () => {};
  /** The failure of the handshake, of which `connect()` tells. */
  #failure: Error | undefined;
  /** Says how the last socket was lost, until there is another. */
  #loss: StreamEndedError | undefined;

  constructor(ws: Transport, events: SocketEvents, setup: Setup) {
    super(events);
    this.#ws = ws;
    this.#setup = setup;
    this.faults = new Faults(this, () => [this.key]);
    const connection = this;
    this.#opening = new Opening({
      get ended() {
        return connection.ended;
      },
      get isOpen() {
        return connection.#isOpen;
      },
      get hasSocket() {
        return ws.connectionState.websocket !== undefined;
      },
      get gone() {
        return connection.#gone;
      },
      get limit() {
        return setup.settings().connectTimeout;
      },
      onBegin: () => this.#begin(),
      onFailure: () => this.#giveUp(),
      failureOf: (error) => this.#failureOf(error),
    });
    this.session = new Session({
      isOpen: () => this.#isOpen,
      post: (event) => this.#post(event),
      check: (call) => this.admit(call),
      scrub: (text) => this.faults.scrub(text),
    });
  }

  get streams() {
    return this.session.responses;
  }

  get options(): ResolvedOptions {
    return this.#setup.settings();
  }

  protected get socket(): TransportSocket | undefined {
    return this.#socket;
  }

  get #isOpen(): boolean {
    return this.#socket?.readyState === OPEN;
  }

  // -- connecting --

  /** @param open the SDK's `connect()` of the transport */
  connect(open: () => Promise<unknown>): Promise<unknown> {
    return this.#opening.connect(open);
  }

  connectSession(open: () => Promise<unknown>): Promise<unknown> {
    return this.#opening.connectSession(open);
  }

  #begin(): void {
    if (this.ended) this.reopen();
    this.#failure = undefined;
    this.faults.lastError = undefined;
  }

  #failureOf(error: unknown): unknown {
    return errorOfSocket(error) === undefined ? error : (this.#failure ?? this.faults.connectFailure(error));
  }

  /** Runs right before the SDK opens a socket. @throws {DisconnectedError} when nobody waits for it any more */
  admitDial(): void {
    if (this.ended || this.#opening.isFailed) throw new DisconnectedError('connect()');
  }

  #giveUp(): void {
    const socket = this.#socket;
    if (socket !== undefined && socket.readyState !== CLOSED) {
      this.#gone = new Promise((resolve) => onClose(socket, 'last', () => resolve()));
    }
    this.#closeQuietly();
    if (socket !== undefined) forceClose(socket);
  }

  /** The SDK takes itself for disconnected then, and may connect again. */
  #closeQuietly(): void {
    try {
      this.#setup.sdk.close.call(this.#ws);
    } catch (error) {
      // A listener of the app's has thrown.
      this.#tell(error);
    }
  }

  // -- sockets --

  adopt(options: ResolvedOptions): void {
    refuseProxy(this.#ws, () => this.#ws.connectionState);
    const { websocket } = this.#ws.connectionState;
    if (websocket !== undefined && websocket.readyState !== CLOSED) this.#attach(websocket, options);
  }

  /** Takes over the socket that the SDK has just opened, or that its user has made. */
  take(options: ResolvedOptions): void {
    const { websocket } = this.#ws.connectionState;
    if (websocket === undefined || websocket === this.#socket) return;
    // The SDK adds its listeners to it later in this tick.
    if (this.ended || this.#opening.isFailed) {
      discard(websocket);
      return;
    }
    try {
      this.#attach(websocket, options);
    } catch (error) {
      this.#opening.fail(error as Error);
      discard(websocket);
    }
  }

  #attach(socket: TransportSocket, options: ResolvedOptions): void {
    this.attachSocket(socket, options);
    this.faults.isConnecting = socket.readyState === CONNECTING;
    this.#socket = socket;
    this.#loss = undefined;
    const { send } = socket;
    this.#post = (event) => send.call(socket, JSON.stringify(event));
    const watched: TransportSocket['send'] = (data, ...rest) => {
      // The SDK has a queue for requests, and sends the next one when a response is over.
      if (this.isDeaf) return;
      if (isCreate(data)) this.session.onSent(JSON.parse(data));
      send.call(socket, data, ...rest);
    };
    setMember(socket, 'send', { value: watched, writable: true });
  }

  // -- sending --

  /** @throws {DisconnectedError} once the door is closed; {StreamEndedError} after a drop */
  admitSend(call: string): void {
    this.admit(call);
    if (this.#loss !== undefined) throw this.#loss;
  }

  /** @returns false after a drop: the SDK drops the audio of a microphone that is still on, too */
  admitAudio(): boolean {
    this.admit('sendAudio()');
    return this.#loss === undefined;
  }

  /** Takes something back: when the connection ends, there is nothing left to take back. */
  quietly(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!this.#isOwnEnd(error)) throw error;
    }
  }

  // -- receiving --

  /** @returns false for an answer to a request of hangup's. An event that hangup cannot read is for the app. */
  isForApp(event: unknown): boolean {
    this.received++;
    try {
      return this.session.onEvent((event ?? {}) as object);
    } catch {
      return true;
    }
  }

  /** The SDK has dropped a message. */
  onDropped(): void {
    this.faults.unreadable(unreadable);
  }

  protected override onUnreadable(_frame: unknown, error: unknown): boolean {
    const isThrown = error === this.thrown;
    this.thrown = undefined;
    // The SDK answers some messages by itself.
    if (this.#isOwnEnd(error)) return true;
    if (isThrown) return false;
    this.onDropped();
    this.#tell(new HangupError('ERR_PROVIDER', unreadable, { cause: this.faults.clean(error) }));
    return true;
  }

  // -- faults --

  /** The SDK reports an error of the socket, or of its own. */
  onError(error: unknown): void {
    const ofSocket = errorOfSocket(error);
    if (ofSocket === undefined) this.#tell(error);
    else if (this.#opening.isUnderWay && !this.ended) {
      this.#failure = this.faults.connectFailure(ofSocket);
      this.#tell(this.#failure);
      // The end of the connection follows, and has this as its cause.
    } else if (!this.faults.isConnecting) this.faults.lastError ??= this.faults.clean(ofSocket);
  }

  #tell(error: unknown): void {
    this.#setup.sdk._onError.call(this.#ws, error);
  }

  isSilent(payload: ErrorPayload): boolean {
    return isAnswerToUs(payload) || this.#isOwnEnd(payload.error);
  }

  /** A call came too late, that the SDK has made by itself. */
  #isOwnEnd(error: unknown): boolean {
    return this.ended && error instanceof DisconnectedError;
  }

  isUnheard(error: unknown, payload: ErrorPayload): boolean {
    const { code, context } = (error ?? {}) as { code?: unknown; context?: unknown };
    if (code !== 'ERR_UNHANDLED_ERROR' || context !== payload || payload !== this.told) return false;
    // The caller of connect() is told.
    if (!this.isDeaf && payload.error !== this.#failure) this.faults.warn(textOf(payload));
    return true;
  }

  // -- the end --

  override end(limit: Budget | Deadline, drain?: number): Ladder {
    const ladder = super.end(limit, drain);
    this.#opening.end(ladder.ended);
    return ladder;
  }

  /** The SDK's own `close()`. */
  closeSdk(): Promise<DisconnectReport> {
    const ended = this.close(() => this.#setup.sdk.close.call(this.#ws));
    this.#opening.end(ended);
    return ended;
  }

  protected sendClose(): void {
    this.#setup.sdk.close.call(this.#ws);
  }

  protected override politeSteps(): Step[] {
    const ask = () => (this.#isOpen ? this.session.cancelAll() : undefined);
    return [{ name: 'cancel', cap: caps.cancel, ask }];
  }

  protected override finishStreams(): Promise<void> | undefined {
    return this.#isOpen && !this.session.isFree ? this.#whenFree() : undefined;
  }

  async #whenFree(): Promise<void> {
    while (!this.session.isFree) {
      await this.session.whenFree();
      // The SDK sends the next request of its queue later in this tick.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  protected override isLoss(): boolean {
    return !this.session.isFree;
  }

  protected override cutStreams(end: SocketEnd): void {
    if (this.#opening.isUnderWay) {
      this.#opening.fail(this.#failure ?? this.faults.lossError(end));
      return;
    }
    // It was told, or its attempt was given up.
    if (this.faults.isConnecting) return;
    const [only, ...others] = this.streams.open;
    const contextId = others.length === 0 ? only?.contextId : undefined;
    const phase = this.session.hasSpoken ? 'between-chunks' : 'first-chunk';
    const loss = this.isLoss()
      ? this.faults.streamEnded({ contextId, phase }, end)
      : this.faults.lossError(end, { phase });
    this.#loss = loss;
    this.session.reset(() => loss);
    // A peer that keeps TCP open has sent its close frame: nothing more comes.
    if (this.#ws.connectionState.websocket === this.#socket) this.#closeQuietly();
    this.#tell(loss);
  }

  protected override releaseStreams(): void {
    this.session.reset((call) => new DisconnectedError(call));
    // A socket that was destroyed may not say so.
    if (this.#ws.connectionState.websocket !== undefined) this.#closeQuietly();
  }
}
