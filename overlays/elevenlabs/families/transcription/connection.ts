import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import { HangupError } from '../../../../core/errors.ts';
import { Connection, type SocketEvents } from '../../../connection/connection.ts';
import { Faults } from '../../../connection/faults.ts';
import { StreamSet } from '../../../connection/streams.ts';
import type { ToldStream } from '../../../connection/told-stream.ts';
import { keepAssigned } from '../../../foreign/assigned.ts';
import { setMember } from '../../../foreign/members.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { discard } from '../../../sockets/destroy.ts';
import { CLOSED, OPEN, type SocketEnd } from '../../../sockets/socket.ts';
import { onError } from '../../../sockets/watch.ts';
import { Segment } from './segment.ts';
import type { Audio, ProviderEvent, Transcription, TranscriptionSocket } from './shapes.ts';

const unreadable = 'the provider sent a message that the SDK cannot read';

/** One `RealtimeConnection`: one session on one socket, told to the listeners of an emitter. */
export class TranscriptionConnection extends Connection {
  readonly name = 'socket transcription';
  readonly faults: Faults;
  readonly streams = new StreamSet<ToldStream>();
  readonly #segment = new Segment(this.streams);
  readonly #ws: Transcription;
  readonly #sdk: Transcription;
  /** The keys that were sent with the handshake. */
  readonly #sent: unknown[] = [];
  /** The event with the last transcript of a commit. */
  #committed = 'committed_transcript';
  /** How the socket was lost. */
  #end: SocketEnd = {};
  #hasOpened = false;
  /** The last error of the socket. */
  #socketError: unknown;
  /** The app has called the SDK's own `close()`: its listeners hear the rest. */
  #isOwnClose = false;
  /** The error that a listener of the app's has thrown. */
  #thrown: unknown;

  constructor(ws: Transcription, sdk: Transcription, events: SocketEvents) {
    super(events);
    this.#ws = ws;
    this.#sdk = sdk;
    this.faults = new Faults(this, () => this.#sent);
  }

  protected get socket(): TranscriptionSocket | undefined {
    return this.#ws.websocket ?? undefined;
  }

  // -- the socket --

  adopt(options: ResolvedOptions): void {
    const { websocket } = this.#ws;
    if (!websocket) return;
    keepAssigned(this.#ws, 'websocket', websocket, (_ws, socket: TranscriptionSocket) => this.attach(socket, options));
    if (websocket.readyState === CLOSED) return;
    this.attach(websocket, options);
    if (websocket.readyState === OPEN) this.onOpen();
  }

  /** Takes over a socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach(socket: TranscriptionSocket, options: ResolvedOptions): void {
    if (this.ended) discard(socket);
    this.#noteAddress(socket);
    this.#watchEvents();
    onError(
      socket,
      (error) => {
        this.#socketError = error;
      },
      'first',
    );
    // The SDK tells of the close without saying how it came.
    this.attachSocket(socket, options, 'first');
  }

  /** Puts hangup between the SDK and the listeners of the app, once. */
  #watchEvents(): void {
    const { eventEmitter: emitter } = this.#ws;
    if (Object.hasOwn(emitter, 'emit')) return;
    const { emit } = emitter;
    const watched = (type: string, ...args: unknown[]): boolean => {
      try {
        if (type === 'close' || type === 'error') {
          const told = this.#judge(type, args[0]);
          return told !== false && emit.call(emitter, type, ...told);
        }
        // The transcripts pass here: this is the hot path.
        return this.#isForApp(type) && emit.call(emitter, type, ...args);
      } catch (error) {
        this.#thrown = error;
        throw error;
      }
    };
    setMember(emitter, 'emit', { value: watched, writable: true });
  }

  #noteAddress({ url = '', _req }: TranscriptionSocket): void {
    const { searchParams } = URL.canParse(url) ? new URL(url) : { searchParams: new URLSearchParams() };
    this.#sent.push(_req?.getHeader?.('xi-api-key'), searchParams.get('token'));
    if (searchParams.get('include_timestamps') === 'true') this.#committed = 'committed_transcript_with_timestamps';
  }

  override onOpen(): void {
    this.#hasOpened = true;
  }

  override cut(socket: TranscriptionSocket, end: SocketEnd = {}): void {
    this.#end = end;
    super.cut(socket, end);
  }

  protected override cutStreams(end: SocketEnd): void {
    super.cutStreams(end);
    this.#segment.end();
    // The socket takes no more audio.
    this.#ws.cleanup();
    if (this.#hasOpened && this.#ws.eventEmitter.listenerCount('close') === 0)
      this.faults.warn(this.faults.lossError(end).message);
  }

  // -- sending --

  onSent(audio: Audio): void {
    this.#segment.onSent(audio);
  }

  onCommit(): void {
    this.#segment.onCommit();
  }

  // -- receiving --

  /** The SDK tells its listeners of a message. @returns whether they hear it */
  #isForApp(type: string): boolean {
    if (this.isDeaf && !this.#isOwnClose) return false;
    if (type === this.#committed) this.#segment.onCommitted();
    return true;
  }

  /** The SDK tells its listeners of its end or of an error. @returns what they hear; `false`: nothing */
  #judge(type: 'close' | 'error', error: unknown): unknown[] | false {
    if (type === 'close') return [this.#end.code, this.faults.scrub(String(this.#end.reason ?? ''))];
    if (error === this.#socketError) return this.#judgeSocketError(error);
    if (this.isDeaf && !this.#isOwnClose) return false;
    this.refuse('the provider reports an error');
    this.#segment.end();
    if (this.#isHeard) return [error];
    const { error: text } = (error ?? {}) as ProviderEvent;
    this.faults.warn(`the provider reports: ${typeof text === 'string' ? text : 'an error'}`);
    return false;
  }

  get #isHeard(): boolean {
    return this.#ws.eventEmitter.listenerCount('error') > 0;
  }

  #judgeSocketError(error: unknown): unknown[] | false {
    if (this.isDeaf) return false;
    const { isConnecting } = this.faults;
    const told = isConnecting ? this.faults.connectFailure(error) : this.faults.clean(error);
    if (this.#isHeard) return [told];
    // Otherwise the end of the connection follows.
    if (isConnecting) this.faults.warn(`the handshake failed: ${told?.message}`);
    return false;
  }

  protected override onUnreadable(_frame: unknown, error: unknown): boolean {
    const isOfApp = error === this.#thrown;
    this.#thrown = undefined;
    if (isOfApp) return false;
    this.faults.unreadable(unreadable);
    if (this.isDeaf) return true;
    if (!this.#isHeard) this.faults.warn(unreadable);
    else {
      const cause = this.faults.clean(error);
      this.#ws.eventEmitter.emit('error', new HangupError('ERR_PROVIDER', unreadable, { cause }));
    }
    return true;
  }

  // -- the end --

  /** The SDK's own `close()`. */
  closeWith(): Promise<DisconnectReport> {
    if (!this.ended) this.#isOwnClose = true;
    return this.close(() => this.#sdk.close.call(this.#ws));
  }

  protected sendClose(): void {
    this.#sdk.close.call(this.#ws);
  }

  protected override stopDialling(): void {
    this.#ws.cleanup();
  }

  /** The provider transcribes the last audio when it is told to commit it. */
  protected override finishStreams(): Promise<unknown> | undefined {
    if (this.#segment.needsCommit && this.socket?.readyState === OPEN) {
      this.#sdk.commit.call(this.#ws);
      this.#segment.onCommit();
    }
    return super.finishStreams();
  }
}
