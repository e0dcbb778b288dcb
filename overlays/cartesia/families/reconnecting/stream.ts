import { DisconnectedError, ReceiveTimeoutError, StreamEndedError, type StreamPhase } from '../../../../core/errors.ts';
import type { Loss, Stream } from '../../../connection/streams.ts';
import { setMember } from '../../../foreign/members.ts';
import { readError } from '../../read-error.ts';
import { type EndableIterator, endable } from './iterators.ts';
import type { Source, StreamHandle } from './shapes.ts';

type EndCause = StreamEndedError | ReceiveTimeoutError;

/** `open` until the first of: its own end (`done`), a cause (`cut`), our disconnect (`dropped`). */
type State = 'open' | 'done' | 'cut' | 'dropped';

/** A request, as it is on the wire. */
export interface Input {
  context_id?: unknown;
  /** More text may follow. */
  continue?: unknown;
}

/**
 * The result of one `send()` of the SDK's: audio to `read()`, messages to iterate over. The SDK ends it by `source.close()`
 * for every reason; here the reasons are told apart.
 */
export class SpeechStream implements Stream {
  readonly contextId: string | undefined;
  readonly #handle: StreamHandle;
  readonly #sdk: Pick<Source, 'read' | 'enqueue' | 'close'>;
  readonly #onEnd: () => void;
  readonly #iterators = new Set<EndableIterator>();
  /** Functions that settle the `once()` promises which have not been kept. */
  readonly #expectations = new Set<(error: Error) => void>();
  #state: State = 'open';
  #cause: EndCause | undefined;
  /** For each read of the SDK's that is under way, a function that reads once more. */
  readonly #reading = new Set<() => void>();
  /** The cause that the message which is being handled will end it with. */
  #pending: EndCause | undefined;
  #hasStarted = false;
  #isConsumed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param timeout the longest silence in ms; 0 for none */
  constructor(handle: StreamHandle, contextId: string | undefined, timeout: number, onEnd: () => void) {
    const { source } = handle;
    this.contextId = contextId;
    this.#handle = handle;
    this.#onEnd = onEnd;
    this.#sdk = { read: source.read, enqueue: source.enqueue, close: source.close };
    this.#override(source, 'read', (into: { length: number }) => this.#read(into));
    this.#override(source, 'close', () => this.#close());
    if (source.writeIndex === undefined || timeout > 0) this.#watchAudio(timeout);
    for (const emitter of [source, handle]) this.#overrideEvents(emitter);
  }

  #override(object: object, key: string, value: unknown): void {
    setMember(object, key, { value, writable: true });
  }

  /** Somebody reads it, and so learns why it ended. */
  get isConsumed(): boolean {
    return this.#isConsumed;
  }

  /** The last text that was sent for it. */
  input: Input | undefined;

  get name(): string {
    return `context ${this.contextId ?? '(unnamed)'}`;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get phase(): StreamPhase {
    const { writeIndex = 0 } = this.#handle.source;
    return this.#hasStarted || writeIndex > 0 ? 'between-chunks' : 'first-chunk';
  }

  get sampleBytes(): number {
    return this.#handle.source.buffer.BYTES_PER_ELEMENT;
  }

  /** 1.0.0 and before, which take every message for audio. */
  get isAllAudio(): boolean {
    return this.#handle.source.writeIndex === undefined;
  }

  // -- ends --

  cut(loss: Loss): void {
    void this.#end('cut', loss(this));
  }

  drop(): void {
    void this.#end('dropped');
  }

  /** Cuts it by the provider's message that is being handled, also when the SDK takes that message for its own end. */
  cutAround(loss: Loss, handle: () => void): void {
    const cause = loss(this);
    this.#pending = cause;
    handle();
    void this.#end('cut', cause);
  }

  /** @returns the SDK's own promise of the source's end */
  #end(state: Exclude<State, 'open'>, cause?: EndCause): Promise<void> {
    if (!this.isOpen) return Promise.resolve();
    this.#state = state;
    this.#cause = cause;
    clearTimeout(this.#timer);
    this.#onEnd();
    const closed = this.#sdk.close.call(this.#handle.source);
    if (this.#reading.size > 0) setTimeout(() => this.#readAgain());
    this.#disappoint();
    if (state === 'done') {
      for (const iterator of this.#iterators) iterator.end();
      return closed;
    }
    for (const iterator of this.#iterators) iterator.end(cause);
    // The SDK does it as late after a `done`, so that listeners hear of the audio that has just arrived.
    void closed.then(() => this.#handle.stop?.());
    return closed;
  }

  /** The SDK closes the source: on `done`, on the user's `stop()`, and when the socket closes; then we have been first. */
  #close(): Promise<void> {
    if (!this.isOpen) return this.#sdk.close.call(this.#handle.source);
    return this.#pending === undefined ? this.#end('done') : this.#end('cut', this.#pending);
  }

  // -- reading --

  #read(into: { readonly length: number }): Promise<number> {
    this.#isConsumed = true;
    if (this.#state === 'dropped') return Promise.resolve(0);
    return this.#taken(into).then((samples) => {
      // A full read is never taken back.
      if (samples === into.length && samples > 0) return samples;
      if (this.#state === 'dropped') return 0;
      if (this.#cause !== undefined) throw readError(this.#cause, samples);
      return samples;
    });
  }

  /**
   * The SDK's read looks whether the source is closed, and some ticks later begins to listen for its close. It misses a close
   * in between. Another read finds the source closed.
   */
  #taken(into: { readonly length: number }): Promise<number> {
    const { source } = this.#handle;
    const read = () => this.#sdk.read.call(source, into);
    const { writeIndex = 0, readIndex = 0 } = source;
    if (!this.isOpen || writeIndex - readIndex >= into.length) return read();
    return new Promise((resolve, reject) => {
      const again = () => void read().then(resolve, reject);
      const settled = () => this.#reading.delete(again);
      this.#reading.add(again);
      read().then(resolve, reject).then(settled);
    });
  }

  /** Reads again in order, so that each read gets its share of the audio that has arrived. */
  #readAgain(): void {
    for (const again of this.#reading) again();
  }

  #watchAudio(timeout: number): void {
    const { source } = this.#handle;
    const start = () => {
      const onSilence = () => this.#end('cut', new ReceiveTimeoutError(this.phase, timeout, this.contextId));
      this.#timer = setTimeout(() => {
        // A busy event loop runs this timer before it reads a message that has arrived: look once more after that.
        this.#timer = setTimeout(onSilence, 0);
      }, timeout);
    };
    this.#override(source, 'enqueue', (samples: unknown) => {
      this.#hasStarted = true;
      if (timeout > 0 && this.isOpen) {
        clearTimeout(this.#timer);
        start();
      }
      return this.#sdk.enqueue.call(source, samples);
    });
    if (timeout > 0) start();
  }

  #overrideEvents(emitter: StreamHandle | Source): void {
    const { events, once } = emitter;
    this.#override(emitter, 'events', (names: unknown) => {
      this.#isConsumed = true;
      const iterator = endable(events(names));
      if (this.isOpen) this.#iterators.add(iterator);
      else iterator.end(this.#cause);
      return iterator.iterator;
    });
    this.#override(emitter, 'once', (names: unknown, ...rest: unknown[]) => {
      this.#isConsumed = true;
      const kept = once(names, ...rest);
      return this.#expect(kept, emitter === this.#handle.source && [names].flat().includes('close'));
    });
  }

  /**
   * A promise that is also settled by the end of the stream.
   *
   * @param isEnd the end itself keeps this promise
   */
  #expect(kept: ReturnType<StreamHandle['once']>, isEnd: boolean): Promise<unknown> {
    const expected = new Promise((resolve, reject) => {
      const settle = (error: Error) => (isEnd ? resolve(undefined) : reject(error));
      const give = (value: unknown) => {
        this.#expectations.delete(settle);
        resolve(value);
      };
      kept.then(give, reject);
      this.#expectations.add(settle);
      if (!this.isOpen) this.#disappoint();
    });
    expected.catch(() => {});
    return Object.assign(expected, { off: kept.off });
  }

  /** Settles the promises of `once()` that the end leaves open. */
  #disappoint(): void {
    if (this.#expectations.size === 0) return;
    const disappoint = () => {
      const expectations = [...this.#expectations];
      this.#expectations.clear();
      for (const settle of expectations) settle(this.#cause ?? this.#noEvent());
    };
    // The SDK tells listeners of its last events some ticks later.
    if (this.#state === 'done') setTimeout(disappoint);
    else disappoint();
  }

  #noEvent(): Error {
    if (this.#state === 'dropped') return new DisconnectedError('once()');
    return new StreamEndedError(`once(): ${this.name} is over, and no event follows`, {
      contextId: this.contextId,
      phase: this.phase,
    });
  }
}
