import { setMember } from '../../../foreign/members.ts';
import { onEnd, type SttClient, type TranscriptCallback } from '../reconnecting/shapes.ts';

interface Transcriber {
  websocket(options: object): SttClient;
}

type Loop = AsyncGenerator<unknown>;
type Result = IteratorResult<unknown>;
/** `transcribeChunks()`: sends audio on a connection of its own, and yields the transcripts. */
type Transcribe = (this: Transcriber, ...args: unknown[]) => Loop;

/** Lets the loop end with its connection. The SDK's loop looks for transcripts every 10 ms, and waits for the audio to end. */
export function transcribing(sdk: Transcribe): Transcribe {
  return function (...args) {
    const ending = new TranscriptLoop();
    const websocket = (options: object) => ending.listen(this.websocket(options));
    return ending.wrap(sdk.apply(Object.create(this, { websocket: { value: websocket } }), args));
  };
}

class TranscriptLoop {
  /** The transcripts that have arrived and were not taken. */
  #left: unknown[] = [];
  /** The connection has ended: with a cause, or quietly because the user ended it. */
  #end: { readonly cause: Error | undefined } | undefined;
  /** Stops the SDK's loop. */
  #stop: () => void = () => {};
  /** Functions that settle the calls of `next()` which wait. */
  readonly #waiting = new Set<() => void>();

  /** Listens with the SDK's callback for transcripts. */
  listen(ws: SttClient): SttClient {
    const { onMessage } = ws;
    const listen = (callback: TranscriptCallback) => {
      this.#stop = () => {
        callback({ type: 'error', requestId: '', message: 'the connection ended' });
        // A call that still sends audio must not connect again.
        ws.disconnect();
      };
      const heard = (result: Parameters<TranscriptCallback>[0]) => {
        this.#left.push(result);
        callback(result);
      };
      return onMessage.call(ws, Object.assign(heard, { [onEnd]: (cause?: Error) => this.#onEnd(cause) }));
    };
    setMember(ws, 'onMessage', { value: listen });
    return ws;
  }

  #onEnd(cause: Error | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = { cause };
    // The transcripts that had arrived before a loss are delivered first.
    if (cause === undefined) this.#left = [];
    this.#stop();
    for (const settle of this.#waiting) settle();
    this.#waiting.clear();
  }

  /** Takes the place of the SDK's loop after the end. */
  async #takeLeft(): Promise<Result> {
    if (this.#left.length > 0) return { done: false, value: this.#left.shift() };
    const cause = this.#end?.cause;
    // A loop throws once.
    this.#end = { cause: undefined };
    if (cause !== undefined) throw cause;
    return { done: true, value: undefined };
  }

  wrap(loop: Loop): Loop {
    const sdkNext = loop.next.bind(loop);
    const next = (): Promise<Result> => {
      if (this.#end !== undefined) return this.#takeLeft();
      return new Promise((resolve, reject) => {
        const settle = () => this.#takeLeft().then(resolve, reject);
        this.#waiting.add(settle);
        const take = (result: Result) => {
          if (!this.#waiting.delete(settle)) return;
          this.#left.shift();
          resolve(result);
        };
        const fail = (error: unknown) => {
          if (this.#waiting.delete(settle)) reject(error);
        };
        sdkNext().then(take, fail);
      });
    };
    setMember(loop, 'next', { value: next });
    return loop;
  }
}
