/** How a session sends the chunks of an answer. */
interface Sending {
  /** ms between two chunks. With 0, all chunks of a finite answer go out in one tick. */
  interval(): number;
  /** Nothing can be sent any more. */
  isMute(): boolean;
  /** Sends one chunk. @returns false when a fault that came after it has ended the answer */
  send(): boolean;
  /** All chunks were sent. */
  onDone(): void;
}

/** The chunks of an answer that are still to be sent, one after each interval. */
export class Chunks {
  readonly #sending: Sending;
  #left = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The number of stops: an answer that is stopped while it sends a chunk goes no further. */
  #stops = 0;

  constructor(sending: Sending) {
    this.#sending = sending;
  }

  get isUnderWay(): boolean {
    return this.#timer !== undefined;
  }

  /** Adds chunks to the answer that is under way, or begins one. */
  add(count: number): void {
    this.#left += count;
    if (this.#timer === undefined) this.#step();
  }

  /** Ends the answer without its end message. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#left = 0;
    this.#stops++;
  }

  #step(): void {
    this.#timer = undefined;
    const stops = this.#stops;
    const interval = this.#sending.interval();
    const pace = this.#left === Number.POSITIVE_INFINITY ? Math.max(interval, 1) : interval;
    while (this.#left > 0 && !this.#sending.isMute()) {
      this.#left--;
      if (!this.#sending.send() || this.#stops !== stops) return;
      if (pace > 0) {
        this.#timer = setTimeout(() => this.#step(), pace);
        return;
      }
    }
    this.#sending.onDone();
  }
}
