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
  /** ms in which streams may finish before they are ended. They are a part of `timeout`. Default 0. */
  readonly drain?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One absolute deadline. It is made at the public call and handed down. Below it, {@link within} makes earlier ones, and
 * nobody can make a later one. An earlier time, and a force, go down to all deadlines below in the tick in which they come.
 */
export class Deadline implements Limit {
  static readonly #spent = new Map<ForceReason, Deadline>();
  /** By the clock of `performance.now()`. It is never later than that of a deadline in {@link #above}. */
  #at = Number.POSITIVE_INFINITY;
  #reason: ForceReason | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;
  /** The deadline that limits it and does not know of it yet: many steps have nothing to wait for, and join no tree. */
  #idleIn: Deadline | undefined;
  /** The deadlines that limit this one. */
  #above: Deadline[] | undefined;
  /** The deadlines that this one limits. Two may limit each other: a member may hand its limit on to its parent. */
  #below: Set<Deadline> | undefined;
  #offs: (() => void)[] | undefined;
  #controller: AbortController | undefined;
  readonly #owner: (() => void) | undefined;

  /** @param owner hears that the time is spent, after all that is below */
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

  /** A deadline of its own for an end that begins; one that is to be forced at once shares that of all such ends. */
  static from(limit: Budget | Deadline, owner: () => void): Deadline {
    const reason = limit instanceof Deadline ? limit.reason : spentReason(limit);
    if (reason !== undefined) return Deadline.spent(reason);
    const deadline = new Deadline(owner);
    deadline.add(limit);
    return deadline;
  }

  get timeout(): number {
    return this.reason === undefined ? Math.max(0, this.#until - performance.now()) : 0;
  }

  /** When its time is over. That of the deadline that limits it counts also before that one knows of it. */
  get #until(): number {
    return this.#idleIn === undefined ? this.#at : Math.min(this.#at, this.#idleIn.#until);
  }

  get signal(): AbortSignal {
    this.watch();
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#abort();
    }
    return this.#controller.signal;
  }

  /** Why the time is over; `undefined` while some is left. */
  get reason(): ForceReason | undefined {
    return this.#reason ?? this.#idleIn?.reason;
  }

  /**
   * The earlier of this deadline and `ms` from now. The caller ends it by {@link stop} or {@link spend}.
   *
   * @param owner hears that the time is spent, after all that is below
   */
  within(ms: number, owner?: () => void): Deadline {
    const deadline = new Deadline(owner);
    deadline.#at = performance.now() + ms;
    deadline.#idleIn = this;
    return deadline;
  }

  /** Begins to watch the time of one that {@link within} has made. All that it limits, and its signal, do that as well. */
  watch(): void {
    const above = this.#idleIn;
    if (above === undefined) return;
    this.#idleIn = undefined;
    if (this.#reason !== undefined || this.#isStopped) return;
    const at = this.#at;
    this.#at = Number.POSITIVE_INFINITY;
    this.add(above);
    if (this.reason === undefined) this.#shorten(at, true);
  }

  /** Adds a limit. The earliest of all counts. */
  add(limit: Budget | Deadline): void {
    this.watch();
    if (this.#reason !== undefined) return;
    if (!(limit instanceof Deadline)) this.#addBudget(limit);
    else if (limit.reason !== undefined) this.spend(limit.reason);
    // The end that it limited is over: it passes nothing on any more.
    else if (limit.#isStopped) this.#shorten(limit.#until, true);
    else if (limit !== this && !limit.#below?.has(this)) {
      limit.watch();
      limit.#below ??= new Set();
      limit.#below.add(this);
      // A push to an empty list would make room for many more.
      if (this.#above === undefined) this.#above = [limit];
      else this.#above.push(limit);
      this.#shorten(limit.#at, false);
    }
  }

  #addBudget(budget: Budget): void {
    const reason = spentReason(budget);
    if (reason !== undefined) {
      this.spend(reason);
      return;
    }
    const { timeout, signal } = budget;
    this.#shorten(performance.now() + timeout, true);
    if (signal === undefined) return;
    this.#offs ??= [];
    this.#offs.push(onAbort(signal, () => this.spend(reasonOf(signal, budget))));
  }

  /** @param isOwn whether it needs a timer: else that of a deadline above serves for both */
  #shorten(at: number, isOwn: boolean): void {
    if (at >= this.#at) return;
    this.#at = at;
    clearTimeout(this.#timer);
    if (isOwn) this.#startTimer();
    if (this.#below !== undefined) for (const deadline of this.#below) deadline.#shorten(at, false);
  }

  #startTimer(): void {
    if (this.#at === Number.POSITIVE_INFINITY) return;
    const ms = Math.min(Math.ceil(this.timeout), maxDelay);
    this.#timer = setTimeout(() => this.spend('deadline'), ms);
  }

  #abort(): void {
    this.#controller?.abort(this.#reason === 'deadline' ? timeoutError() : undefined);
  }

  /** Ends the time now. All that is below, and the owner, hear of it before this returns. */
  spend(reason: ForceReason): void {
    if (this.#reason !== undefined) return;
    const spent: Deadline[] = [];
    this.#mark(reason, spent);
    for (const deadline of spent) deadline.#tell();
  }

  /** All have the reason before anybody hears of it: the first that ends may let another one begin. */
  #mark(reason: ForceReason, spent: Deadline[]): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    if (this.#below !== undefined) for (const deadline of this.#below) deadline.#mark(reason, spent);
    spent.push(this);
  }

  #tell(): void {
    this.#abort();
    this.#owner?.();
    this.stop();
  }

  /** Takes off its timer and listeners, because the end that it limits is over. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearTimeout(this.#timer);
    // Thousands may end together, and each iterator is an object: most deadlines have one above them, and nothing else.
    if (this.#above?.length === 1) this.#above[0]!.#below?.delete(this);
    else if (this.#above !== undefined) for (const deadline of this.#above) deadline.#below?.delete(this);
    if (this.#offs !== undefined) for (const off of this.#offs) off();
    // An end that nobody has waited for keeps its time.
    if (this.#below?.size) for (const deadline of this.#below) deadline.#lose(this);
    this.#above = this.#below = this.#offs = undefined;
  }

  #lose(above: Deadline): void {
    this.#above = this.#above?.filter((deadline) => deadline !== above);
    clearTimeout(this.#timer);
    this.#startTimer();
  }
}

/** Why a budget is spent before it begins; `undefined` when there is time. */
function spentReason(budget: Budget): ForceReason | undefined {
  const { force, timeout, signal } = budget;
  if (force) return 'force';
  if (signal?.aborted) return reasonOf(signal, budget);
  return timeout === 0 ? 'force' : undefined;
}

/** The listeners of each signal, and the one function that stands for all of them: Node warns of an eleventh. */
const watched = new WeakMap<AbortSignal, { listeners: Set<() => void>; tell: () => void }>();

/** @returns a function that takes the listener off */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
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

/**
 * A deadline of another copy of hangup knows the reason. A signal of {@link Deadline}, or one of `AbortSignal.timeout()`, says that
 * time was spent.
 */
function reasonOf(signal: AbortSignal, budget: Budget & { readonly reason?: ForceReason | undefined }): ForceReason {
  if (budget.reason !== undefined) return budget.reason;
  return (signal.reason as { name?: unknown } | undefined)?.name === 'TimeoutError' ? 'deadline' : 'abort';
}
