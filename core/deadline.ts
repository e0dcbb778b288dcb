import type { ForceReason } from './disconnectable.ts';
import { maxDelay } from './limits.ts';

/**
 * The time that is left to something that is asked to end. It has the shape of `DisconnectOptions`, so that
 * `(limit) => client.disconnect(limit)` hands it on.
 */
export interface Limit {
  /** ms that are left now; 0 once the end is forced. */
  readonly timeout: number;
  /** Aborted when the time is spent or somebody forces the end. Made on first use. */
  readonly signal: AbortSignal;
}

/** The budget that a caller gives. */
export interface Budget {
  readonly force?: boolean | undefined;
  /** ms for everything together. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One absolute deadline. It is made at the public call and handed down; below it, {@link within} makes earlier ones, and
 * nobody can make a later one. The first limit that is reached gives the reason, and tells all who listen in the same tick.
 */
export class Deadline implements Limit {
  static readonly #spent = new Map<ForceReason, Deadline>();
  /** The end of its own time, by the clock of `performance.now()`. */
  #at = Number.POSITIVE_INFINITY;
  /** The deadlines that it follows. */
  readonly #parents: Deadline[] = [];
  #reason: ForceReason | undefined;
  #controller: AbortController | undefined;
  #listeners: Set<() => void> | undefined;
  /** Takes off the timers and listeners that this deadline has put elsewhere. */
  #stops: (() => void)[] = [];

  /** A deadline that is over, for an end that is to be forced at once. */
  static spent(reason: ForceReason): Deadline {
    const known = Deadline.#spent.get(reason);
    if (known !== undefined) return known;
    const deadline = new Deadline();
    deadline.spend(reason);
    Deadline.#spent.set(reason, deadline);
    return deadline;
  }

  get timeout(): number {
    if (this.#reason !== undefined) return 0;
    return Math.max(0, Math.min(this.#at - performance.now(), ...this.#parents.map(({ timeout }) => timeout)));
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#abort();
    }
    return this.#controller.signal;
  }

  /** Why the time is over; `undefined` while some is left. */
  get reason(): ForceReason | undefined {
    return this.#reason;
  }

  /** Adds a limit. The earliest of all limits counts. */
  add(limit: Budget | Deadline): void {
    if (this.#reason !== undefined) return;
    if (limit instanceof Deadline) this.#follow(limit);
    else this.#addBudget(limit);
  }

  #addBudget({ force, timeout, signal }: Budget): void {
    if (force) this.spend('force');
    else if (signal?.aborted) this.spend(reasonOf(signal));
    else if (timeout === 0) this.spend('force');
    else {
      this.#limitTo(timeout);
      if (signal === undefined) return;
      const onAbort = () => this.spend(reasonOf(signal));
      signal.addEventListener('abort', onAbort, { once: true });
      this.#stops.push(() => signal.removeEventListener('abort', onAbort));
    }
  }

  #follow(parent: Deadline): void {
    if (parent.#reason !== undefined) {
      this.spend(parent.#reason);
      return;
    }
    this.#parents.push(parent);
    this.#stops.push(parent.onSpent(() => this.spend(parent.#reason!)));
  }

  #limitTo(ms: number): void {
    // The timer of a parent serves for both: two timers for one moment would race.
    if (ms >= this.timeout) return;
    this.#at = performance.now() + ms;
    const timer = setTimeout(() => this.spend('deadline'), Math.min(Math.ceil(ms), maxDelay));
    this.#stops.push(() => clearTimeout(timer));
  }

  /** The earlier of this deadline and `ms` from now. Whoever makes it has to {@link stop} it. */
  within(ms: number | undefined): Deadline {
    const deadline = new Deadline();
    deadline.add(this);
    if (ms !== undefined && deadline.#reason === undefined) deadline.#limitTo(ms);
    return deadline;
  }

  /** Ends the time now. Listeners are called before this returns, in the order in which they came. */
  spend(reason: ForceReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    for (const listener of this.#listeners ?? []) listener();
    this.stop();
    if (this.#controller !== undefined) this.#abort();
  }

  /** Calls back when the time is spent; at once when it is already. @returns a function that takes the listener off */
  onSpent(listener: () => void): () => void {
    if (this.#reason !== undefined) {
      listener();
      return () => {};
    }
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    return () => this.#listeners?.delete(listener);
  }

  /** Takes off its timers and listeners: the end that it limits is over. */
  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#listeners = undefined;
  }

  #abort(): void {
    this.#controller!.abort(
      this.#reason === 'deadline' ? new DOMException('the time to end is spent', 'TimeoutError') : undefined,
    );
  }
}

/** A signal of {@link Deadline}, or one of `AbortSignal.timeout()`, says that time was spent. */
const reasonOf = (signal: AbortSignal): ForceReason =>
  (signal.reason as { name?: unknown } | undefined)?.name === 'TimeoutError' ? 'deadline' : 'abort';
