import type { Budget, Deadline } from '../../../../core/deadline.ts';
import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import { ConnectTimeoutError, HangupError, type StreamEndedError } from '../../../../core/errors.ts';
import type { Ladder } from '../../../../core/ladder.ts';
import { Attempts, type UnderWay } from '../../../connection/attempt.ts';
import { Connection } from '../../../connection/connection.ts';
import { Faults } from '../../../connection/faults.ts';
import { StreamSet } from '../../../connection/streams.ts';
import { ToldStream } from '../../../connection/told-stream.ts';
import { keep, kept } from '../../../foreign/keep.ts';
import { setMember } from '../../../foreign/members.ts';
import { withParsed } from '../../../foreign/parse-once.ts';
import { lateCall } from '../../../late-call.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { forceClose } from '../../../sockets/destroy.ts';
import { OPEN, type SocketEnd } from '../../../sockets/socket.ts';
import { onError } from '../../../sockets/watch.ts';
import { isWsSocket } from '../../../sockets/ws.ts';
import { type Clashes, clashes, errorEvent, textOf, withoutGetters } from './frames.ts';
import { Relay } from './relay.ts';
import type { ApiClient, Callbacks, Conn, LiveSocket, MessageEvent, ServerMessage, SocketFactory } from './shapes.ts';

const unreadable = 'the provider sent a message that the SDK cannot read';

/** The SDK's wrapper of a socket keeps its connection under this key. All copies of hangup share it. */
const connectionKey = Symbol.for('hangup.google-genai@1');

export const connectionOf = (conn: Conn): LiveConnection | undefined => kept(conn, connectionKey);

/** Hands a message on to the SDK. */
type Pass = (event: MessageEvent) => void;

/** One session on one socket, from the call of `connect()` on: until the socket is open there is no object for it. */
export class LiveConnection extends Connection {
  readonly faults: Faults;
  /** The turn of the model, while there is one. */
  readonly streams = new StreamSet<ToldStream>();
  #turn: ToldStream | undefined;
  readonly relay: Relay;
  readonly #attempts = new Attempts<object>();
  /** Values of headers that were sent with the handshake. */
  readonly #sent: string[] = [];
  readonly #clashes: Clashes;
  #conn: Conn | undefined;
  /** `undefined` for a session from before: nobody knows its callbacks. */
  #callbacks: Callbacks | undefined;
  /** Messages that came before the SDK has sent its first one. Until then, the SDK fails on each. */
  #early: [data: unknown, pass: Pass][] | undefined;
  /** The failure of the handshake. */
  #failure: Error | undefined;
  #loss: StreamEndedError | undefined;
  /** The peer or the network has ended it. */
  #isLost = false;
  /** hangup has ended an attempt: the callbacks hear nothing of that. */
  #isGivenUp = false;
  /** The app has called the SDK's own `close()`: its callbacks hear the rest. */
  #isOwnClose = false;

  /** @param conn of a session from before */
  constructor(
    readonly name: string,
    apiClient: ApiClient,
    conn?: Conn,
  ) {
    const relay = new Relay();
    super(relay);
    this.relay = relay;
    this.#conn = conn;
    this.#clashes = clashes[name]!;
    this.faults = new Faults(this, () => [apiClient.getApiKey?.(), ...this.#sent]);
  }

  protected get socket(): LiveSocket | undefined {
    return this.#conn?.ws;
  }

  // -- connecting --

  /** @param dial calls the SDK's `connect()`, which makes its socket by the given factory */
  open<S extends object>(
    dial: (factory: SocketFactory) => Promise<S>,
    { create }: SocketFactory,
    callbacks: Callbacks = {},
    options: ResolvedOptions,
  ): Promise<S> {
    this.#callbacks = callbacks;
    const start = async (attempt: UnderWay): Promise<S> => {
      const guarded: SocketFactory['create'] = (url, headers, listeners) => {
        // The SDK may have waited for a token meanwhile.
        attempt.admit();
        this.#sent.push(...Object.entries(headers).flatMap(secretOf));
        return this.#take(create(url, headers, listeners), options);
      };
      try {
        return await dial({ create: guarded });
      } catch (error) {
        throw this.#failure ?? this.faults.clean(error);
      }
    };
    const onFailure = () => {
      // A connection that we end is the ladder's.
      if (this.ended) return;
      this.#isGivenUp = !this.#isLost;
      if (this.socket !== undefined) forceClose(this.socket);
    };
    return this.#attempts.start(start, { limit: options.connectTimeout, onFailure }) as Promise<S>;
  }

  /** Watches the socket that the SDK is about to dial. */
  #take(conn: Conn, options: ResolvedOptions): Conn {
    const { connect, send } = conn;
    this.#conn = conn;
    this.#early = [];
    const connectWatched = () => {
      connect.call(conn);
      onError(conn.ws!, (error) => {
        this.#failure ??= this.faults.connectFailure(error);
      });
      this.#watch(options);
    };
    const sendFirst = (message: string) => {
      setMember(conn, 'send', { value: send, writable: true });
      send.call(conn, message);
      const early = this.#early ?? [];
      this.#early = undefined;
      for (const [data, pass] of early) this.#receive(data, pass);
    };
    setMember(conn, 'connect', { value: connectWatched, writable: true });
    setMember(conn, 'send', { value: sendFirst, writable: true });
    return conn;
  }

  /** Also called for one that its client has opened, when its object has come. */
  adopt(options: ResolvedOptions): void {
    if (this.socket !== undefined && connectionOf(this.#conn!) !== this) this.#watch(options);
  }

  #watch(options: ResolvedOptions): void {
    keep(this.#conn!, connectionKey, this);
    const socket = this.socket!;
    const { onmessage, onerror, onclose } = socket;
    const pass: Pass = (event) => onmessage?.call(socket, event);
    if (isWsSocket(socket)) {
      // Without the event that `ws` would make of it. That is worth more CPU time than all that hangup does.
      socket.onmessage = null;
      socket.on('message', (data, isBinary) => this.#receive(isBinary ? data : (data as Buffer).toString(), pass));
    } else socket.onmessage = ({ data }) => this.#receive(data, pass);
    socket.onerror = (event) => this.#isQuiet || onerror?.call(socket, event);
    socket.onclose = (event) => this.#isQuiet || onclose?.call(socket, event);
    this.adoptSocket(options);
  }

  /** The callbacks of the app hear nothing more. */
  get #isQuiet(): boolean {
    const isTimeout = this.faults.lastError instanceof ConnectTimeoutError;
    return this.#isGivenUp || isTimeout || (this.isDeaf && !this.#isOwnClose);
  }

  // -- sending and receiving --

  /** @throws {DisconnectedError} once the door is closed, or the connection lost: `ws` would drop the message without a word */
  onSend(call: string): void {
    this.admit(call);
    if (this.socket?.readyState === OPEN) return;
    const error = lateCall(this.name, call);
    setMember(error, 'cause', { value: this.#loss, writable: true });
    throw error;
  }

  /** The model has a turn. */
  beginTurn(): void {
    if (this.#turn?.isOpen) return;
    this.#turn = new ToldStream('turn', () => {});
    this.streams.add(this.#turn);
  }

  /** This is the hot path. @param data a string, or the bytes of one */
  #receive(data: unknown, pass: Pass): void {
    if (this.#early !== undefined) {
      this.#early.push([data, pass]);
      return;
    }
    if ((this.ended || this.#isGivenUp) && this.#isQuiet) return;
    let text = typeof data === 'string' ? data : textOf(data);
    if (text === undefined) {
      pass({ data });
      return;
    }
    let message: ServerMessage | null;
    try {
      message = JSON.parse(text) as ServerMessage | null;
      if (message !== null) {
        if (this.#clashes(message)) {
          message = withoutGetters(message);
          text = JSON.stringify(message);
        }
        this.#follow(message);
      }
    } catch (error) {
      this.#tellUnreadable(error);
      return;
    }
    withParsed(text, message, pass, { data: text });
  }

  #follow({ serverContent, toolCall }: ServerMessage): void {
    // The model waits for the app when it calls a tool.
    if (toolCall || serverContent?.turnComplete || serverContent?.interrupted) {
      this.#turn?.end();
      this.streams.noteEnd();
    } else if (serverContent?.modelTurn || serverContent?.audioChunks) this.beginTurn();
  }

  #tellUnreadable(cause: unknown): void {
    this.faults.unreadable(unreadable);
    const error = new HangupError('ERR_PROVIDER', unreadable, { cause: this.faults.clean(cause) });
    const callbacks: Callbacks = this.#callbacks ?? { onerror: this.socket?.onerror };
    if (callbacks.onerror) callbacks.onerror(errorEvent(error));
    else if (!this.isDeaf) this.faults.warn(unreadable);
  }

  /** `connect()` tells of a loss, or the SDK tells the callback. */
  protected override cutStreams(end: SocketEnd): void {
    this.#isLost = true;
    if (this.#attempts.current !== undefined) {
      this.#attempts.fail(this.#failure ?? this.faults.closedEarly(end));
      return;
    }
    const place = { contextId: undefined, phase: 'between-chunks' } as const;
    const loss = this.isLoss(end) ? this.faults.streamEnded(place, end) : this.faults.lossError(end, place);
    this.#loss = loss;
    this.streams.cut(() => loss);
    if (this.#callbacks !== undefined && !this.#callbacks.onclose) this.faults.warn(loss.message);
  }

  // -- the end --

  override end(limit: Budget | Deadline, drain?: number): Ladder {
    const ladder = super.end(limit, drain);
    this.#attempts.end(ladder.ended);
    return ladder;
  }

  /** The SDK's own `close()`. */
  closeWith(sdkClose: () => unknown): Promise<DisconnectReport> {
    if (!this.ended) this.#isOwnClose = true;
    return this.close(sdkClose);
  }

  protected sendClose(): void {
    this.#conn!.close();
  }
}

function secretOf([name, value]: [string, string]): string[] {
  return /^(authorization|x-goog-api-key)$/i.test(name) ? [value.replace(/^Bearer /i, '')] : [];
}
