import type { StreamPhase } from '../../../../core/errors.ts';
import type { Loss, Stream } from '../../../connection/streams.ts';
import { keep, kept } from '../../../foreign/keep.ts';
import { setMember } from '../../../foreign/members.ts';
import type { ReadError } from '../../read-error.ts';
import type { AudioSource, SpeechRequest } from './shapes.ts';

/** Each source keeps its stream under this key. */
const streamKey = Symbol('hangup.stream');

export function streamOf(source: AudioSource): SourceStream | undefined {
  return kept(source, streamKey);
}

/** One source of the SDK's, which can be ended with a cause, and has room for any number of reads that wait. */
export class SourceStream implements Stream {
  readonly source: AudioSource;
  readonly contextId: string;
  /** `undefined` for a source from before the overlay. */
  readonly request: SpeechRequest | undefined;
  /** The class's own members. */
  readonly #sdk: AudioSource;
  #hasStarted = false;
  #cause: ReadError | undefined;
  readonly #waiting: (() => void)[] = [];
  readonly #wake = () => {
    for (const wake of this.#waiting.splice(0)) wake();
  };

  constructor(source: AudioSource, contextId: string, sdk: AudioSource, request?: SpeechRequest) {
    this.source = source;
    this.contextId = contextId;
    this.request = request;
    this.#sdk = sdk;
    keep(source, streamKey, this);
  }

  get name(): string {
    return `context ${this.contextId}`;
  }

  get phase(): StreamPhase {
    return this.#hasStarted ? 'between-chunks' : 'first-chunk';
  }

  /** `markDone()` is public: a user's call ends a stream, too. */
  get isOpen(): boolean {
    return this.#cause === undefined && !this.source.isDone;
  }

  deliver(audio: Uint8Array): void {
    // An empty chunk would make a read return 0, which is the end.
    if (this.#cause !== undefined || audio.length === 0) return;
    this.#hasStarted = true;
    this.#sdk.push.call(this.source, audio);
  }

  /** The provider's own end. */
  end(): void {
    this.#sdk.markDone.call(this.source);
  }

  /** Reads return 0 from now on. */
  drop(): void {
    this.source.buffers.length = 0;
    this.end();
  }

  /** Audio that has arrived can still be read; after that, every read rejects. */
  cut(loss: Loss): void {
    // A read that fails has copied nothing: it takes what there is, and never waits for more.
    const cause: ReadError = Object.assign(loss(this), { samplesRead: 0 });
    this.#cause = cause;
    if (this.#isAwaitedBySdk) this.#failReadOfSdk(cause);
    else this.end();
  }

  /** A read from before the source was overlaid waits for it. */
  get #isAwaitedBySdk(): boolean {
    const { waiter } = this.source;
    return waiter !== null && waiter !== this.#wake;
  }

  #failReadOfSdk(cause: Error): void {
    const { source } = this;
    const rethrow = () => {
      throw cause;
    };
    // The SDK's read looks at nothing else when it wakes.
    setMember(source, 'isDone', { get: rethrow, set: () => {}, enumerable: true });
    this.end();
    queueMicrotask(() => setMember(source, 'isDone', { value: true, writable: true, enumerable: true }));
  }

  async read(out: Float32Array): Promise<number> {
    const { source } = this;
    while (source.buffers.length === 0 && !source.isDone) await this.#arrival();
    if (source.buffers.length === 0 && this.#cause !== undefined) throw this.#cause;
    return this.#sdk.read.call(source, out);
  }

  #arrival(): Promise<void> {
    const { source } = this;
    if (this.#isAwaitedBySdk) this.#waiting.push(source.waiter!);
    source.waiter = this.#wake;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
