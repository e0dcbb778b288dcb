import { Deadline } from '../../../../core/deadline.ts';
import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import { Connection, type Occupancy } from '../../../connection/connection.ts';
import { Faults } from '../../../connection/faults.ts';
import { watchTimers } from '../../../foreign/timers.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { forceClose, type SocketEnd, type SocketLike } from '../../../sockets/socket.ts';
import { secretsOf } from '../../secrets.ts';
import { isUnreadable } from './frames.ts';
import type { CloseProps, EventStreamWS } from './shapes.ts';

/** One STT connection: what arrives goes to listeners and to the SDK's iterators, which end with its `close` event. */
export class EventStreamConnection extends Connection {
  protected readonly name = 'socket stt';
  readonly faults: Faults;
  readonly #ws: EventStreamWS;
  readonly #sdk: EventStreamWS;
  /** The `close` event has been told: the SDK will dial no more. */
  #isOver = false;
  /** Ends the back-off of the SDK's reconnect. */
  #endBackOff: () => void = () => {};

  constructor(ws: EventStreamWS, sdk: EventStreamWS, occupancy: Occupancy) {
    super(occupancy);
    this.#ws = ws;
    this.#sdk = sdk;
    this.faults = new Faults(() => secretsOf(ws._client, ws._wsOptions, ws._parameters));
  }

  protected get socket() {
    return this.#ws.socket?.platformSocket;
  }

  // -- sockets --

  adopt(options: ResolvedOptions): void {
    this.watchBackOff();
    this.adoptSocket(options);
    this.#isOver = this.idle && !this.#ws._isReconnecting;
  }

  /** Takes over the socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach(socket: SocketLike, options: ResolvedOptions): void {
    this.#endBackOff = () => {};
    try {
      this.attachSocket(socket, options);
    } catch (error) {
      // The SDK's constructor throws, so that nobody else can end it.
      this.end(Deadline.spent('force'));
      forceClose(socket);
      throw error;
    }
  }

  // -- the SDK's own reconnect --

  /** It tells iterators, and then sleeps in the same tick, with a timer that nothing else could reach. */
  watchBackOff(): void {
    this.#ws._internalEvents.on('reconnecting', ({ closeCode }) => {
      if (!this.#ws._canReconnect(closeCode)) return;
      const stop = watchTimers((timer, _ms, callback) => {
        stop();
        this.#endBackOff = () => {
          clearTimeout(timer);
          (callback as () => void)();
        };
      });
      queueMicrotask(stop);
    });
  }

  // -- who is told --

  /** The `close` event is told, once. @param tell the SDK's, which calls the app's listeners */
  finish(tell: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      this.#tellOwnFault();
      tell();
    } catch (error) {
      this.loseClosed();
      throw error;
    }
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The SDK reports a fault, which is for listeners, iterators among them, and else for the log. */
  report(event: unknown, message: string | undefined, cause: unknown): void {
    // Why hangup has destroyed a socket says more than what the socket makes of that.
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
    if (!this.ended) this.faults.warn(message);
  }

  protected onUnreadable(frame: unknown, _error: unknown): boolean {
    if (!isUnreadable(frame)) return false;
    this.#ws._onError(null, 'the provider sent a message that the SDK cannot read');
    return true;
  }

  // -- what the ladder asks --

  /** The SDK's own `close()`. */
  closeWith(props: CloseProps | undefined): Promise<DisconnectReport> {
    if (!this.ended) {
      // Also for an iterator that ends without a socket to close: during a back-off.
      this.#ws._closeCode = props?.code ?? 1000;
      this.#ws._closeReason = props?.reason ?? 'OK';
    }
    return this.close(() => this.#sdk.close.call(this.#ws, props));
  }

  protected politeSteps() {
    return [];
  }

  protected sendClose(): void {
    this.#sdk.close.call(this.#ws);
  }

  /** Messages go on arriving until the socket is closed, as they do after the SDK's own `close()`. */
  protected endStreams(): void {
    this.#ws._intentionallyClosed = true;
    this.#endBackOff();
  }

  /** As the SDK does when the socket has closed, and at once when the peer's close frame is there already. */
  protected cutStreams({ code = 1006, reason = '' }: SocketEnd): void {
    const ws = this.#ws;
    if (ws._canReconnect(code)) void ws._reconnect(code);
    else if (!ws._isReconnecting) ws._emitPermanentClose(code, String(reason));
  }

  protected forgetStreams(): void {}

  protected unfinished(): string[] {
    return [];
  }

  /** Iterators end now where the SDK has not ended them: its reconnect was cut short, or the socket never closes. */
  protected unsettled(): string[] {
    const ws = this.#ws;
    if (ws._isReconnecting) ws._emitPermanentClose(ws._closeCode, ws._closeReason);
    else ws._emitPermanentClose(1006, '');
    return [];
  }
}
