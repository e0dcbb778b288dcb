import type { Budget, Deadline } from '../../../../core/deadline.ts';
import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import { DisconnectedError } from '../../../../core/errors.ts';
import type { Ladder } from '../../../../core/ladder.ts';
import { caps, maxDelay } from '../../../../core/limits.ts';
import { nodeModule } from '../../../../core/node.ts';
import { Attempts, type UnderWay } from '../../../connection/attempt.ts';
import { Connection, type SocketEvents } from '../../../connection/connection.ts';
import { Faults } from '../../../connection/faults.ts';
import { StreamSet } from '../../../connection/streams.ts';
import { ToldStream } from '../../../connection/told-stream.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { forceClose } from '../../../sockets/destroy.ts';
import { CLOSED, OPEN, type SocketEnd } from '../../../sockets/socket.ts';
import { onError } from '../../../sockets/watch.ts';
import type { Message, Recognizer, RecognizerSocket, StopOptions } from './shapes.ts';
import { Waits } from './waits.ts';

const unreadable = 'the provider sent a message that the SDK cannot read';

interface Setup {
  /** The class's own members. */
  sdk: Recognizer;
  /** The options of `overlay()` that are in force now. */
  settings(): ResolvedOptions;
}

/** One client: one recognition after the other, each on a socket of its own. */
export class RecognizerConnection extends Connection {
  readonly name = 'socket realtime';
  readonly faults: Faults;
  /** The recognition, until the provider says that its transcript is complete. */
  readonly streams = new StreamSet<ToldStream>();
  readonly #ws: Recognizer;
  readonly #setup: Setup;
  readonly #attempts = new Attempts<unknown>('start()');
  readonly #waits = new Waits();
  /** Those that may not have closed: the SDK forgets a socket when it opens another one. */
  readonly #sockets = new Set<RecognizerSocket>();
  /** The failure of the handshake under way. */
  #failure: Error | undefined;
  /** Says how the last recognition was lost. */
  #loss: Error | undefined;
  /** The app has called `stopRecognition()`: its listeners hear the rest. */
  #isStopping = false;
  /** `stopRecognition()` runs: it sends a message by itself. */
  #isSdkStopping = false;
  /** The transcript is not complete. */
  #stopFailure: Error | undefined;

  constructor(ws: Recognizer, events: SocketEvents, setup: Setup) {
    super(events);
    this.#ws = ws;
    this.#setup = setup;
    this.faults = new Faults(this, () => [tokenOf(ws.socket)]);
  }

  protected get socket(): RecognizerSocket | undefined {
    return this.#ws.socket;
  }

  // -- starting --

  start(args: Parameters<Recognizer['start']>): Promise<unknown> {
    const { socket: before } = this;
    const onFailure = () => {
      const { socket } = this;
      // A connection that we end is the ladder's.
      if (!this.ended && socket !== undefined && socket !== before) forceClose(socket);
    };
    return this.#attempts.current ?? this.#attempts.start((attempt) => this.#dial(args, attempt), { onFailure });
  }

  async #dial(args: Parameters<Recognizer['start']>, attempt: UnderWay): Promise<unknown> {
    if (this.ended) {
      await this.#attempts.lastEnd;
      attempt.admit();
      this.reopen();
    }
    this.faults.lastError = undefined;
    const start = () => this.#setup.sdk.start.apply(this.#ws, args);
    try {
      return await this.#waits.follow('start()', start, 'StartRecognition');
    } catch (error) {
      throw this.ended ? new DisconnectedError('start()') : this.faults.connectFailure(error);
    }
  }

  // -- sockets --

  adopt(): void {
    this.takeSocket();
    if (this.socket?.readyState === OPEN) this.#beginRecognition();
  }

  /**
   * Takes over the socket of the client when it is a new one. An accessor in place of the SDK's field would tell of it too, and
   * make all that the SDK does with its client slower.
   *
   * @throws {TypeError} when it cannot send heartbeats
   */
  takeSocket(): void {
    const { socket } = this;
    if (socket === undefined || socket.readyState === CLOSED || this.#sockets.has(socket)) return;
    this.#endRecognition();
    this.#failure = undefined;
    this.#loss = undefined;
    for (const other of this.#sockets) if (other.readyState === CLOSED) this.#sockets.delete(other);
    this.#sockets.add(socket);
    onError(socket, (error) => {
      this.#failure ??= this.faults.connectFailure(error);
    });
    // A listener that hears of the end may start again at once.
    this.attachSocket(socket, this.#setup.settings(), 'first');
  }

  override cut(socket: RecognizerSocket, end: SocketEnd = {}): void {
    const isLost = this.#isStopping && socket === this.socket && this.streams.isOwed;
    if (isLost) this.#stopFailure ??= this.faults.lossError(end);
    super.cut(socket, end);
  }

  protected override cutStreams(end: SocketEnd): void {
    const loss = this.faults.lossError(end);
    this.#loss = loss;
    if (this.#attempts.current === undefined) super.cutStreams(end);
    else {
      this.#endRecognition();
      this.#attempts.fail(this.#failure ?? this.faults.closedEarly(end));
    }
    this.#waits.reject(() => loss);
  }

  #beginRecognition(): void {
    this.streams.add(new ToldStream('recognition', (cause) => this.#tellLoss(cause)));
  }

  #endRecognition(): void {
    for (const recognition of this.streams.open) recognition.end();
    this.streams.noteEnd();
  }

  /** The SDK tells the listeners for `socketStateChange`. */
  #tellLoss({ message }: Error): void {
    const { getEventListeners } = nodeModule<typeof import('node:events')>('events') ?? {};
    if (getEventListeners?.(this.#ws, 'socketStateChange').length === 0) this.faults.warn(message);
  }

  // -- sending and receiving --

  /** @throws {DisconnectedError} once the door is closed; the loss, on a socket that is gone: `ws` drops it without a word */
  send({ message }: Message, send: () => void): void {
    try {
      if (!this.#isSdkStopping) this.admit(`${message[0]?.toLowerCase()}${message.slice(1)}()`);
      if (this.socket !== undefined && this.socket.readyState > OPEN) throw this.#loss ?? this.faults.lossError({});
      send();
      if (message === 'StartRecognition' && !this.isDeaf) this.#beginRecognition();
    } finally {
      this.#waits.onSent(message);
    }
  }

  /** Asks the provider for something. @param timeout the SDK's own limit, in ms */
  async ask<T>(ask: () => Promise<T>, timeout: number | undefined): Promise<T> {
    this.admit('getSpeakers()');
    return this.#waits.follow('getSpeakers()', ask, timeout ? 'GetSpeakers' : undefined);
  }

  /** @returns whether listeners hear the message */
  onReceive({ message }: Message): boolean {
    const isHeard = !this.isDeaf || this.#isStopping;
    if (message === 'EndOfTranscript') {
      this.#endRecognition();
      // The SDK closes the socket.
      if (this.#isStopping) this.#limitClose();
    }
    return isHeard;
  }

  protected override onUnreadable(): boolean {
    this.faults.unreadable(unreadable);
    // No event of the SDK tells of it. An error of a listener of the app does not come here.
    if (!this.isDeaf) this.faults.warn(unreadable);
    return true;
  }

  // -- the end --

  override end(limit: Budget | Deadline, drain?: number): Ladder {
    const ladder = super.end(limit, drain);
    this.#attempts.end(ladder.ended);
    return ladder;
  }

  /**
   * The SDK's own end: it waits for the rest of the transcript as long as the SDK does.
   *
   * @returns the report; `undefined` with `noTimeout`, when nobody waits
   * @throws {Error} the SDK's own, when the transcript is not complete in time; {StreamEndedError} when the connection is lost
   */
  async stop(options: StopOptions = {}): Promise<DisconnectReport | undefined> {
    const ended = this.#stop(options);
    if (options.noTimeout) return undefined;
    const report = await ended;
    if (this.#stopFailure !== undefined) throw this.#stopFailure;
    return report;
  }

  #stop(options: StopOptions): Promise<DisconnectReport> {
    const wait = options.noTimeout ? maxDelay : this.#ws.timeout;
    const limit = Math.min(wait + caps.close, maxDelay);
    if (this.ended) return this.end({ timeout: limit }, wait).ended;
    // The SDK's own error.
    if (this.socket === undefined) this.#setup.sdk.sendMessage.call(this.#ws, this.#endOfStream);
    this.#isStopping = true;
    this.#stopFailure = this.#loss;
    const ended = this.close(() => this.#stopSdk(options), limit);
    this.#attempts.end(ended);
    return ended;
  }

  #stopSdk(options: StopOptions): void {
    if (this.socket?.readyState !== OPEN) {
      this.sendClose();
      return;
    }
    const stop = () => this.#setup.sdk.stopRecognition.call(this.#ws, options);
    this.#isSdkStopping = true;
    const stopped = this.#waits.follow('stopRecognition()', stop, options.noTimeout ? undefined : 'EndOfStream');
    this.#isSdkStopping = false;
    stopped.catch((error: Error) => {
      if (!this.#isStopping) return;
      this.#stopFailure ??= error;
      this.sendClose();
      this.#limitClose();
    });
  }

  /** The peer has so long to answer the close frame, whatever is left of the time for the transcript. */
  #limitClose(): void {
    void this.close(() => {});
  }

  get #endOfStream(): Message {
    return { message: 'EndOfStream', last_seq_no: this.#ws.lastAudioAddedSeqNo };
  }

  protected sendClose(): void {
    for (const socket of this.#sockets) socket.close();
  }

  /** The provider transcribes what it has heard when it is told that this is all. */
  protected override finishStreams(): Promise<void> | undefined {
    const finished = this.socket?.readyState === OPEN ? this.streams.whenNoneOpen() : undefined;
    if (finished !== undefined) this.#setup.sdk.sendMessage.call(this.#ws, this.#endOfStream);
    return finished;
  }

  protected override dropStreams(): void {
    if (this.#isStopping) return;
    super.dropStreams();
    this.#waits.reject((call) => new DisconnectedError(call));
  }

  override force(ended: () => void): boolean {
    this.#isStopping = false;
    return super.force(ended);
  }

  protected override releaseStreams(): void {
    this.#isStopping = false;
    this.#endRecognition();
    this.#waits.reject((call) => new DisconnectedError(call));
  }
}

/** The SDK puts the token into the address. */
function tokenOf(socket: RecognizerSocket | undefined): string | undefined {
  const { url = '' } = socket ?? {};
  return URL.canParse(url) ? (new URL(url).searchParams.get('jwt') ?? undefined) : undefined;
}
