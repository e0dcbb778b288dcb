import type { Budget, Deadline } from '../../../../core/deadline.ts';
import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import { ConnectTimeoutError, DisconnectedError } from '../../../../core/errors.ts';
import type { Ladder } from '../../../../core/ladder.ts';
import { Attempts, type UnderWay } from '../../../connection/attempt.ts';
import { Connection, type SocketEvents } from '../../../connection/connection.ts';
import { Faults } from '../../../connection/faults.ts';
import { StreamSet } from '../../../connection/streams.ts';
import { ToldStream } from '../../../connection/told-stream.ts';
import { destroyable } from '../../../fern/destroyable.ts';
import type { Listener, SocketEvent } from '../../../fern/shapes.ts';
import { type Guarded, ReconnectingSocketGuard } from '../../../fern/socket-guard.ts';
import { setMember } from '../../../foreign/members.ts';
import { handled } from '../../../seams/handled.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { forceClose } from '../../../sockets/destroy.ts';
import { OPEN, type SocketEnd, type SocketLike } from '../../../sockets/socket.ts';
import { Loops } from './loops.ts';
import type { Protocol } from './protocols.ts';
import type { StreamingSocket, StreamingTransport } from './shapes.ts';

/** The class of a socket, and the options for it. */
interface Setup {
  /** The class's own members, and its bases'. */
  sdk: StreamingSocket;
  protocol: Protocol;
  /** The options of `overlay()` that are in force now. */
  settings(): ResolvedOptions;
}

/** One socket object of 5.x. The SDK dials again after a drop, so that it has one WebSocket after the other inside. */
export class StreamingConnection extends Connection implements Guarded {
  readonly faults: Faults;
  /** The work that the provider has to do, as one stream. */
  readonly streams = new StreamSet<ToldStream>();
  readonly #ws: StreamingSocket;
  readonly #setup: Setup;
  readonly #loops: Loops;
  /** Missing for a transport of the app's, which only its own `close()` ends. */
  readonly #guard: ReconnectingSocketGuard | undefined;
  readonly #attempts = new Attempts<unknown>();
  #onOpened: () => void = () => {};
  #work: ToldStream | undefined;
  /** The provider was told that nothing more follows. */
  #hasFarewell = false;
  /** The provider has said that nothing more follows. */
  #hasLast = false;
  /** The app has called the SDK's own `close()`: its handlers hear the rest. */
  #isOwnClose = false;
  /** Says how the last WebSocket was lost, until there is another. */
  #loss: Error | undefined;

  constructor(ws: StreamingSocket, events: SocketEvents, setup: Setup) {
    super(events);
    this.#ws = ws;
    this.#setup = setup;
    this.faults = new Faults(this, () => secretsOf(ws.socket));
    this.#loops = new Loops(ws, { isDeaf: () => this.isDeaf, lossOf: () => this.#loss });
    this.#tellBy('handleClose', 'close', (event, tell) => this.#tellClose(event, tell));
    this.#tellBy('handleError', 'error', (event, tell) => this.#tellError(event, tell));
    if (typeof ws.socket._addListeners !== 'function') return;
    const { _options: options } = ws.socket;
    if (options.WebSocket !== undefined) options.WebSocket = destroyable(options).WebSocket;
    this.#guard = new ReconnectingSocketGuard(ws.socket, this);
  }

  get name(): string {
    return this.#setup.protocol.name;
  }

  protected get socket(): SocketLike | undefined {
    return this.#guard && this.#ws.socket._ws;
  }

  override get connected(): boolean {
    return !this.ended && this.#ws.socket.readyState === OPEN;
  }

  // -- connecting --

  connect(): void {
    if (this.#attempts.current === undefined) handled(this.#attempt((attempt) => this.#dial(attempt)));
    // The SDK begins anew.
    else if (!this.ended) this.#begin();
  }

  waitForOpen(): Promise<unknown> {
    if (this.connected) return Promise.resolve(this.#ws.socket);
    if (this.#attempts.current !== undefined) return this.#attempts.current;
    if (this.ended) return Promise.reject(new DisconnectedError('waitForOpen()'));
    return this.#attempt(() => this.#opened());
  }

  #attempt(dial: (attempt: UnderWay) => Promise<unknown>): Promise<unknown> {
    const onFailure = () => {
      // A connection that we end is the ladder's, and another transport has retries of its own.
      if (this.ended || this.#guard === undefined) return;
      this.#guard.stop();
      forceClose(this.#ws.socket);
    };
    return this.#attempts.start(dial, { onFailure });
  }

  async #dial(attempt: UnderWay): Promise<unknown> {
    if (this.ended) {
      await this.#attempts.lastEnd;
      attempt.admit();
      this.reopen();
      this.#isOwnClose = false;
    }
    const opened = this.#opened();
    this.#begin();
    return opened;
  }

  #opened(): Promise<unknown> {
    if (this.#guard === undefined) return this.#setup.sdk.waitForOpen.call(this.#ws);
    return new Promise((resolve) => {
      this.#onOpened = () => resolve(this.#ws.socket);
    });
  }

  #begin(): void {
    this.faults.lastError = undefined;
    this.#guard?.start();
    this.#setup.sdk.connect.call(this.#ws);
  }

  // -- sockets --

  adopt(): void {
    if (this.socket?.readyState === OPEN) this.onOpen();
  }

  onSocket(socket: SocketLike): void {
    this.attachSocket(socket, this.#setup.settings());
  }

  override onOpen(): void {
    this.#loss = undefined;
    this.#hasFarewell = false;
    this.#hasLast = false;
    this.#onOpened();
  }

  onError(error: unknown): void {
    this.faults.lastError ??= this.faults.clean(error);
  }

  onTimeout(limit: number): void {
    this.faults.lastError = new ConnectTimeoutError(limit);
  }

  onClose(end: SocketEnd): void {
    const { socket } = this;
    if (socket !== undefined) this.cut(socket, this.#guard!.isFailing ? { code: 1006 } : end);
    if (!this.ended) this.#attempts.fail(this.faults.connectFailure(this.faults.lastError ?? new Error(closedEarly)));
  }

  // -- sending and receiving --

  /** @throws {DisconnectedError} once the door is closed */
  onSend(name: string, send: () => unknown): unknown {
    this.admit(`${name}()`);
    const sent = send();
    const { begins, farewell } = this.#setup.protocol;
    if (begins.includes(name)) this.#beginWork();
    if (name === farewell?.method) this.#hasFarewell = true;
    return sent;
  }

  #beginWork(): void {
    if (this.#work?.isOpen) return;
    this.#work = new ToldStream('session', (cause) => {
      this.#loss = cause;
    });
    this.streams.add(this.#work);
  }

  /** This is the hot path. */
  onFrame(event: SocketEvent, pass: Listener): void {
    if (typeof event.data === 'string') this.#note(event.data);
    if (!this.isDeaf || this.#isOwnClose) pass(event);
  }

  #note(data: string): void {
    const { begun, done, last } = this.#setup.protocol;
    // Only an end waits for the work that is refused.
    if (this.ended && isError.test(data)) this.refuse('the provider reports an error');
    else if (begun?.test(data)) this.#beginWork();
    else if (done?.test(data)) this.#endWork();
    if (this.#hasFarewell && last?.test(data)) this.#hasLast = true;
  }

  #endWork(): void {
    this.#work?.end();
    this.streams.noteEnd();
  }

  // -- telling --

  /** Comes before one of the functions by which the SDK tells the handlers of the app. */
  #tellBy(key: 'handleClose' | 'handleError', type: string, seam: (event: SocketEvent, tell: Listener) => void): void {
    const { socket, [key]: tell } = this.#ws;
    const told: Listener = (event) => seam(event, tell);
    setMember(this.#ws, key, { value: told, writable: true });
    // The SDK registers it again when it connects.
    socket.removeEventListener(type, tell);
    socket.addEventListener(type, told);
  }

  get #isSilent(): boolean {
    return this.isDeaf && !this.#isOwnClose;
  }

  #tellClose(event: SocketEvent, tell: Listener): void {
    if (this.#isSilent) return;
    if (this.#guard?.isFailing) tell({ ...event, ...noClose });
    else tell(event);
  }

  #tellError(event: SocketEvent, tell: Listener): void {
    if (this.#isSilent) return;
    const { lastError: error } = this.faults;
    this.#loops.beside(() => tell(error === undefined ? event : { ...event, error, message: error.message }));
  }

  #isFinished({ code }: SocketEnd): boolean {
    const isSaid = this.#setup.protocol.last === undefined || this.#hasLast || !this.streams.isOwed;
    return this.#hasFarewell && isSaid && (code === 1000 || code === 1005);
  }

  protected override isLoss(end: SocketEnd): boolean {
    return super.isLoss(end) && !this.#isFinished(end);
  }

  protected override cutStreams(end: SocketEnd): void {
    if (this.#isFinished(end) || this.#ws.socket._abortSignal?.aborted) {
      this.#endWork();
      return;
    }
    const isIdle = this.streams.open.length === 0;
    super.cutStreams(end);
    if (isIdle) this.#loss = this.faults.lossError(end, { phase: 'between-chunks' });
    if (this.#attempts.current === undefined && !this.#loops.isHeard) this.faults.warn(this.#loss!.message);
  }

  // -- the end --

  override end(limit: Budget | Deadline, drain?: number): Ladder {
    const ladder = super.end(limit, drain);
    this.#attempts.end(ladder.ended);
    return ladder;
  }

  /** The SDK's own `close()`. It tells the handlers at once that the code is 1000. */
  closeWith(): Promise<DisconnectReport> {
    const isFirst = !this.ended;
    let isCalled = false;
    const closeSdk = () => {
      isCalled = true;
      this.#setup.sdk.close.call(this.#ws);
    };
    if (isFirst) this.#isOwnClose = true;
    const ended = this.close(closeSdk);
    this.#attempts.end(ended);
    // Without a WebSocket, there is no close frame to be sent.
    if (isFirst && !isCalled) closeSdk();
    return ended;
  }

  protected sendClose(): void {
    this.#ws.socket.close();
  }

  /** The provider does the rest when it is told that nothing more follows. */
  protected override finishStreams(): Promise<void> | undefined {
    const { farewell } = this.#setup.protocol;
    const isOwed = this.streams.isOwed && !this.#hasFarewell;
    if (farewell !== undefined && isOwed && this.socket?.readyState === OPEN) {
      this.#hasFarewell = true;
      this.#ws.socket.send(JSON.stringify({ type: farewell.type }));
    }
    return this.streams.whenNoneOpen();
  }

  protected override stopDialling(): void {
    if (this.#guard !== undefined) this.#guard.stop();
    else if (!this.#isOwnClose) this.#ws.socket.close();
  }

  protected override dropStreams(): void {
    super.dropStreams();
    this.#loops.end();
  }

  protected override releaseStreams(): void {
    this.#endWork();
    this.#loops.end();
  }
}

/** The type is the first member of a message, so that a transcript with these words is none. */
const isError = /^\s*\{\s*"type":\s*"Error"/;
const closedEarly = 'WebSocket closed before it could connect.';
/** No close frame has come: the SDK has made its event up, and says 1000. */
const noClose = { code: 1006, reason: '', wasClean: false };

/** Keys as the SDK sends them: those that a function supplies are found only here. */
function secretsOf({ _headers = {} }: StreamingTransport): unknown[] {
  const values = Object.entries(_headers).filter(([name]) => /^authorization$/i.test(name));
  return values.map(([, value]) => (typeof value === 'string' ? value.replace(/^\w+ /, '') : value));
}
