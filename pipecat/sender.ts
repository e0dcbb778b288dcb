import { onAbort } from '../core/deadline.ts';
import { Line } from '../core/line.ts';
import { handled } from '../overlays/seams/handled.ts';

/** Samples of one frame, in ms. */
const frameMs = 20;

/** The connection, as far as audio is sent on it. */
export interface Outlet {
  readonly sampleRate: number;
  /** Audio leaves in real time. If not, it leaves as fast as the peer takes it. */
  readonly isPaced: boolean;
  /** The peer does not read what was sent before. */
  readonly isFull: () => boolean;
  readonly send: (pcm: Int16Array) => void;
}

/** One call, and how far it has come. */
interface Call {
  readonly pcm: Int16Array;
  /** The index of the next sample. */
  at: number;
  isSettled: boolean;
  settle(error?: unknown): void;
}

/**
 * Sends audio in frames of 20 ms, one call after the other. It has one timer and a clock of its own, so that a timer which
 * is late shifts nothing that follows.
 */
export class Sender {
  readonly #outlet: Outlet;
  readonly #calls = new Line<Call>();
  #current: Call | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the next frame is due, by the clock of `performance.now()`. */
  #dueAt = 0;
  /** When the last call was done. */
  #idleSince = Number.NEGATIVE_INFINITY;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  /** Calls wait for audio to be sent. */
  get isBusy(): boolean {
    return this.#current !== undefined;
  }

  /** @returns a promise of the time when the last frame has left. Its rejection is handled. */
  send(pcm: Int16Array, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return handled(Promise.reject(signal.reason));
    return handled(
      new Promise((resolve, reject) => {
        let off = () => {};
        const call: Call = {
          pcm,
          at: 0,
          isSettled: false,
          settle(error) {
            if (call.isSettled) return;
            call.isSettled = true;
            off();
            if (error === undefined) resolve();
            else reject(error);
          },
        };
        if (signal !== undefined) off = onAbort(signal, () => this.#abort(call, signal.reason));
        this.#add(call);
      }),
    );
  }

  /** Nothing more is sent. */
  end(error: unknown): void {
    clearTimeout(this.#timer);
    const calls = [this.#current];
    while (this.#calls.size > 0) calls.push(this.#calls.shift());
    this.#current = undefined;
    for (const call of calls) call?.settle(error);
  }

  #add(call: Call): void {
    if (this.#current !== undefined) {
      this.#calls.push(call);
      return;
    }
    this.#current = call;
    const now = performance.now();
    // After a pause the time begins anew. A call that follows the last one at once goes on in its time.
    if (now - this.#idleSince > frameMs) this.#dueAt = Math.max(this.#dueAt, now);
    this.#run();
  }

  #abort(call: Call, reason: unknown): void {
    call.settle(reason ?? new DOMException('This operation was aborted', 'AbortError'));
    if (call !== this.#current) return;
    clearTimeout(this.#timer);
    this.#run();
  }

  /** Sends all that is due, and sets the timer for the rest. */
  readonly #run = (): void => {
    const { isPaced, isFull } = this.#outlet;
    for (;;) {
      while (this.#current?.isSettled) this.#current = this.#calls.shift();
      if (this.#current === undefined) break;
      const now = performance.now();
      // The peer has fallen behind, and the audio waits with it.
      if (isFull()) this.#dueAt = now + frameMs;
      else if (!isPaced) this.#dueAt = now;
      if (this.#dueAt > now) {
        this.#timer = setTimeout(this.#run, Math.ceil(this.#dueAt - now));
        return;
      }
      this.#sendFrame(this.#current);
    }
    this.#idleSince = performance.now();
  };

  #sendFrame(call: Call): void {
    const { sampleRate, send } = this.#outlet;
    const frame = call.pcm.subarray(call.at, call.at + Math.round((sampleRate * frameMs) / 1000));
    call.at += frame.length;
    this.#dueAt += (frame.length * 1000) / sampleRate;
    if (frame.length > 0) send(frame);
    if (call.at >= call.pcm.length) call.settle();
  }
}
