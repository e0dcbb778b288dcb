import type { Budget, Deadline } from '../../../../core/deadline.ts';
import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import { HangupError } from '../../../../core/errors.ts';
import type { Ladder } from '../../../../core/ladder.ts';
import { Connection, type SocketEvents } from '../../../connection/connection.ts';
import { Faults } from '../../../connection/faults.ts';
import { StreamSet } from '../../../connection/streams.ts';
import { ToldStream } from '../../../connection/told-stream.ts';
import { keepAssigned } from '../../../foreign/assigned.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { forceClose } from '../../../sockets/destroy.ts';
import { openDestroyable } from '../../../sockets/native.ts';
import { CLOSED, OPEN, type SocketEnd, type SocketLike } from '../../../sockets/socket.ts';
import { onError } from '../../../sockets/watch.ts';
import { isFarewell, type Protocol, protocolOf } from './protocols.ts';
import { isSocket, type LiveClient, type LiveSocket } from './shapes.ts';

const unreadable = 'the provider sent a message that the SDK cannot read';

/** The class of a live client, and the options for it. */
interface Setup {
  /** The class's own members, and its bases'. */
  sdk: LiveClient;
  /** The options of `overlay()` that are in force now. */
  settings(): ResolvedOptions;
}

/** One live client of 3.4 to 4.x: one socket after the other, each after a `disconnect()`. */
export class LiveConnection extends Connection {
  readonly faults: Faults;
  /** The work that the provider has to do, as one stream. */
  readonly streams = new StreamSet<ToldStream>();
  readonly #ws: LiveClient;
  readonly #setup: Setup;
  #work: ToldStream | undefined;
  /** The provider was told that nothing more follows. */
  #hasFarewell = false;
  /** The provider has said that nothing more follows. */
  #hasLast = false;
  /** The app has called the SDK's own `disconnect(code)`: its listeners hear the rest. */
  #isOwnClose = false;
  /** The SDK opens a socket in this tick. */
  #isOpening = false;
  /** Says how the last socket was lost, until there is another. */
  #loss: Error | undefined;
  /** Settles when the last end is over. */
  #lastEnd: Promise<unknown> | undefined;
  /** Connects when the end that goes on is over. A further end calls it off. */
  #waiting: (() => void) | undefined;

  constructor(ws: LiveClient, events: SocketEvents, setup: Setup) {
    super(events);
    this.#ws = ws;
    this.#setup = setup;
    this.faults = new Faults(this, () => [ws.key, ws.accessToken]);
  }

  get name(): string {
    return `socket ${this.#ws.namespace}`;
  }

  get #protocol(): Protocol {
    return protocolOf(this.#ws.namespace);
  }

  protected get socket(): LiveSocket | undefined {
    const { conn } = this.#ws;
    return isSocket(conn) ? conn : undefined;
  }

  // -- connecting --

  /** @param sdkConnect opens a socket in its tick, or loads `ws` before */
  connect(sdkConnect: () => void): void {
    if (!this.ended) this.#open(sdkConnect);
    else if (this.closed) this.#reopen(sdkConnect);
    else {
      const waiting = () => this.#reopen(sdkConnect);
      this.#waiting = waiting;
      const onEnd = () => {
        if (this.#waiting === waiting) waiting();
      };
      this.#lastEnd?.then(onEnd).catch(() => {});
    }
  }

  #reopen(sdkConnect: () => void): void {
    this.reopen();
    this.#open(sdkConnect);
  }

  #open(sdkConnect: () => void): void {
    this.#isOwnClose = false;
    const { conn: before } = this.#ws;
    this.#isOpening = true;
    try {
      openDestroyable(() => {
        sdkConnect();
        return this.#ws.conn as SocketLike;
      });
    } finally {
      this.#isOpening = false;
    }
    const { conn } = this.#ws;
    if (conn !== null && conn !== before) this.take(conn);
  }

  // -- sockets --

  adopt(options: ResolvedOptions): void {
    const ws = this.#ws;
    if (!Object.hasOwn(ws, 'conn')) return;
    keepAssigned(ws, 'conn', ws.conn, (_ws, conn) => {
      if (conn !== null) this.take(conn);
    });
    this.adoptSocket(options);
    if (this.connected) this.onOpen();
  }

  /** Takes over a socket that the SDK has just opened. */
  take(conn: NonNullable<LiveClient['conn']>): void {
    if (this.#isOpening || !isSocket(conn)) return;
    if (this.ended) {
      this.#discard(conn);
      return;
    }
    this.attachSocket(conn, this.#setup.settings());
    onError(conn, (error) => {
      this.faults.lastError ??= this.faults.clean(error);
    });
  }

  /** The SDK has loaded `ws` too late: nobody wants this socket, and it was not dialled yet. */
  #discard(socket: LiveSocket): void {
    onError(socket, () => {});
    forceClose(socket);
    this.#ws.conn = null;
  }

  override onOpen(): void {
    this.#loss = undefined;
    this.#hasFarewell = false;
    this.#hasLast = false;
  }

  // -- sending --

  /** @returns whether the SDK is to send it: after a loss it would keep it for ever @throws {DisconnectedError} */
  onSend(data: unknown): boolean {
    this.admit('send()');
    if (this.#loss !== undefined && this.socket?.readyState === CLOSED) return false;
    if (this.#protocol.begins(data)) this.#beginWork();
    if (isFarewell(this.#protocol, data)) this.#hasFarewell = true;
    return true;
  }

  #beginWork(): void {
    if (this.#work?.isOpen) return;
    this.#work = new ToldStream('session', (cause) => {
      this.#loss = cause;
    });
    this.streams.add(this.#work);
  }

  #endWork(): void {
    this.#work?.end();
    this.streams.noteEnd();
  }

  // -- telling --

  /** The SDK tells of something. @returns whether somebody listens */
  tell(event: string, args: unknown[]): boolean {
    if (this.isDeaf && !this.#isOwnClose) return false;
    this.#note(event, args[0]);
    if (!/^error$/i.test(event)) return this.#emit(event, args);
    const { lastError: error } = this.faults;
    const [info] = args as [{ message?: unknown }?];
    if (String(info?.message).startsWith('Unable to parse')) this.faults.unreadable(unreadable);
    // It says more than the error of a socket that hangup has destroyed.
    const told = error instanceof HangupError ? [{ ...info, error, message: error.message }] : args;
    if (this.#ws.listenerCount(event) > 0) return this.#emit(event, told);
    // The SDK's own text quotes the address.
    this.faults.warn(String(error?.message ?? info?.message));
    return false;
  }

  #note(event: string, message: unknown): void {
    const { begun, done, last } = this.#protocol;
    if ((message as { type?: unknown } | null | undefined)?.type === 'Error') {
      this.refuse('the provider reports an error');
    } else if (done?.includes(event)) this.#endWork();
    else if (begun?.includes(event)) this.#beginWork();
    if (this.#hasFarewell && event === last) this.#hasLast = true;
  }

  #emit(event: string, args: unknown[]): boolean {
    return this.#setup.sdk.emit.call(this.#ws, event, ...args);
  }

  #isFinished({ code }: SocketEnd): boolean {
    const isSaid = this.#protocol.last === undefined || this.#hasLast || !this.streams.isOwed;
    return this.#hasFarewell && isSaid && (code === 1000 || code === 1005);
  }

  protected override isLoss(end: SocketEnd): boolean {
    return super.isLoss(end) && !this.#isFinished(end);
  }

  protected override cutStreams(end: SocketEnd): void {
    if (this.#isFinished(end)) {
      this.#endWork();
      return;
    }
    const isIdle = this.streams.open.length === 0;
    super.cutStreams(end);
    if (isIdle) this.#loss = this.faults.lossError(end, { phase: 'between-chunks' });
    const isHeard = ['close', 'Close', 'error', 'Error'].some((event) => this.#ws.listenerCount(event) > 0);
    if (!isHeard) this.faults.warn(this.#loss!.message);
  }

  // -- the end --

  override end(limit: Budget | Deadline, drain?: number): Ladder {
    const ladder = super.end(limit, drain);
    this.#noteEnd(ladder.ended);
    return ladder;
  }

  /** The SDK's own `disconnect(code, reason)`. */
  closeWith(code: number, reason?: string): Promise<DisconnectReport> {
    const isFirst = !this.ended;
    if (isFirst) this.#isOwnClose = true;
    const ended = this.close(() => this.#setup.sdk.disconnect.call(this.#ws, code, reason));
    this.#noteEnd(ended);
    return ended;
  }

  #noteEnd(ended: Promise<unknown>): void {
    this.#lastEnd = ended;
    this.#waiting = undefined;
  }

  protected sendClose(): void {
    this.#setup.sdk.disconnect.call(this.#ws);
  }

  /** The provider does the rest when it is told that nothing more follows. */
  protected override finishStreams(): Promise<void> | undefined {
    const { farewell } = this.#protocol;
    if (farewell !== undefined && this.streams.isOwed && !this.#hasFarewell && this.socket?.readyState === OPEN) {
      this.#hasFarewell = true;
      this.socket.send(JSON.stringify({ type: farewell }));
    }
    return this.streams.whenNoneOpen();
  }

  protected override stopDialling(): void {
    this.#ws.sendBuffer.length = 0;
    // It stands for a socket that is never opened.
    if (this.#ws.conn !== null && this.socket === undefined) this.#ws.conn = null;
  }

  /** The SDK connects again only without a socket. */
  protected override releaseStreams(): void {
    this.#endWork();
    this.#ws.conn = null;
  }
}
