import type { Budget, Deadline } from '../../../../core/deadline.ts';
import { ConnectTimeoutError, DisconnectedError } from '../../../../core/errors.ts';
import type { Ladder } from '../../../../core/ladder.ts';
import { Attempts, type UnderWay } from '../../../connection/attempt.ts';
import { Connection, type SocketEvents } from '../../../connection/connection.ts';
import { Faults } from '../../../connection/faults.ts';
import { destroyable } from '../../../fern/destroyable.ts';
import type { Listener, SocketEvent } from '../../../fern/shapes.ts';
import { type Guarded, ReconnectingSocketGuard } from '../../../fern/socket-guard.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { forceClose } from '../../../sockets/destroy.ts';
import type { SocketEnd, SocketLike } from '../../../sockets/socket.ts';
import type { ConnectOptions, ReconnectingClient } from './shapes.ts';

/** The class of a connection, and the options for it. */
export interface Setup<W> {
  /** The class's own members. */
  sdk: W;
  /** The options of `overlay()` that are in force now. */
  settings(): ResolvedOptions;
}

/**
 * One connection object of 1.x or 2.x. Every `connect()` makes a new reconnecting socket, which dials again after a
 * drop, and so has one socket after the other inside.
 */
export abstract class ReconnectingConnection<W extends ReconnectingClient> extends Connection implements Guarded {
  readonly faults: Faults;
  protected readonly ws: W;
  readonly #sdk: W;
  readonly #settings: () => ResolvedOptions;
  protected guard: ReconnectingSocketGuard | undefined;
  readonly #attempts = new Attempts<unknown>();
  /** The options of the user's last `connect()`; a call that connects by itself takes them too. */
  #connectOptions: ConnectOptions = {};
  /** The calls that wait for their turn. */
  #queue: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #recovery: Promise<void> | undefined;

  constructor(ws: W, events: SocketEvents, { sdk, settings }: Setup<W>) {
    super(events);
    this.ws = ws;
    this.#sdk = sdk;
    this.#settings = settings;
    this.faults = new Faults(this, () => secretsOf(ws));
  }

  protected get socket(): SocketLike | undefined {
    return this.ws.socket?._ws;
  }

  // -- connecting --

  /** @param given the user's options; the SDK itself gives none when it connects for a call that waits */
  connect(given?: ConnectOptions): Promise<unknown> {
    return this.#connectOnce(given === undefined && this.#queued > 0 ? undefined : (given ?? {}));
  }

  /** The user's own `connect()` opens a connection. */
  protected beginAnew(options: ConnectOptions): void {
    this.#connectOptions = options;
  }

  #connectOnce(given?: ConnectOptions): Promise<unknown> {
    const { current } = this.#attempts;
    if (current !== undefined) return current;
    // As the SDK says since 1.3.0; before, the first connection was left open.
    if (this.connected) return Promise.reject(new Error('WebSocket is already connected.'));
    if (given !== undefined) this.beginAnew(given);
    return this.#attempts.start((attempt) => this.#dial(attempt), {
      limit: this.#settings().connectTimeout,
      onFailure: () => {
        // No socket is left behind, and nothing that would dial again. A connection that we end is the ladder's.
        if (!this.ended) this.guard?.retire();
      },
    });
  }

  async #dial(attempt: UnderWay): Promise<unknown> {
    if (this.ended) {
      await this.#attempts.lastEnd;
      attempt.admit();
      this.reopen();
    }
    this.guard?.retire();
    this.faults.lastError = undefined;
    const { socket: before } = this.ws;
    const { WebSocket } = this.#settings();
    const options = destroyable({ ...(WebSocket && { WebSocket }), ...this.#connectOptions });
    const dialling = this.#sdk.connect.call(this.ws, options);
    const { socket } = this.ws;
    if (socket !== undefined && socket !== before) {
      this.guard = new ReconnectingSocketGuard(socket, this);
      // Before 1.3.0 the SDK's connect() takes no options.
      if (options.WebSocket !== undefined) socket._options.WebSocket = options.WebSocket;
    }
    try {
      return await dialling;
    } catch (error) {
      throw this.ended
        ? new DisconnectedError('connect()')
        : this.faults.connectFailure(this.faults.lastError ?? error);
    }
  }

  /** Nothing waits for the connection: a call needs no queue to keep its turn. */
  get isClear(): boolean {
    return this.connected && this.#queued === 0;
  }

  /** Runs calls of the SDK's that need the connection one after another, and connects for them where there is none. */
  enqueue<R>(call: string, run: () => R | Promise<R>): Promise<R> {
    this.admit(call);
    if (!this.connected) this.#recovery ??= this.connectForCall().finally(this.#recovered);
    const ready = this.#recovery;
    const result = Promise.all([ready, this.#queue]).then(() => {
      this.admit(call);
      return run();
    });
    this.#queued++;
    const settle = () => {
      this.#queued--;
    };
    this.#queue = result.then(settle, settle);
    return result;
  }

  readonly #recovered = () => {
    this.#recovery = undefined;
  };

  protected async connectForCall(): Promise<void> {
    await this.#connectOnce();
  }

  // -- sockets --

  adopt(): void {
    const { socket } = this.ws;
    if (socket !== undefined) this.guard = new ReconnectingSocketGuard(socket, this);
  }

  onSocket(socket: SocketLike): void {
    try {
      this.attachSocket(socket, this.#settings());
    } catch (error) {
      if (this.#attempts.current === undefined) throw error;
      this.#attempts.fail(error as Error);
      forceClose(socket);
    }
  }

  onError(error: unknown, socket: SocketLike | undefined): void {
    this.faults.lastError ??= this.faults.clean(error);
    if (socket !== undefined) this.cut(socket);
  }

  onTimeout(limit: number): void {
    this.faults.lastError = new ConnectTimeoutError(limit);
  }

  onClose(end: SocketEnd): void {
    const { socket } = this;
    // Readers learn of it before the SDK calls it a normal end.
    if (socket !== undefined) this.cut(socket, end);
    if (!this.ended) this.#attempts.fail(this.faults.connectFailure(this.faults.lastError ?? new Error(closedEarly)));
  }

  abstract onFrame(event: SocketEvent, pass: Listener): void;

  // -- the end --

  override end(limit: Budget | Deadline, drain?: number): Ladder {
    const ladder = super.end(limit, drain);
    this.#attempts.end(ladder.ended);
    return ladder;
  }

  protected sendClose(): void {
    this.#sdk.disconnect.call(this.ws);
  }

  protected override stopDialling(): void {
    this.guard?.stop();
  }
}

const closedEarly = 'WebSocket closed before it could connect.';

/** Keys as they were given, and as they are in the address: a key that a function supplies is found only there. */
function secretsOf({ options, apiKey, socket }: ReconnectingClient): unknown[] {
  const url = socket?._ws?.url;
  const query = typeof url === 'string' && URL.canParse(url) ? new URL(url).searchParams : new URLSearchParams();
  return [options?.apiKey, apiKey, query.get('api_key'), query.get('access_token')];
}
