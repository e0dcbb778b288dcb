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
 * One absolute deadline. It is made at the public call and handed down. Below it, {@link within} makes earlier ones, and
 * nobody can make a later one. The limit that is reached first gives the reason, and all listeners hear of it in that tick.
 */
export class Deadline implements Limit {
  static readonly #spent = new Map<ForceReason, Deadline>();
  /** By the clock of `performance.now()`. */
  #at = Number.POSITIVE_INFINITY;
  #reason: ForceReason | undefined;
  /** The deadlines that limit this one. */
  #above: readonly Deadline[] = none;
  readonly #owner: (() => void) | undefined;
  #listeners: Set<() => void> | undefined;
  /** Take off the timers and listeners that it has put elsewhere. */
  #stops: (() => void)[] | undefined;
  #signal: AbortSignal | undefined;

  /** @param owner hears first that the time is spent */
  constructor(owner?: () => void) {
    this.#owner = owner;
  }

  /** A deadline that is over, for an end that is to be forced at once. */
  static spent(reason: ForceReason): Deadline {
    let deadline = Deadline.#spent.get(reason);
    if (deadline === undefined) {
      deadline = new Deadline();
      deadline.#reason = reason;
      Deadline.#spent.set(reason, deadline);
    }
    return deadline;
  }

  get timeout(): number {
    if (this.#reason !== undefined) return 0;
    let left = this.#at - performance.now();
    for (const { timeout } of this.#above) left = Math.min(left, timeout);
    return Math.max(0, left);
  }

  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      const controller = new AbortController();
      this.#signal = controller.signal;
      this.onSpent(() => controller.abort(this.#reason === 'deadline' ? timeoutError() : undefined));
    }
    return this.#signal;
  }

  /** Why the time is over; `undefined` while some is left. */
  get reason(): ForceReason | undefined {
    return this.#reason;
  }

  /** The earlier of this deadline and `ms` from now. The caller ends it by {@link stop} or {@link spend}. */
  within(ms: number): Deadline {
    const deadline = new Deadline();
    deadline.#reason = this.#reason;
    deadline.#above = [this];
    deadline.#at = performance.now() + ms;
    return deadline;
  }

  /** Adds a limit. The earliest of all counts. */
  add(limit: Budget | Deadline): void {
    if (this.#reason !== undefined) return;
    if (!(limit instanceof Deadline)) this.#addBudget(limit);
    else if (limit.#reason !== undefined) this.spend(limit.#reason);
    else {
      this.#above = [...this.#above, limit];
      this.#follow(limit);
    }
  }

  #addBudget({ force, timeout, signal }: Budget): void {
    if (force || timeout === 0) this.spend('force');
    else if (signal?.aborted) this.spend(reasonOf(signal));
    else {
      const isEarlier = timeout < this.timeout;
      if (isEarlier) this.#at = performance.now() + timeout;
      if (isEarlier) this.#startTimer(timeout);
      if (signal === undefined) return;
      this.#onStop(onAbort(signal, () => this.spend(reasonOf(signal))));
    }
  }

  /** Calls back when the time is spent; at once when it is already. @returns a function that takes the listener off */
  onSpent(listener: () => void): () => void {
    if (this.#reason !== undefined) {
      listener();
      return () => {};
    }
    if (this.#listeners === undefined) {
      this.#listeners = new Set();
      // Most of those that `within()` makes are only looked at: they cost no timer.
      if (this.#owner === undefined) this.#start();
    }
    this.#listeners.add(listener);
    return () => this.#listeners?.delete(listener);
  }

  #start(): void {
    const own = this.#at - performance.now();
    // The timer of a deadline above serves for both: two timers for one moment would race.
    if (this.#above.every(({ timeout }) => own < timeout)) this.#startTimer(own);
    for (const deadline of this.#above) this.#follow(deadline);
  }

  #startTimer(ms: number): void {
    const timer = setTimeout(() => this.spend('deadline'), Math.min(Math.ceil(ms), maxDelay));
    this.#onStop(() => clearTimeout(timer));
  }

  #follow(above: Deadline): void {
    this.#onStop(above.onSpent(() => this.spend(above.#reason!)));
  }

  #onStop(stop: () => void): void {
    this.#stops ??= [];
    this.#stops.push(stop);
  }

  /** Ends the time now. The owner and all listeners are called before this returns. */
  spend(reason: ForceReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    // Kept here, because the owner may stop this deadline.
    const listeners = this.#listeners;
    this.#owner?.();
    for (const listener of listeners ?? []) listener();
    this.stop();
  }

  /** Takes off its timers and listeners, because the end that it limits is over. */
  stop(): void {
    const stops = this.#stops;
    this.#stops = undefined;
    this.#listeners = undefined;
    for (const stop of stops ?? []) stop();
  }
}

const none: readonly Deadline[] = [];

/** The listeners of each signal, and the one function that stands for all of them: Node warns of an eleventh. */
const watched = new WeakMap<AbortSignal, { listeners: Set<() => void>; tell: () => void }>();

/** @returns a function that takes the listener off */
function onAbort(signal: AbortSignal, listener: () => void): () => void {
  let watch = watched.get(signal);
  if (watch === undefined) {
    const listeners = new Set<() => void>();
    watch = { listeners, tell: () => listeners.forEach((tell) => void tell()) };
    signal.addEventListener('abort', watch.tell, { once: true });
    watched.set(signal, watch);
  }
  const { listeners, tell } = watch;
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    // A polyfill may lack it: then the one listener stays for the next deadline.
    if (listeners.size > 0 || typeof signal.removeEventListener !== 'function') return;
    signal.removeEventListener('abort', tell);
    watched.delete(signal);
  };
}

const timeoutError = () => new DOMException('the time to end is spent', 'TimeoutError');

/** A signal of {@link Deadline}, or one of `AbortSignal.timeout()`, says that time was spent. */
const reasonOf = (signal: AbortSignal): ForceReason =>
  (signal.reason as { name?: unknown } | undefined)?.name === 'TimeoutError' ? 'deadline' : 'abort';
