import type { Budget, Deadline } from '../../../../core/deadline.ts';
import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import { DisconnectedError } from '../../../../core/errors.ts';
import type { Ladder } from '../../../../core/ladder.ts';
import { Attempts } from '../../../connection/attempt.ts';
import { Connection, type SocketEvents } from '../../../connection/connection.ts';
import { Faults } from '../../../connection/faults.ts';
import { StreamSet } from '../../../connection/streams.ts';
import { ToldStream } from '../../../connection/told-stream.ts';
import { keepAssigned } from '../../../foreign/assigned.ts';
import { beforeResume } from '../../../foreign/last-moment.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { discard, forceClose } from '../../../sockets/destroy.ts';
import { CLOSED, type SocketEnd } from '../../../sockets/socket.ts';
import { onError } from '../../../sockets/watch.ts';
import { warn } from '../../../warn.ts';
import { guardAudio, StoppedOnce } from './audio.ts';
import type { Conversation, ConversationSocket, Message } from './shapes.ts';
import { abortable } from './signed-url.ts';
import { watchable } from './sockets.ts';

/** The agent speaks, or has been asked to. */
const begins: readonly unknown[] = ['audio', 'agent_response'];
/** The agent has said all, or was interrupted by the user. */
const ends: readonly unknown[] = ['agent_response_complete', 'interruption'];

/** The class of a conversation, and the options for it. */
interface Setup {
  /** The class's own members, and its bases'. */
  sdk: Conversation;
  /** The options of `overlay()` that are in force now. */
  settings(): ResolvedOptions;
}

/** One `Conversation`: one session, with the microphone and the speaker of the app. */
export class ConversationConnection extends Connection {
  readonly name = 'socket conversation';
  readonly faults: Faults;
  /** The turn of the agent. */
  readonly streams = new StreamSet<ToldStream>();
  readonly #ws: Conversation;
  readonly #setup: Setup;
  readonly #attempts = new Attempts<void>();
  #attempt: { readonly isOver: boolean } = { isOver: false };
  /** Ends the request for the address of the session, while there is one: an abort costs more than the rest of a forced end. */
  #fetching: AbortController | undefined;
  #socket: ConversationSocket | undefined;
  /** The guard of the audio, where hangup came when the conversation was open: a frozen one does not keep it. */
  #adopted: StoppedOnce | undefined;
  /** The last error of the socket. */
  #socketError: unknown;
  #hasOpened = false;
  /** The SDK has ended the session. */
  #isOver = false;
  /** The error that a listener of the app's has thrown when the SDK ended the session. */
  #thrown: { readonly error: unknown } | undefined;
  /** The SDK has read the message that came last. */
  #hasRead = false;
  /** The app was told that the session has ended. */
  #isTold = false;

  constructor(ws: Conversation, events: SocketEvents, setup: Setup) {
    super(events);
    this.#ws = ws;
    this.#setup = setup;
    this.faults = new Faults(this, () => [keyOf(ws.client), keyOf(ws.conversationClient), ...this.#tokens()]);
  }

  get #audio(): StoppedOnce | undefined {
    const { audioInterface } = this.#ws;
    return audioInterface instanceof StoppedOnce ? audioInterface : this.#adopted;
  }

  /** A signed address has a secret. */
  #tokens(): string[] {
    const { url } = (this.#socket ?? {}) as { url?: unknown };
    if (typeof url !== 'string' || !URL.canParse(url)) return [];
    return [...new URL(url).searchParams].flatMap(([name, value]) => (/signature|token|key/i.test(name) ? value : []));
  }

  protected get socket(): ConversationSocket | undefined {
    return this.#socket;
  }

  // -- connecting --

  /** Starts the session, or joins the start under way. */
  start(): Promise<void> {
    const { sdk, settings } = this.#setup;
    this.admit('startSession()');
    // The SDK refuses a second session.
    if (this.#ws.ws !== undefined && this.#attempts.current === undefined) return sdk.startSession.call(this.#ws);
    return (
      this.#attempts.current ??
      this.#attempts.start((attempt) => this.#dial(attempt), {
        limit: settings().connectTimeout,
        onFailure: () => {
          // A connection that we end is the ladder's.
          if (!this.ended) this.#giveUp();
        },
      })
    );
  }

  async #dial(attempt: { readonly isOver: boolean }): Promise<void> {
    this.#attempt = attempt;
    this.#isTold = false;
    this.faults.lastError = undefined;
    try {
      await this.#setup.sdk.startSession.call(this.#ws);
    } catch (error) {
      if (this.ended) throw new DisconnectedError('startSession()');
      throw error === this.#socketError ? this.faults.connectFailure(error) : error;
    }
  }

  /** Gets the address of the session. @throws {DisconnectedError} when nobody waits for it any more */
  signedUrl(): Promise<string> {
    const attempt = this.#attempt;
    return beforeResume(this.#fetchUrl(), () => {
      if (this.ended || attempt.isOver) throw new DisconnectedError('startSession()');
    });
  }

  async #fetchUrl(): Promise<string> {
    this.admit('startSession()');
    const fetching = new AbortController();
    this.#fetching = fetching;
    try {
      return await this.#setup.sdk._getSignedUrl.call(abortable(this.#ws, fetching.signal));
    } finally {
      if (this.#fetching === fetching) this.#fetching = undefined;
    }
  }

  /** Leaves nothing of an attempt that has failed behind. */
  #giveUp(): void {
    this.#fetching?.abort();
    if (this.#socket !== undefined) forceClose(this.#socket);
    this.#ws.ws = undefined;
  }

  // -- the socket --

  adopt(options: ResolvedOptions): void {
    const ws = this.#ws;
    // A prototype has none.
    if (!Object.hasOwn(ws, 'shouldStop')) return;
    this.#adopted = guardAudio(ws, () => this, ws.inputCallback !== undefined);
    if (ws.ws === undefined) return;
    const take = (_ws: object, socket: ConversationSocket | undefined) => this.attach(socket, options);
    keepAssigned(ws, 'ws', ws.ws, take);
    if (ws.ws.readyState !== CLOSED) this.attach(ws.ws, options);
  }

  onAudioFault(error: unknown): void {
    warn(`stop() of the audio interface has thrown: ${this.faults.clean(error)?.message}`);
  }

  /** Takes over a socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach(assigned: ConversationSocket | undefined, options: ResolvedOptions): void {
    if (assigned === undefined) return;
    const socket = watchable(assigned);
    if (this.ended) discard(socket);
    this.#socket = socket;
    onError(
      socket,
      (error) => {
        this.#socketError = error;
      },
      'first',
    );
    this.attachSocket(socket, options, 'first');
  }

  override onOpen(): void {
    this.#hasOpened = true;
  }

  protected override cutStreams(end: SocketEnd): void {
    super.cutStreams(end);
    this.#audio?.stopIfRunning();
    const isHeard = this.#ws.listenerCount('session_ended') > 0 || !this.#hasOpened;
    if (!isHeard) this.faults.warn(this.faults.lossError(end).message);
  }

  // -- sending and receiving --

  /** The user has said something: the agent will answer. */
  beginTurn(): void {
    // The event `session_ended` tells of a loss.
    if (this.streams.open.length === 0) this.streams.add(new ToldStream('turn', () => {}));
  }

  /** @param read has the SDK read a message. It prints what it cannot read, and throws nothing */
  receive(read: () => void): void {
    this.#hasRead = this.#ws.shouldStop;
    read();
    if (!this.#hasRead) this.faults.unreadable('the provider sent a message that the SDK cannot read');
  }

  onMessage(message: Message | null, handle: () => void): void {
    const type = message?.type;
    if (begins.includes(type)) this.beginTurn();
    else if (ends.includes(type)) this.#endTurn();
    handle();
    this.#hasRead = true;
  }

  #endTurn(): void {
    for (const turn of this.streams.open) {
      turn.end();
      this.streams.delete(turn);
    }
  }

  /** Decides on an event of the SDK's. @param pass tells the listeners */
  onEvent(type: string, args: unknown[], pass: (...args: unknown[]) => boolean): boolean {
    if (type === 'session_ended') {
      if (this.#isTold) return false;
      this.#isTold = true;
      return pass(...args);
    }
    if (type !== 'error' || args[0] !== this.#socketError) return pass(...args);
    // The promise of `startSession()` tells of an attempt that was ended, and `session_ended` of a loss.
    if (this.isDeaf || (!this.#hasOpened && this.#attempt.isOver)) return false;
    if (this.#ws.listenerCount('error') === 0) return false;
    return pass(this.faults.isConnecting ? this.faults.connectFailure(args[0]) : this.faults.clean(args[0]));
  }

  // -- the end --

  override end(limit: Budget | Deadline, drain?: number): Ladder {
    const ladder = super.end(limit, drain);
    this.#attempts.end(ladder.ended);
    return ladder;
  }

  /** The SDK's own `endSession()`. @throws the error of a listener, as the SDK does; the session ends all the same */
  endWith(): Promise<DisconnectReport> {
    const isFirst = !this.#isOver;
    const ended = this.close(() => this.#endSession());
    this.#attempts.end(ended);
    this.#endSession();
    if (isFirst && this.#thrown !== undefined) throw this.#thrown.error;
    return ended;
  }

  protected sendClose(): void {
    this.#endSession();
  }

  protected override stopDialling(): void {
    this.#fetching?.abort();
  }

  override force(ended: () => void): boolean {
    const isUnderWay = super.force(ended);
    // It would send a close frame on a socket that is open.
    this.#endSession();
    return isUnderWay;
  }

  protected override releaseStreams(): void {
    this.#endSession();
  }

  /** The SDK stops the audio, closes the socket, forgets it, and tells its listeners. */
  #endSession(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      this.#setup.sdk.endSession.call(this.#ws);
    } catch (error) {
      this.#thrown = { error };
      // A conversation that is frozen throws before the SDK has stopped the audio.
      this.#audio?.stop();
      throw error;
    }
  }
}

const keyOf = (client: object | undefined): unknown =>
  (client as { _options?: { apiKey?: unknown } })?._options?.apiKey;
