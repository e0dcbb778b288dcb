import { type Budget, Deadline } from '../../../../core/deadline.ts';
import { DisconnectedError } from '../../../../core/errors.ts';
import type { Ladder } from '../../../../core/ladder.ts';
import { Attempts, type UnderWay } from '../../../connection/attempt.ts';
import { Connection, type SocketEvents } from '../../../connection/connection.ts';
import { Faults } from '../../../connection/faults.ts';
import { uuid } from '../../../foreign/uuid.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { forceClose } from '../../../sockets/destroy.ts';
import { CLOSED, CONNECTING, OPEN, type SocketEnd, type SocketLike } from '../../../sockets/socket.ts';
import type { AudioSource, SpeechRequest, WebSocketWrapper } from './shapes.ts';
import { Sources } from './streams.ts';

/** The classes' own members, to be called when hangup's are in their place. */
export interface Sdk {
  wrapper: WebSocketWrapper;
  source: AudioSource;
}

/** One `WebSocketWrapper`: a source for each request, on one socket. It dials only in `connect()`. */
export class SourceConnection extends Connection {
  readonly name = 'socket tts';
  readonly faults: Faults;
  readonly streams: Sources;
  readonly #ws: WebSocketWrapper;
  readonly #sdk: WebSocketWrapper;
  readonly #resolveOptions: () => ResolvedOptions;
  readonly #attempts = new Attempts<void>();
  /** How the last socket was lost. */
  #lost: SocketEnd = {};

  constructor(ws: WebSocketWrapper, sdk: Sdk, events: SocketEvents, resolveOptions: () => ResolvedOptions) {
    super(events);
    this.#ws = ws;
    this.#sdk = sdk.wrapper;
    this.#resolveOptions = resolveOptions;
    this.faults = new Faults(this, () => [ws.client?.apiKey]);
    this.streams = new Sources(ws, sdk.source, this.faults);
  }

  protected get socket(): SocketLike | undefined {
    return this.#ws.socket ?? undefined;
  }

  // -- connecting --

  connect(): Promise<void> {
    const { current } = this.#attempts;
    if (current !== undefined) return current;
    // A second socket would leave the first one open, with nobody to close it.
    if (this.connected) return Promise.resolve();
    return this.#attempts.start((attempt) => this.#dial(attempt));
  }

  async #dial(attempt: UnderWay): Promise<void> {
    const { socket: before } = this;
    if (!this.ended && !this.idle && before !== undefined) {
      // The peer has begun to close this socket, or its handshake never ended: its close must not meet new streams.
      this.cut(before);
      this.#attempts.lastEnd = super.end(Deadline.spent('force')).ended;
    }
    if (this.ended) {
      await this.#attempts.lastEnd;
      attempt.admit();
      this.reopen();
    }
    this.streams.reset();
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
    // It comes before the listener that cuts the streams with this error as the cause.
    socket.addEventListener('error', ({ error }: { error?: unknown }) => {
      this.faults.lastError ??= this.faults.clean(error);
    });
    // The SDK's listener marks every source as done.
    this.attachSocket(socket, options, 'first');
  }

  adopt(options: ResolvedOptions): void {
    const { socket } = this;
    if (socket !== undefined && socket.readyState !== CLOSED) this.#attach(socket, options);
    this.streams.adopt();
  }

  // -- sending --

  async send(request: SpeechRequest): Promise<{ source: AudioSource }> {
    const { current } = this.#attempts;
    if (current !== undefined) await current;
    this.admit('send()');
    const { socket } = this.#ws;
    // The SDK has errors of its own for these two states.
    if (socket === null || socket.readyState === CONNECTING) return this.#sdk.send.call(this.#ws, request);
    const contextId = request.contextId || uuid();
    if (socket.readyState !== OPEN) {
      throw this.faults.lossError(this.#lost, { contextId, phase: 'first-chunk' });
    }
    const named = { contextId: { value: contextId, enumerable: true } };
    const sending = this.#sdk.send.call(this.#ws, request.contextId ? request : Object.create(request, named));
    this.streams.enter(contextId, request);
    return sending;
  }

  // -- the end --

  override end(limit: Budget | Deadline, drain?: number): Ladder {
    const ladder = super.end(limit, drain);
    this.#attempts.end(ladder.ended);
    return ladder;
  }

  /** The provider of a context that takes more text waits for that, and holds the last words back. */
  protected override finishStreams(): Promise<void> | undefined {
    const requests = new Map(this.streams.open.map(({ contextId, request }) => [contextId, request]));
    for (const [contextId, request] of requests) {
      if (request?.continue !== true || this.socket?.readyState !== OPEN) continue;
      // The source that the SDK makes for this request is nobody's.
      const ws = Object.create(this.#ws, { sources: { value: new Map() } }) as WebSocketWrapper;
      void this.#sdk.send.call(ws, { ...request, contextId, transcript: '', continue: false });
    }
    return this.streams.whenNoneOpen();
  }

  protected sendClose(): void {
    this.#sdk.disconnect.call(this.#ws);
  }

  protected override cutStreams(end: SocketEnd): void {
    this.#lost = end;
    super.cutStreams(end);
  }
}
