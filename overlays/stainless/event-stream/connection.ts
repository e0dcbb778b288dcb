import { Deadline } from '../../../core/deadline.ts';
import type { DisconnectReport } from '../../../core/disconnectable.ts';
import { Connection, type SocketEvents } from '../../connection/connection.ts';
import { Faults } from '../../connection/faults.ts';
import { StreamSet } from '../../connection/streams.ts';
import { catchTimer } from '../../foreign/timers.ts';
import type { ResolvedOptions } from '../../seams/overlay-options.ts';
import { refuseProxy } from '../../seams/refusals.ts';
import { forceClose } from '../../sockets/destroy.ts';
import { OPEN, type SocketEnd, type SocketLike } from '../../sockets/socket.ts';
import { isUnreadable } from './frames.ts';
import type { CloseProps, EventStreamSdk, EventStreamWS } from './shapes.ts';

/** One connection. Events go to listeners and to the SDK's iterators, which end with its `close` event. */
export class EventStreamConnection extends Connection {
  readonly name: string;
  readonly faults: Faults;
  readonly streams: Work;
  readonly #ws: EventStreamWS;
  readonly #sdk: EventStreamWS;
  readonly #options: EventStreamSdk;
  /** The `close` event was emitted: the SDK will dial no more. */
  #isOver = false;
  /** Ends the back-off of the SDK's reconnect. */
  #endBackOff: () => void = () => {};

  constructor(ws: EventStreamWS, sdk: EventStreamWS, events: SocketEvents, options: EventStreamSdk) {
    const { name, work, secretsOf } = options;
    super(events);
    this.#ws = ws;
    this.name = name;
    this.streams = new Work(work);
    this.#options = options;
    this.#sdk = sdk;
    this.faults = new Faults(this, () => secretsOf(ws));
  }

  protected get socket() {
    return this.#ws.socket?.platformSocket;
  }

  // -- sockets --

  adopt(options: ResolvedOptions): void {
    refuseProxy(this.#ws, () => this.#ws._hasListener('close'));
    this.watchBackOff();
    this.adoptSocket(options);
    this.#isOver = this.idle && !this.#ws._isReconnecting;
  }

  /** Takes over the socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach(socket: SocketLike, options: ResolvedOptions): void {
    this.#endBackOff = () => {};
    this.streams.forget();
    try {
      this.attachSocket(socket, options);
    } catch (error) {
      // The SDK's constructor throws, so nobody else can end the socket.
      this.end(Deadline.spent('force'));
      forceClose(socket);
      throw error;
    }
  }

  /** @throws {DisconnectedError} once the door is closed */
  onSend(call: string, event?: unknown): void {
    this.admit(call);
    const { isRequest } = this.#options;
    if (isRequest === undefined) {
      this.streams.hasBegun = true;
      if (this.#options.isLast?.(event)) this.streams.isLastAsked = true;
    } else if (isRequest(typeOf(event))) this.streams.requests += 1;
  }

  /** An event of the provider is about to be emitted. */
  onEvent(event: unknown): void {
    if (this.#options.isAnswer?.(typeOf(event))) this.streams.answer();
  }

  // -- the SDK's own reconnect --

  /** The SDK tells iterators of a reconnect, and then sleeps in the same tick, with a timer that nothing else could reach. */
  watchBackOff(): void {
    this.#ws._internalEvents.on('reconnecting', ({ closeCode }) => {
      if (!this.#ws._canReconnect(closeCode)) return;
      catchTimer((endWait) => {
        this.#endBackOff = endWait;
      });
    });
  }

  // -- faults, and the `close` event --

  /** Emits the `close` event, once. @param tell the SDK's method, which calls the app's listeners */
  finish(tell: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tellOwnFault();
    tell();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The SDK reports a fault. Listeners are told, iterators among them; where there is none, it is logged. */
  report(event: unknown, message: string | undefined, cause: unknown): void {
    // Our reason for destroying a socket says more than the socket's own error.
    if (cause !== undefined && this.#tellOwnFault()) return;
    if (this.#ws._hasListener('error')) this.#sdk._onError.call(this.#ws, event, message, cause);
    else this.#warn(message ?? `the provider reports: ${JSON.stringify(event)}`);
  }

  #tellOwnFault(): boolean {
    const { lastError } = this.faults;
    if (lastError === undefined) return false;
    this.faults.lastError = undefined;
    if (this.#ws._hasListener('error')) this.#ws._emit('error', lastError);
    else this.#warn(lastError.message);
    return true;
  }

  #warn(message: string): void {
    if (!this.isDeaf) this.faults.warn(message);
  }

  protected override onUnreadable(frame: unknown, _error: unknown): boolean {
    if (!isUnreadable(frame)) return false;
    const what = 'the provider sent a message that the SDK cannot read';
    this.faults.unreadable(what);
    this.#ws._onError(null, what);
    return true;
  }

  // -- the end --

  /** The SDK's own `close()`. */
  closeWith(props: CloseProps | undefined): Promise<DisconnectReport> {
    if (!this.ended) {
      // During a back-off, iterators end without a socket that could close.
      this.#ws._closeCode = props?.code ?? 1000;
      this.#ws._closeReason = props?.reason ?? 'OK';
    }
    return this.close(() => this.#sdk.close.call(this.#ws, props));
  }

  protected sendClose(): void {
    this.#sdk.close.call(this.#ws);
  }

  /** The provider sends the rest, and then closes the connection. */
  protected override finishStreams(): Promise<void> | undefined {
    const { lastRequest } = this.#options;
    if (!this.streams.isUnderWay || this.socket?.readyState !== OPEN) return undefined;
    if (lastRequest === undefined) return this.streams.whenAnswered();
    this.#sdk.send.call(this.#ws, lastRequest(this.#ws));
    this.streams.isLastAsked = true;
    return new Promise(() => {});
  }

  protected override isLoss({ code }: SocketEnd): boolean {
    const isLastWord = this.streams.isLastAsked && (code === 1000 || code === 1005);
    return this.streams.isUnderWay && !isLastWord;
  }

  /** Messages go on arriving until the socket is closed, as they do after the SDK's own `close()`. */
  protected override stopDialling(): void {
    this.#ws._intentionallyClosed = true;
    this.#endBackOff();
  }

  /** Does what the SDK does when the socket has closed, and does so when the peer's close frame has arrived. */
  protected override cutStreams(end: SocketEnd): void {
    // No reader gets this error: it is for those who watch.
    if (this.isLoss(end)) this.faults.streamEnded({ contextId: undefined, phase: 'between-chunks' }, end);
    const { code = 1006, reason = '' } = end;
    const ws = this.#ws;
    if (ws._canReconnect(code)) void ws._reconnect(code);
    else if (!ws._isReconnecting) ws._emitPermanentClose(code, String(reason));
  }

  /** Ends the iterators that the SDK has not ended: its reconnect was cut short, or the socket never closes. */
  protected override releaseStreams(): void {
    const ws = this.#ws;
    if (ws._isReconnecting) ws._emitPermanentClose(ws._closeCode, ws._closeReason);
    else ws._emitPermanentClose(1006, '');
  }
}

/** The loops are iterators of the SDK's own, which its `close` event ends: there are no streams, only work for the provider. */
class Work extends StreamSet {
  /** Something was sent on the socket that is open, and nobody tells when it is done. */
  hasBegun = false;
  /** The provider was asked to close the connection when it has finished. */
  isLastAsked = false;
  /** Requests that the provider has not answered. */
  requests = 0;
  #onAnswered: () => void = () => {};
  readonly #name: string;

  constructor(name: string) {
    super();
    this.#name = name;
  }

  get isUnderWay(): boolean {
    return this.hasBegun || this.requests > 0;
  }

  override get names(): readonly string[] {
    return this.isUnderWay ? [this.#name] : [];
  }

  override get unfinished(): readonly string[] {
    return this.names;
  }

  answer(): void {
    this.requests = Math.max(0, this.requests - 1);
    if (this.requests === 0) this.#onAnswered();
  }

  /** Settles when every request was answered. */
  whenAnswered(): Promise<void> {
    return new Promise((resolve) => {
      this.#onAnswered = resolve;
    });
  }

  override forget(): void {
    this.hasBegun = false;
    this.isLastAsked = false;
    this.requests = 0;
  }
}

const typeOf = (event: unknown): unknown => (event as { type?: unknown } | null | undefined)?.type;
