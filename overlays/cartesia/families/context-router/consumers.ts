import type { StreamPhase } from '../../../../core/errors.ts';
import { setMember } from '../../../foreign/members.ts';
import type { QueueEntry, ServerEvent, TTSWS } from './shapes.ts';

/** Where the events of one context end up: the queue of `receive()`, or the mailbox of a `generate()`. */
export interface Consumer {
  readonly contextId: string;
  readonly phase: StreamPhase;
  deliver(event: ServerEvent): void;
  /** Ends it: with a cause after what has arrived, without one quietly and at once. */
  end(cause?: Error): void;
}

/**
 * What the SDK keeps for one context, and its own `receive()` reads. It is ended through that queue alone, so that the
 * loop stays the SDK's and costs what it costs today. It has room for every waiter: the SDK's has room for one, and
 * forgets it when a second loop comes.
 */
export class ContextQueue implements Consumer, QueueEntry {
  readonly contextId: string;
  readonly queue: ServerEvent[];
  /** `receive()` loops that have begun and have not ended. */
  readers = 0;
  /** Why the stream was cut; every later read throws it. */
  cause: Error | undefined;
  #started = false;
  readonly #waiters: (() => void)[] = [];
  readonly #wake = () => {
    this.#started ||= this.queue.length > 0;
    for (let waiter = this.#waiters.pop(); waiter !== undefined; waiter = this.#waiters.pop()) waiter();
  };
  readonly #ws: TTSWS;

  /** @param entry what the SDK has kept so far: its queue and the loop that waits there are taken over */
  constructor(ws: TTSWS, contextId: string, entry: QueueEntry = { queue: [], resolve: null }) {
    this.#ws = ws;
    this.contextId = contextId;
    this.queue = entry.queue;
    if (entry.resolve === null) return;
    this.#waiters.push(entry.resolve);
    this.readers = 1;
  }

  get resolve(): (() => void) | null {
    return this.#waiters.length === 0 ? null : this.#wake;
  }

  /** The SDK sets `null` after it has called what is here: it is gone by then. */
  set resolve(waiter: (() => void) | null) {
    if (waiter !== null) this.#waiters.push(waiter);
  }

  /** A `receive()` loop has begun. */
  enter(): void {
    this.readers += 1;
    this.#started ||= this.queue.length > 0;
  }

  get phase(): StreamPhase {
    return this.#started || this.queue.length > 0 ? 'between-chunks' : 'first-chunk';
  }

  /** The stream's own end message has arrived, read or not. */
  get isComplete(): boolean {
    const last = this.queue.at(-1);
    return last?.type === 'done' || last?.type === 'error';
  }

  get isRegistered(): boolean {
    return this.#ws._contextQueues.get(this.contextId) === this;
  }

  deliver(event: ServerEvent): void {
    this.queue.push(event);
    this.#wake();
  }

  end(cause?: Error): void {
    if (cause === undefined) {
      // The SDK's loop takes a missing queue for its end.
      if (this.isRegistered) this.#ws._contextQueues.delete(this.contextId);
    } else if (this.cause === undefined) {
      this.cause = cause;
      throwWhenDrained(this.queue, cause);
    }
    this.#wake();
  }

  /** Lets a `receive()` that comes after the cut find what had arrived, and then the cause. */
  restore(): void {
    const queues = this.#ws._contextQueues;
    if (this.cause !== undefined && !queues.has(this.contextId)) queues.set(this.contextId, this);
  }
}

/** The last item of a queue that was cut: it keeps the SDK, which looks at the length (3.0.0), from waiting for more. */
const cut: ServerEvent = Object.freeze({});

/** Changes this array only, and from now on: a loop that is well pays nothing for it. */
function throwWhenDrained(queue: ServerEvent[], cause: Error): void {
  queue.push(cut);
  const value = () => {
    if (queue[0] === cut) throw cause;
    return Array.prototype.shift.call(queue);
  };
  setMember(queue, 'shift', { value, writable: true });
}
