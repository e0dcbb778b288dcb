import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import type { Step } from '../../../../core/endable.ts';
import { DisconnectedError, type StreamEndedError } from '../../../../core/errors.ts';
import { caps } from '../../../../core/limits.ts';
import { clientKey } from '../../../../core/symbols.ts';
import { Connection, type SocketEvents } from '../../../connection/connection.ts';
import { Faults } from '../../../connection/faults.ts';
import { none } from '../../../connection/streams.ts';
import { keepAssigned } from '../../../foreign/assigned.ts';
import type { ClientEvent, ServerEvent } from '../../../realtime/events.ts';
import { Session } from '../../../realtime/session.ts';
import { handled } from '../../../seams/handled.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { refuseProxy } from '../../../seams/refusals.ts';
import { discard } from '../../../sockets/destroy.ts';
import { OPEN, type SocketEnd, type SocketLike } from '../../../sockets/socket.ts';
import { onError } from '../../../sockets/watch.ts';
import type { CloseProps, RealtimeSocket, RealtimeWS } from './shapes.ts';
import { noteSpoken } from './spoken.ts';

const unreadable = 'the provider sent a message that the SDK cannot read';
/** The SDK's own message. */
const unparsed = 'could not parse websocket event';

/** One session of the Realtime API on one socket, or with the SDK's recovery on one after the other. */
export class RealtimeConnection extends Connection {
  readonly name = 'socket realtime';
  readonly faults: Faults;
  readonly session: Session;
  readonly #ws: RealtimeWS;
  readonly #sdk: RealtimeWS;
  /** The keys that were sent with the handshakes. */
  #sent: readonly unknown[] = none;
  /** Says how the last socket was lost, until there is another. */
  #loss: StreamEndedError | undefined;
  /** The failure of the handshake. It was told: the close of the socket is no news. */
  #failure: { readonly what: string; readonly cause: Error } | undefined;
  /** The app has called the SDK's own `close()`, with these arguments. */
  #ownClose: { readonly props: CloseProps | undefined } | undefined;
  /** Reject the promises of `emitted()` that wait. */
  #waiting: Set<(error: Error) => void> | undefined;

  constructor(ws: RealtimeWS, sdk: RealtimeWS, events: SocketEvents) {
    super(events);
    this.#ws = ws;
    this.#sdk = sdk;
    const client = () => (ws as { [clientKey]?: { apiKey?: unknown } })[clientKey];
    this.faults = new Faults(this, () => [client()?.apiKey, ...this.#sent]);
    this.session = new Session({
      isOpen: () => this.#loss === undefined && ws.socket.readyState === OPEN,
      // The SDK's own send() refuses after a close() of its recovery.
      post: (event) => ws.socket.send(JSON.stringify(event)),
      check: (call) => {
        this.admit(call);
        if (this.#loss !== undefined && !this.#isRecovering) throw this.#loss;
      },
      scrub: (text) => this.faults.scrub(text),
    });
  }

  get streams() {
    return this.session.responses;
  }

  protected get socket(): SocketLike | undefined {
    return this.#ws.socket;
  }

  get #isRecovering(): boolean {
    return this.#ws._recovery?.isClosed === false;
  }

  // -- sockets --

  adopt(options: ResolvedOptions): void {
    refuseProxy(this.#ws, () => this.#ws._hasListener('error'));
    keepAssigned(this.#ws, 'socket', this.#ws.socket, (_ws, socket: RealtimeSocket) => this.attach(socket, options));
    this.#noteSecrets(this.#ws.socket);
    this.adoptSocket(options);
  }

  /** Takes over a socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach(socket: RealtimeSocket, options: ResolvedOptions): void {
    this.#noteSecrets(socket);
    if (this.ended) discard(socket);
    this.#loss = undefined;
    this.#failure = undefined;
    noteSpoken(this.#ws, false);
    this.session.isBeta = socket._req?.getHeader?.('openai-beta') !== undefined;
    this.attachSocket(socket, options);
    this.#watchAttempt(socket);
  }

  /** The SDK's recovery keeps to itself why an attempt has failed. Only where there is one, the SDK listens to this event. */
  #watchAttempt(socket: RealtimeSocket): void {
    if (!socket.listenerCount?.('unexpected-response')) return;
    const note = (error: unknown) => {
      this.faults.lastError ??= this.faults.connectFailure({ error });
    };
    socket.on?.('unexpected-response', (_request, { statusCode }) => {
      note(new Error(`Unexpected server response: ${statusCode}`));
    });
    onError(socket, note);
  }

  #noteSecrets(socket: RealtimeSocket): void {
    for (const name of ['authorization', 'api-key']) {
      const value = socket._req?.getHeader?.(name);
      if (typeof value === 'string') this.#sent = this.#sent.concat(value.replace(/^Bearer /, ''));
    }
  }

  override onOpen(): void {
    this.session.wake();
  }

  // -- sending --

  /** @returns whether the SDK is to send it: on a socket that is gone, `ws` drops everything without a word */
  onSend(call: string, event: ClientEvent): boolean {
    this.admit(call);
    const { socket, _recovery } = this.#ws;
    if (_recovery === undefined && socket.readyState > OPEN) {
      const loss = this.#loss ?? this.faults.lossError({});
      this.#tell('could not send data', loss);
      return false;
    }
    if (socket.readyState === OPEN) this.session.onSent(event ?? {});
    return true;
  }

  // -- receiving --

  /** The SDK's recovery has given up, or was closed. */
  onRecoveryClosed(code: number, reason: string): void {
    this.#loss = this.faults.lossError({ code, reason }, { phase: 'first-chunk' });
    const loss = this.#loss;
    this.#settle(() => (this.ended ? new DisconnectedError('emitted()') : loss));
  }

  /** The SDK fails on an event of the provider. */
  onBadEvent(): void {
    this.faults.unreadable(unreadable);
    this.#forward(null, unreadable, undefined);
  }

  /** Follows a promise of the SDK's, which the SDK settles only by another event. */
  follow<T>(emitted: Promise<T>): Promise<T> {
    const followed = new Promise<T>((resolve, reject) => {
      this.#waiting ??= new Set();
      this.#waiting.add(reject);
      emitted.then(resolve, reject).finally(() => this.#waiting?.delete(reject));
    });
    const loss = this.#loss;
    if (this.ended) this.#settle(() => new DisconnectedError('emitted()'));
    else if (loss !== undefined && !this.#isRecovering) this.#settle(() => loss);
    return handled(followed);
  }

  #settle(makeError: () => Error): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    for (const reject of waiting ?? none) reject(makeError());
    this.session.wake();
  }

  // -- faults --

  /** The SDK reports a fault. Listeners are told; where there is none, there is a warning. */
  report(event: ServerEvent | null, message: string | undefined, cause: unknown): void {
    if (event?.error !== undefined) {
      // The error of a request of hangup's was told to its caller.
      const isOurs = String(event.error?.event_id).startsWith('hangup_');
      if (!isOurs) this.#forward(event, `the provider reports: ${event.error?.message}`, undefined);
      return;
    }
    if (message === unparsed) this.faults.unreadable(unreadable);
    const isOfSocket = cause !== undefined && (cause as Error | null)?.message === message;
    if (isOfSocket && this.#ws._recovery === undefined) this.#onSocketError(cause);
    else this.#forward(event, message ?? 'unknown error', cause);
  }

  #onSocketError(cause: unknown): void {
    if (this.isDeaf) {
      // The SDK's own close() tells of a handshake that it has cut short.
      if (this.#ownClose !== undefined && this.#ws._hasListener('error')) this.#tell((cause as Error).message, cause);
    } else if (this.faults.isConnecting) {
      const failure = this.faults.connectFailure(cause);
      this.#failure = { what: `the handshake failed: ${failure.message}`, cause: failure };
      this.#tell(failure.message, failure);
    } else {
      // The end of the connection follows, and has this as its cause.
      this.faults.lastError ??= this.faults.clean(cause);
    }
  }

  #tell(message: string, cause: unknown): void {
    this.#forward(null, message, cause);
  }

  #forward(event: ServerEvent | null, message: string, cause: unknown): void {
    if (this.#ws._hasListener('error')) this.#sdk._onError.call(this.#ws, event, message, cause);
    else if (!this.isDeaf) this.faults.warn(message);
  }

  // -- the end --

  /** The SDK's own `close()`. */
  closeWith(props: CloseProps | undefined): Promise<DisconnectReport> {
    if (!this.ended) this.#ownClose = { props };
    return this.close(() => this.#sdk.close.call(this.#ws, props));
  }

  protected sendClose(): void {
    this.#sdk.close.call(this.#ws);
  }

  protected override politeSteps(): Step[] {
    const ask = () => (this.#isOpen ? this.session.cancelAll() : undefined);
    return [{ name: 'cancel', cap: caps.cancel, ask }];
  }

  get #isOpen(): boolean {
    return this.socket?.readyState === OPEN;
  }

  protected override finishStreams(): Promise<void> | undefined {
    return this.#isOpen ? this.session.whenFree() : undefined;
  }

  protected override isLoss(): boolean {
    return !this.session.isFree;
  }

  protected override stopDialling(): void {
    const { _recovery, socket } = this.#ws;
    if (_recovery !== undefined) {
      if (socket.readyState === OPEN) _recovery._intentionallyClosed = true;
      else _recovery.close(this.#ownClose?.props);
    }
    this.session.wake();
  }

  protected override cutStreams(socketEnd: SocketEnd): void {
    const end = { ...socketEnd, ...this.#failure };
    const [only, ...others] = this.streams.open;
    const contextId = others.length === 0 ? only?.contextId : undefined;
    const phase = this.session.hasSpoken ? 'between-chunks' : 'first-chunk';
    const loss = this.isLoss()
      ? this.faults.streamEnded({ contextId, phase }, end)
      : this.faults.lossError(end, { phase });
    this.#loss = loss;
    this.session.reset(() => loss);
    // The recovery tells of the loss by its own events.
    if (this.#ws._recovery !== undefined) return;
    if (this.#failure === undefined) this.#tell(loss.message, loss);
    this.#settle(() => loss);
  }

  /** The promises of the SDK's that nothing will settle any more. */
  protected override releaseStreams(): void {
    const { _recovery } = this.#ws;
    if (_recovery?.isClosed === false) _recovery.close(this.#ownClose?.props);
    this.session.reset((call) => new DisconnectedError(call));
    this.#settle(() => new DisconnectedError('emitted()'));
  }
}
