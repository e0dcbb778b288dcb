import type { Disconnectable, DisconnectOptions, DisconnectReport } from '../core/disconnectable.ts';
import { disconnectTimeout } from '../core/limits.ts';
import { checkKeys, checkSignal, readBudget } from '../core/options.ts';
import { handled } from '../overlays/seams/handled.ts';
import type { DrainOptions, ReceiveOptions, Turn } from '../receive/index.ts';
import type { BotConnection } from './bot-connection.ts';
import type { BotEvents } from './bot-events.ts';
import type { Framing } from './framing.ts';

/** A connection to a bot. A loop over it takes the bot's audio, chunk after chunk. */
export interface PipecatConnection extends Disconnectable, AsyncIterable<Int16Array> {
  /** Samples a second of the bot's audio, as the bot has said with its last chunk. `undefined` until there was one. */
  readonly botSampleRate: number | undefined;
  /**
   * Sends audio in frames of 20 ms, in real time unless `pace` is false. Calls queue and never interleave. Nobody has to await
   * the promise: its rejection is handled. The samples must not change until it has settled.
   *
   * @returns a promise that resolves when the last frame was handed to the socket
   * @throws {DisconnectedError} when this side has hung up @throws {PipecatRecvError} when the connection has ended otherwise.
   *   Frames that have not left are dropped. @throws the reason of `signal`, when that is aborted @throws {TypeError} on audio
   *   that is no `Int16Array`, on an unknown option, and on a `signal` that is none. All of these reject the promise.
   */
  sendAudio(pcm: Int16Array, options?: { signal?: AbortSignal }): Promise<void>;
  /**
   * Presses a key of the phone: a digit, `*` or `#`. With the framing `twilio` only.
   *
   * @throws {TypeError} on anything else, and with another framing
   * @throws {DisconnectedError} {PipecatRecvError} as `sendAudio()`
   */
  sendDtmf(digit: string): void;
  /**
   * Sends an RTVI message. With the framing `protobuf` only.
   *
   * @throws {TypeError} on a message that is no object, and with another framing
   * @throws {DisconnectedError} {PipecatRecvError} as `sendAudio()`
   */
  sendMessage(rtvi: object): void;
  /**
   * Takes one chunk of audio, as `receive()` of a `ReceiveQueue` does.
   *
   * @throws {PipecatRecvError} at once, for every waiter and ever after, when the connection has ended and all that had arrived
   *   is gone @throws {ReceiveTimeoutError} after so much silence @throws {TypeError} on a bad option. All reject the promise.
   */
  receiveAudio(options?: ReceiveOptions): Promise<Int16Array>;
  /** Takes one turn of the bot, whole, as `drain()` of a `ReceiveQueue` does. */
  drain(options?: DrainOptions<Int16Array>): Promise<Turn<Int16Array>>;
  /**
   * Adds a listener. Events that came with the handshake are told once your code has the connection.
   *
   * @throws {TypeError} on an unknown event, and on a listener that is no function
   */
  on<E extends keyof BotEvents>(event: E, listener: (value: BotEvents[E]) => void): this;
}

const events: readonly (keyof BotEvents)[] = ['clear', 'mark', 'message'];
const keys = /^[0-9*#]$/;

/** The public face of a {@link BotConnection}: it checks the arguments of the app. */
export class PipecatFacade implements PipecatConnection {
  readonly #connection: BotConnection;
  readonly #framing: Framing;

  constructor(connection: BotConnection, framing: Framing) {
    this.#connection = connection;
    this.#framing = framing;
  }

  get connected(): boolean {
    return this.#connection.connected;
  }

  get botSampleRate(): number | undefined {
    return this.#connection.botSampleRate;
  }

  sendAudio(pcm: Int16Array, options: { signal?: AbortSignal } = {}): Promise<void> {
    try {
      checkKeys('sendAudio()', options, ['signal']);
      if (!(pcm instanceof Int16Array)) throw new TypeError('sendAudio(): the audio must be an Int16Array of samples');
      checkSignal('sendAudio()', options.signal);
      this.#connection.check('sendAudio()');
    } catch (error) {
      return handled(Promise.reject(error));
    }
    return this.#connection.sender.send(pcm, options.signal);
  }

  sendDtmf(digit: string): void {
    if (typeof digit !== 'string' || !keys.test(digit)) {
      throw new TypeError(`sendDtmf(): ${JSON.stringify(digit)} is no key of a phone`);
    }
    this.#connection.send('sendDtmf()', this.#framing.dtmf?.(digit));
  }

  sendMessage(rtvi: object): void {
    if (typeof rtvi !== 'object' || rtvi === null) throw new TypeError('sendMessage(): the message must be an object');
    this.#connection.send('sendMessage()', this.#framing.message?.(rtvi));
  }

  receiveAudio(options?: ReceiveOptions): Promise<Int16Array> {
    return this.#connection.audio.receive(options);
  }

  drain(options?: DrainOptions<Int16Array>): Promise<Turn<Int16Array>> {
    return this.#connection.audio.drain(options);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Int16Array> {
    return this.#connection.audio[Symbol.asyncIterator]();
  }

  on<E extends keyof BotEvents>(event: E, listener: (value: BotEvents[E]) => void): this {
    if (!events.includes(event)) throw new TypeError(`on(): ${JSON.stringify(event)} is none of ${events.join(', ')}`);
    if (typeof listener !== 'function') throw new TypeError('on(): the listener must be a function');
    this.#connection.listeners.add(event, listener);
    return this;
  }

  disconnect(force?: boolean | DisconnectOptions): Promise<DisconnectReport> {
    const budget = readBudget(force, disconnectTimeout);
    return this.#connection.end(budget, 'drain' in budget ? budget.drain : 0).ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.disconnect();
  }
}
