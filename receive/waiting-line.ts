import type { StreamPhase } from '../core/errors.ts';
import type { Waiting } from './consumer.ts';

/** A timer that is more ms late than this ran in an event loop that was busy. */
const late = 20;

/**
 * The consumers that wait, in the order in which they came, and one timer for all of them. The timer is not set anew for
 * each consumer, because that costs more than everything else: when it is early, it looks and waits on.
 */
export class WaitingLine<T> {
  first: Waiting<T> | undefined;
  #last: Waiting<T> | undefined;
  /** The number of consumers that have to be looked at when time passes. */
  #timed = 0;
  /** When the peer was last heard. Kept only while that counts. */
  #heardAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #isSecondLook = false;
  readonly #phase: () => StreamPhase;

  constructor(phase: () => StreamPhase) {
    this.#phase = phase;
  }

  add(consumer: Waiting<T>): void {
    const last = this.#last;
    consumer.previous = last;
    if (last === undefined) this.first = consumer;
    else last.next = consumer;
    this.#last = consumer;
    consumer.isInLine = true;
    if (!consumer.isTimed) return;
    this.#timed += 1;
    if (this.#timed === 1) this.#timer?.ref?.();
  }

  remove(consumer: Waiting<T>): void {
    if (!consumer.isInLine) return;
    consumer.isInLine = false;
    const { previous, next } = consumer;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    if (consumer.off !== undefined) consumer.off();
    if (!consumer.isTimed) return;
    this.#timed -= 1;
    // Nobody waits for it any more, so it must not keep the process alive.
    if (this.#timed === 0) this.#timer?.unref?.();
  }

  /** The peer was heard: the timeouts start anew. */
  heard(): void {
    if (this.#timed > 0) this.#heardAt = performance.now();
  }

  /** Sees to it that a consumer gives up in time: now, or by the timer. */
  watch(consumer: Waiting<T>): void {
    if (!consumer.isTimed || !consumer.isInLine) return;
    const due = consumer.due(this.#heardAt);
    if (due <= consumer.seenAt) this.#expire(consumer);
    else if (due < this.#timerAt) this.#startTimer(due);
  }

  readonly #look = (): void => {
    // An event loop that was busy runs this timer before it reads what has arrived: it looks once more.
    if (!this.#isSecondLook && performance.now() - this.#timerAt > late) {
      this.#isSecondLook = true;
      this.#timer = setTimeout(this.#look, 0);
      return;
    }
    // A timer may run a fraction of a ms early.
    const now = Math.max(performance.now(), this.#timerAt);
    this.stop();
    let next = Number.POSITIVE_INFINITY;
    for (let consumer = this.first; consumer !== undefined; consumer = consumer.next) {
      const due = consumer.due(this.#heardAt);
      if (due <= now) this.#expire(consumer);
      else next = Math.min(next, due);
    }
    if (next < Number.POSITIVE_INFINITY) this.#startTimer(next);
  };

  #startTimer(at: number): void {
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#isSecondLook = false;
    // Newer versions of Node warn of a negative number.
    this.#timer = setTimeout(this.#look, Math.max(0, Math.ceil(at - performance.now())));
  }

  /** Forgets the timer, when nobody waits any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #expire(consumer: Waiting<T>): void {
    consumer.expire(this.#phase());
    this.remove(consumer);
  }
}
