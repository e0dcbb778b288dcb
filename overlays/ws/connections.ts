import { ConnectTimeoutError, DisconnectedError, HangupError } from '../../core/errors.ts';
import { Connection, type SocketEvents } from '../connection/connection.ts';
import { Faults } from '../connection/faults.ts';
import { StreamSet } from '../connection/streams.ts';
import { destroyable } from '../fern/destroyable.ts';
import type { Listener, ReconnectingSocket, SocketEvent } from '../fern/shapes.ts';
import { type Guarded, ReconnectingSocketGuard } from '../fern/socket-guard.ts';
import { keep, kept } from '../foreign/keep.ts';
import { optionsOfInstance, type ResolvedOptions } from '../seams/overlay-options.ts';
import { isReconnecting } from '../sockets/reconnecting.ts';
import { CLOSED, type SocketEnd, type SocketLike } from '../sockets/socket.ts';
import { judgeErrors } from '../sockets/watch.ts';
import { isWsSocket } from '../sockets/ws.ts';
import { hostOf, secretsOf } from './address.ts';
import type { GuardedSocket } from './shapes.ts';

/** `ws` makes this error when its own `close()` or `terminate()` ends a handshake. */
const closedEarly = 'WebSocket was closed before the connection was established';

/** A socket without an SDK that hangup knows. It has no streams: its users hear of its end by its own events. */
abstract class RawConnection extends Connection {
  readonly faults = new Faults(this, () => this.#secrets);
  readonly streams = new StreamSet();
  /** Those of the newest socket. */
  #secrets: readonly string[] = [];

  constructor() {
    super(noEvents);
  }

  protected take(socket: GuardedSocket, options: ResolvedOptions): void {
    this.#secrets = secretsOf(socket);
    judgeErrors(socket, (error, isHeard) => this.#judge(error, isHeard));
    this.attachSocket(socket, options, 'first');
  }

  /** @returns the error for the listeners of the socket; `undefined` when nobody is to hear of it */
  #judge(error: unknown, isHeard: boolean): unknown {
    const ours = this.faults.isConnecting ? this.#reason : undefined;
    if (isHeard) return ours ?? error;
    const isAsked = this.ended || (error as Error | undefined)?.message === closedEarly;
    if (!isAsked) return error;
    // The limit of a handshake is hangup's: the app has not asked for this end.
    if (!this.ended && ours !== undefined) this.faults.warn(`${this.name}: ${ours.message}`);
    return undefined;
  }

  /** Says why hangup has ended the handshake. */
  get #reason(): HangupError | undefined {
    if (this.ended) return new DisconnectedError('connect()');
    const { lastError } = this.faults;
    return lastError instanceof HangupError ? lastError : undefined;
  }

  /** Tells why hangup has destroyed an open socket: `ws` says only that it has closed. */
  protected override cutStreams(end: SocketEnd): void {
    const { socket, faults } = this;
    const { lastError, isConnecting } = faults;
    if (socket === undefined || isConnecting || end.code !== 1006 || !(lastError instanceof HangupError)) return;
    if (isWsSocket(socket) && socket.listeners('error').length > 0) socket.emit('error', lastError);
  }
}

/** A socket of `ws`, or one of Node's own. */
class PlainConnection extends RawConnection {
  readonly name: string;
  protected override readonly throwsUnheard = true;
  readonly #socket: GuardedSocket;

  constructor(socket: GuardedSocket) {
    super();
    this.#socket = socket;
    this.name = nameOf(socket);
  }

  protected get socket(): SocketLike {
    return this.#socket;
  }

  adopt(options: ResolvedOptions): void {
    if (this.#socket.readyState !== CLOSED) this.take(this.#socket, options);
  }

  protected sendClose(): void {
    this.#socket.close(1000);
  }
}

/** A socket that dials again by itself: one socket after the other is inside. */
class WrapperConnection extends RawConnection implements Guarded {
  readonly #wrapper: ReconnectingSocket;
  #guard: ReconnectingSocketGuard | undefined;

  constructor(wrapper: ReconnectingSocket) {
    super();
    this.#wrapper = wrapper;
  }

  get name(): string {
    return nameOf(this.#wrapper as { url?: unknown });
  }

  protected get socket(): SocketLike | undefined {
    return this.#wrapper._ws;
  }

  adopt(): void {
    this.#wrapper._options = destroyable(this.#wrapper._options);
    this.#guard = new ReconnectingSocketGuard(this.#wrapper, this);
  }

  onSocket(socket: SocketLike): void {
    this.take(socket, optionsOfInstance(this.#wrapper));
  }

  onError(error: unknown): void {
    this.faults.lastError ??= this.faults.clean(error);
  }

  onTimeout(limit: number): void {
    this.faults.lastError = new ConnectTimeoutError(limit);
  }

  onClose(): void {}

  onFrame(event: SocketEvent, pass: Listener): void {
    pass(event);
  }

  protected override stopDialling(): void {
    this.#guard?.stop();
  }

  protected sendClose(): void {
    this.#wrapper.close();
  }
}

const noEvents: SocketEvents = { onBusy() {}, onIdle() {}, onReopen() {} };

/** The server's socket has no address. */
function nameOf({ url }: { readonly url?: unknown }): string {
  const host = hostOf(url);
  return host === undefined ? 'socket' : `socket ${host}`;
}

/** A socket keeps its connection under this key. */
const connectionKey = Symbol('hangup.socket');

/** The connection of a socket. It is covered from now on. */
export function connectionOf(socket: object): Connection {
  const known = kept<Connection>(socket, connectionKey);
  if (known !== undefined) return known;
  const connection = isReconnecting(socket)
    ? new WrapperConnection(socket as unknown as ReconnectingSocket)
    : new PlainConnection(socket as GuardedSocket);
  connection.adopt(optionsOfInstance(socket));
  keep(socket, connectionKey, connection);
  return connection;
}
