import { DisconnectedError } from '../core/errors.ts';
import { turnSilence } from '../core/limits.ts';
import { publishLater } from '../core/publish.ts';
import { Connection } from '../overlays/connection/connection.ts';
import { Faults } from '../overlays/connection/faults.ts';
import { StreamSet } from '../overlays/connection/streams.ts';
import type { ResolvedOptions } from '../overlays/seams/overlay-options.ts';
import { forceClose } from '../overlays/sockets/destroy.ts';
import { openDestroyable } from '../overlays/sockets/native.ts';
import { OPEN, type SocketEnd, type SocketLike } from '../overlays/sockets/socket.ts';
import { onClose, onError } from '../overlays/sockets/watch.ts';
import { onTcpError } from '../overlays/sockets/ws.ts';
import { BotAudio } from './bot-audio.ts';
import { BotListeners } from './bot-events.ts';
import type { Framing, Said, Wire } from './framing.ts';
import { PipecatRecvError } from './recv-error.ts';
import { Sender } from './sender.ts';

/** A socket of `ws`, or another one of the standard. */
export interface BotSocket extends SocketLike {
  binaryType: string;
  readonly bufferedAmount?: number;
  send(data: Wire): void;
  pause?(): void;
  resume?(): void;
}

interface Settings {
  readonly framing: Framing;
  readonly isPaced: boolean;
  readonly bound: number | undefined;
  readonly timeout: number | undefined;
  readonly secrets: readonly string[];
}

/** Bytes that the bot has not read, from which audio waits: those of some seconds. */
const fullAt = 65_536;
/** How often a drain looks whether both sides have fallen silent, in ms. */
const look = 20;

const ignore = () => {};

/** One connection to a bot, and how the ladder reaches it. */
export class BotConnection extends Connection {
  readonly name = 'socket pipecat';
  readonly faults: Faults;
  /** The one stream is the bot's audio, which {@link audio} holds. */
  readonly streams = new StreamSet();
  readonly audio: BotAudio;
  readonly sender: Sender;
  /** Samples a second, as the bot has said with its last audio. */
  botSampleRate: number | undefined;
  readonly listeners = new BotListeners();
  readonly #framing: Framing;
  #socket: BotSocket | undefined;
  /** Called when the handshake is over, until then. */
  #onOpen: (() => void) | undefined;
  /** When the last audio came or went. */
  #activeAt = Number.NEGATIVE_INFINITY;
  #quiet: ReturnType<typeof setInterval> | undefined;
  /** The consumers are slower than the bot, and the rest of its audio waits in the network. */
  #isPaused = false;
  /** Audio that has arrived stays in line after the end: both sides have finished, or the bot has ended a drain. */
  #leavesRest = false;

  constructor({ framing, isPaced, bound, timeout, secrets }: Settings) {
    super({ onBusy: ignore, onIdle: ignore, onReopen: ignore });
    this.#framing = framing;
    this.faults = new Faults(this, () => secrets);
    this.audio = new BotAudio(
      {
        secrets,
        errorClass: PipecatRecvError,
        ...(bound !== undefined && { bound }),
        ...(timeout !== undefined && { timeout }),
      },
      (mark) => this.#post(framing.mark!(mark)),
    );
    this.sender = new Sender({
      sampleRate: framing.sampleRate,
      isPaced,
      isFull: () => (this.#socket?.bufferedAmount ?? 0) > fullAt,
      send: (pcm) => {
        this.#activeAt = performance.now();
        this.#post(framing.audio(pcm));
      },
    });
  }

  protected get socket(): SocketLike | undefined {
    return this.#socket;
  }

  // -- connecting --

  /**
   * Opens the socket.
   *
   * @param open opens one socket before it returns
   * @returns a promise of the time when the connection is open, and its first messages were sent
   * @throws {ConnectTimeoutError} {Error} the reason why it could not be opened
   */
  connect(open: () => BotSocket, options: ResolvedOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onOpen = resolve;
      let socket: BotSocket;
      try {
        socket = openDestroyable(open);
      } catch (error) {
        return reject(this.faults.clean(error));
      }
      this.#socket = socket;
      let failure: unknown;
      onError(socket, (error) => {
        failure ??= error;
        this.#blame(error);
      });
      onClose(socket, 'last', () => {
        if (this.#isConnecting) reject(this.faults.connectFailure(failure));
      });
      socket.binaryType = 'arraybuffer';
      socket.addEventListener('message', ({ data }: { data: string | ArrayBuffer }) => {
        this.#hear(typeof data === 'string' ? data : new Uint8Array(data));
      });
      try {
        this.adopt(options);
      } catch (error) {
        forceClose(socket);
        reject(error);
      }
    });
  }

  adopt(options: ResolvedOptions): void {
    this.attachSocket(this.#socket!, options);
  }

  override onOpen(): void {
    onTcpError(this.#socket!, (error) => this.#blame(error));
    for (const message of this.#framing.hello()) this.#post(message);
    this.#onOpen?.();
    this.#onOpen = undefined;
    // The bot may speak in the same packet: the app gets the connection first, and adds its listeners.
    setTimeout(() => this.listeners.tellEarly(() => this.isDeaf));
  }

  get #isConnecting(): boolean {
    return this.#onOpen !== undefined;
  }

  /** The first error is the cause of all that follows. */
  #blame(error: unknown): void {
    this.faults.lastError ??= this.faults.clean(error);
  }

  // -- sending --

  /** @throws {DisconnectedError} after the own end @throws {PipecatRecvError} after the bot's */
  check(call: string): void {
    this.admit(call);
    if (this.audio.error !== undefined) throw this.audio.error;
  }

  /** Sends a message of a kind that not every framing has. @throws {TypeError} */
  send(call: string, message: Wire | undefined): void {
    if (message === undefined) throw new TypeError(`${call}: the framing of this connection has no such message`);
    this.check(call);
    this.#post(message);
  }

  #post(message: Wire): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(message);
  }

  // -- receiving --

  #hear(message: Wire): void {
    if (this.isDeaf) return;
    let said: Said | undefined;
    try {
      said = this.#framing.read(message);
    } catch (error) {
      const what = `the bot sent a frame that cannot be read (${(error as Error).message})`;
      this.faults.unreadable(what);
      this.faults.warn(what);
      return;
    }
    this.audio.touch();
    if (said !== undefined) this.#take(said);
  }

  #take(said: Said): void {
    switch (said.kind) {
      case 'audio':
        if (said.pcm.length === 0) return;
        this.botSampleRate = said.sampleRate;
        this.#activeAt = performance.now();
        if (!this.audio.push(said.pcm)) this.#pause();
        return;
      case 'interruption':
        this.audio.clear();
        this.listeners.tell('clear', undefined);
        return;
      case 'mark':
        this.listeners.tell('mark', said.name);
        this.audio.mark(said.name);
        return;
      case 'message':
        this.listeners.tell('message', said.message);
    }
  }

  /** The consumers are slower than the bot: frames that were not read wait in the network. */
  #pause(): void {
    const socket = this.#socket!;
    if (socket.pause === undefined) return;
    this.#isPaused = true;
    socket.pause();
    void this.audio.room().then(() => {
      this.#isPaused = false;
      this.#activeAt = performance.now();
      socket.resume!();
    });
  }

  // -- the end --

  /** Audio of this side has not left, or the bot speaks. */
  get #isBusy(): boolean {
    return this.sender.isBusy || this.#isPaused || performance.now() - this.#activeAt < turnSilence;
  }

  /** Audio under way is sent to its end, and the bot finishes its turn: both sides fall silent. */
  protected override finishStreams(): Promise<void> | undefined {
    if (!this.#isBusy) {
      this.#leavesRest = true;
      return undefined;
    }
    return new Promise((resolve) => {
      this.#quiet = setInterval(() => {
        if (this.#isBusy) return;
        this.#leavesRest = true;
        resolve();
      }, look);
    });
  }

  /** A bot that closes with 1000 has said all that it wanted to say. */
  protected override isLoss({ code }: SocketEnd): boolean {
    return this.sender.isBusy || (code !== 1000 && this.#isBusy);
  }

  protected override dropStreams(): void {
    clearInterval(this.#quiet);
    this.sender.end(new DisconnectedError('sendAudio()'));
    if (!this.#leavesRest) this.audio.drop();
    this.audio.end();
  }

  protected override cutStreams({ code, reason }: SocketEnd): void {
    const closeReason = reason === undefined ? undefined : String(reason);
    clearInterval(this.#quiet);
    this.#leavesRest = this.ended;
    this.audio.end({ closeCode: code, closeReason, cause: this.faults.lastError });
    this.sender.end(this.audio.error);
    if (this.#isConnecting) return;
    publishLater('hangup.stream.cut', () => ({ name: this.name, error: this.audio.error! }));
  }

  protected sendClose(): void {
    const bye = this.#framing.bye?.();
    if (bye !== undefined) this.#post(bye);
    this.#socket?.close(1000);
  }
}
