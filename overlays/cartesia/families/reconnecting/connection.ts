import type { Budget, Deadline } from '../../../../core/deadline.ts';
import { ConnectTimeoutError, DisconnectedError } from '../../../../core/errors.ts';
import type { Ladder, Step } from '../../../../core/ladder.ts';
import { Connection, type Occupancy } from '../../../connection/connection.ts';
import { Faults } from '../../../connection/faults.ts';
import { destroyable } from '../../../fern/destroyable.ts';
import { HeldSocket, type Holder } from '../../../fern/reconnecting-socket.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { forceClose, type SocketEnd, type SocketLike } from '../../../sockets/socket.ts';
import type { ConnectOptions, ReconnectingClient, SocketEvent } from './shapes.ts';

export interface Surroundings<W> {
  /** The class's own members. */
  sdk: W;
  /** The options of `overlay()` that are in force now. */
  settings(): ResolvedOptions;
}

/** One attempt to connect, which all who ask meanwhile share. */
interface Attempt {
  readonly promise: Promise<unknown>;
  fail(error: Error): void;
}

/**
 * One connection object of 1.x or 2.x. Every `connect()` makes a new reconnecting socket, which dials again after a
 * drop, and so has one socket after the other inside.
 */
export abstract class ReconnectingConnection<W extends ReconnectingClient> extends Connection implements Holder {
  readonly faults: Faults;
  protected readonly ws: W;
  readonly #sdk: W;
  readonly #settings: () => ResolvedOptions;
  protected held: HeldSocket | undefined;
  #attempt: Attempt | undefined;
  #report: Promise<unknown> | undefined;
  /** Counts `disconnect()` calls: a `connect()` that waits for an earlier one to end must not outlive a later one. */
  #ends = 0;
  /** Of the user's last `connect()`; what dials by itself takes them too. */
  #connectOptions: ConnectOptions = {};
  /** The calls that wait for their turn. */
  #queue: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #recovery: Promise<void> | undefined;

  constructor(ws: W, occupancy: Occupancy, { sdk, settings }: Surroundings<W>) {
    super(occupancy);
    this.ws = ws;
    this.#sdk = sdk;
    this.#settings = settings;
    this.faults = new Faults(() => secretsOf(ws));
  }

  protected get socket(): SocketLike | undefined {
    return this.ws.socket?._ws;
  }

  // -- connecting --

  /** @param given the user's options; the SDK itself gives none, for a call that waits */
  connect(given?: ConnectOptions): Promise<unknown> {
    return this.#connectOnce(given === undefined && this.#queued > 0 ? undefined : (given ?? {}));
  }

  /** The user's own `connect()` opens a connection. */
  protected beginAnew(options: ConnectOptions): void {
    this.#connectOptions = options;
  }

  #connectOnce(given?: ConnectOptions): Promise<unknown> {
    if (this.#attempt !== undefined) return this.#attempt.promise;
    // As the SDK says since 1.3.0; before, the first connection was left open.
    if (this.connected) return Promise.reject(new Error('WebSocket is already connected.'));
    if (given !== undefined) this.beginAnew(given);
    let fail: Attempt['fail'] = () => {};
    const failed = new Promise<never>((_, reject) => {
      fail = reject;
    });
    let isOver = false;
    const dialling = this.#dial(() => isOver);
    const attempt: Attempt = { promise: this.#limit(Promise.race([failed, dialling]), fail), fail };
    this.#attempt = attempt;
    const settle = () => {
      isOver = true;
      if (this.#attempt === attempt) this.#attempt = undefined;
    };
    // First of all who wait: they may want to dial again.
    attempt.promise.then(settle, settle);
    return attempt.promise;
  }

  #limit(attempt: Promise<unknown>, fail: Attempt['fail']): Promise<unknown> {
    const { connectTimeout } = this.#settings();
    const timer = setTimeout(() => fail(new ConnectTimeoutError(connectTimeout)), connectTimeout);
    const settled = attempt.catch((error: unknown) => {
      // Nothing is left behind: no socket, and nothing that would dial again. What we ended is the ladder's.
      if (!this.ended) this.held?.retire();
      throw error;
    });
    return settled.finally(() => clearTimeout(timer));
  }

  /** @param isOver whether nobody waits for it any more */
  async #dial(isOver: () => boolean): Promise<unknown> {
    if (this.ended) {
      const ends = this.#ends;
      await this.#report;
      if (isOver() || ends !== this.#ends) throw new DisconnectedError('connect()');
      this.reopen();
    }
    this.held?.retire();
    this.faults.lastError = undefined;
    const { socket: before } = this.ws;
    const { WebSocket } = this.#settings();
    const options = destroyable({ ...(WebSocket && { WebSocket }), ...this.#connectOptions });
    const dialling = this.#sdk.connect.call(this.ws, options);
    const { socket } = this.ws;
    if (socket !== undefined && socket !== before) {
      this.held = new HeldSocket(socket, this);
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
    if (socket !== undefined) this.held = new HeldSocket(socket, this);
  }

  onSocket(socket: SocketLike): void {
    try {
      this.attachSocket(socket, this.#settings());
    } catch (error) {
      if (this.#attempt === undefined) throw error;
      this.#attempt.fail(error as Error);
      forceClose(socket);
    }
  }

  onError(error: unknown, socket: SocketLike | undefined): void {
    this.faults.lastError ??= this.faults.clean(error);
    if (socket !== undefined) this.drop(socket);
  }

  onTimeout(limit: number): void {
    this.faults.lastError = new ConnectTimeoutError(limit);
  }

  onClose(end: SocketEnd): void {
    const { socket } = this;
    // Whoever reads learns of it before the SDK calls it a normal end.
    if (socket !== undefined) this.drop(socket, end);
    if (!this.ended) this.#attempt?.fail(this.faults.connectFailure(this.faults.lastError ?? new Error(closedEarly)));
  }

  abstract onFrame(event: SocketEvent, pass: () => void): void;

  /** The listeners of a reconnecting socket are guarded one by one. */
  protected override guard(): void {}

  protected onUnreadable(): boolean {
    return true;
  }

  // -- what the ladder asks --

  override end(limit: Budget | Deadline): Ladder {
    this.#ends++;
    const ladder = super.end(limit);
    this.#report = ladder.ended;
    return ladder;
  }

  /** Closing ends the streams on the provider: there is nothing to ask before. */
  protected politeSteps(): Step[] {
    return [];
  }

  protected sendClose(): void {
    this.#sdk.disconnect.call(this.ws);
  }

  protected endStreams(): void {
    this.held?.stop();
    this.dropStreams();
    this.#attempt?.fail(new DisconnectedError('connect()'));
  }

  /** Ends what is being read, quietly. */
  protected abstract dropStreams(): void;

  protected unsettled(): string[] {
    return [];
  }
}

const closedEarly = 'WebSocket closed before it could connect.';

/** Keys as they were given, and as they are in the address, where those end up that a function supplies. */
function secretsOf({ options, apiKey, socket }: ReconnectingClient): unknown[] {
  const url = socket?._ws?.url;
  const query = typeof url === 'string' && URL.canParse(url) ? new URL(url).searchParams : new URLSearchParams();
  return [options?.apiKey, apiKey, query.get('api_key'), query.get('access_token')];
}
