import { type Budget, Deadline } from '../../../../core/deadline.ts';
import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import { DisconnectedError } from '../../../../core/errors.ts';
import type { Ladder, Step } from '../../../../core/ladder.ts';
import { Connection, type Occupancy } from '../../../connection/connection.ts';
import { Faults } from '../../../connection/faults.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { CLOSED, CONNECTING, forceClose, OPEN, type SocketEnd, type SocketLike } from '../../../sockets/socket.ts';
import type { AudioSource, SpeechRequest, WebSocketWrapper } from './shapes.ts';
import { Streams } from './streams.ts';

/** The classes' own members, to be called when hangup's are in their place. */
export interface Sdk {
  wrapper: WebSocketWrapper;
  source: AudioSource;
}

/** One attempt to connect, which all who ask meanwhile share. */
interface Attempt {
  readonly promise: Promise<void>;
  fail(error: Error): void;
}

/** One `WebSocketWrapper`: a source for each request, on one socket. It never dials by itself, only in `connect()`. */
export class SourceConnection extends Connection {
  protected readonly name = 'socket tts';
  readonly faults: Faults;
  readonly streams: Streams;
  readonly #ws: WebSocketWrapper;
  readonly #sdk: WebSocketWrapper;
  readonly #resolveOptions: () => ResolvedOptions;
  #attempt: Attempt | undefined;
  #report: Promise<DisconnectReport> | undefined;
  /** Counts `disconnect()` calls: a `connect()` that waits for an earlier one to end must not outlive a later one. */
  #ends = 0;
  /** How the last socket was lost. */
  #lost: SocketEnd = {};

  constructor(ws: WebSocketWrapper, sdk: Sdk, occupancy: Occupancy, resolveOptions: () => ResolvedOptions) {
    super(occupancy);
    this.#ws = ws;
    this.#sdk = sdk.wrapper;
    this.#resolveOptions = resolveOptions;
    this.faults = new Faults(() => [ws.client?.apiKey]);
    this.streams = new Streams(ws, sdk.source, this.faults);
  }

  protected get socket(): SocketLike | undefined {
    return this.#ws.socket ?? undefined;
  }

  // -- connecting --

  connect(): Promise<void> {
    if (this.#attempt !== undefined) return this.#attempt.promise;
    // A second socket would leave the first one open, with nobody to close it.
    if (this.connected) return Promise.resolve();
    let fail: Attempt['fail'] = () => {};
    const failed = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const promise = Promise.race([this.#dial(), failed]).finally(() => {
      this.#attempt = undefined;
    });
    this.#attempt = { promise, fail };
    return promise;
  }

  async #dial(): Promise<void> {
    const { socket: before } = this;
    if (!this.ended && !this.idle && before !== undefined) {
      // The peer has begun to close it, or it is another's that never got through: its end must not meet new streams.
      this.drop(before);
      this.#report = super.end(Deadline.spent('force')).ended;
    }
    if (this.ended) {
      const ends = this.#ends;
      await this.#report;
      if (ends !== this.#ends) throw new DisconnectedError('connect()');
      this.reopen();
    }
    this.streams.forget();
    this.#ws.socket = null;
    const opened = this.#sdk.connect.call(this.#ws);
    const { socket } = this.#ws;
    try {
      if (socket !== null) this.#attach(socket, this.#resolveOptions());
      await opened;
    } catch (error) {
      opened.catch(() => {});
      if (socket !== null) forceClose(socket);
      if (this.#ws.socket === socket) this.#ws.socket = null;
      throw this.ended ? new DisconnectedError('connect()') : this.faults.connectFailure(error);
    }
  }

  #attach(socket: SocketLike, options: ResolvedOptions): void {
    // The SDK's listener marks every source as done.
    this.attachSocket(socket, options, 'first');
    socket.addEventListener('error', ({ error }: { error?: unknown }) => {
      this.faults.lastError ??= this.faults.clean(error);
    });
  }

  adopt(options: ResolvedOptions): void {
    const { socket } = this;
    if (socket !== undefined && socket.readyState !== CLOSED) this.#attach(socket, options);
    this.streams.adopt();
  }

  // -- sending --

  async send(request: SpeechRequest): Promise<{ source: AudioSource }> {
    if (this.#attempt !== undefined) await this.#attempt.promise;
    this.admit('send()');
    const { socket } = this.#ws;
    // The SDK has errors of its own for these.
    if (socket === null || socket.readyState === CONNECTING) return this.#sdk.send.call(this.#ws, request);
    const contextId = request.contextId || crypto.randomUUID();
    if (socket.readyState !== OPEN) {
      throw this.faults.streamEnded({ contextId, phase: 'first-chunk' }, this.#lost);
    }
    const named = { contextId: { value: contextId, enumerable: true } };
    const sending = this.#sdk.send.call(this.#ws, request.contextId ? request : Object.create(request, named));
    this.streams.enter(contextId);
    return sending;
  }

  // -- what the ladder asks --

  override end(limit: Budget | Deadline): Ladder {
    this.#ends++;
    const ladder = super.end(limit);
    this.#report = ladder.ended;
    this.#attempt?.fail(new DisconnectedError('connect()'));
    return ladder;
  }

  /** Closing is how the SDK ends its contexts: there is nothing to ask before. */
  protected politeSteps(): Step[] {
    return [];
  }

  protected sendClose(): void {
    this.#sdk.disconnect.call(this.#ws);
  }

  protected endStreams(): void {
    this.streams.drop();
  }

  protected cutStreams(end: SocketEnd): void {
    this.#lost = end;
    this.streams.cut(end);
  }

  protected forgetStreams(): void {
    this.streams.forgetUnfinished();
  }

  protected unfinished(): string[] {
    return this.streams.unfinished;
  }

  protected unsettled(): string[] {
    return [];
  }

  /** The SDK catches what it throws itself. */
  protected onUnreadable(): boolean {
    return false;
  }
}
