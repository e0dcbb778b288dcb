import type { StreamPhase } from '../../../core/errors.ts';
import type { Mailbox } from '../../../core/mailbox.ts';
import { replaceMembers } from '../../overlay.ts';
import type { QueueEntry, ServerEvent, TTSWS } from './shapes.ts';

/** One receive loop, of `receive()` or of `generate()`. */
export interface Consumer {
  readonly contextId: string;
  readonly phase: StreamPhase;
  /** Hands it an event that names no context. */
  deliver(event: ServerEvent): void;
  /** Ends it: with a cause after what has arrived, without one quietly and at once. */
  end(cause?: Error): void;
}

/** The loop of `generate()`, which reads from a mailbox of ours. */
export class GenerateLoop implements Consumer {
  readonly contextId: string;
  readonly #mailbox: Mailbox<ServerEvent>;

  constructor(mailbox: Mailbox<ServerEvent>) {
    this.contextId = mailbox.contextId;
    this.#mailbox = mailbox;
  }

  get phase(): StreamPhase {
    return this.#mailbox.started ? 'between-chunks' : 'first-chunk';
  }

  deliver(event: ServerEvent): void {
    this.#mailbox.push(event);
  }

  end(cause?: Error): void {
    this.#mailbox.end(cause);
  }
}

/**
 * The queue of one context, which the SDK's own `receive()` reads. It is ended through that queue alone, so that the
 * loop stays the SDK's and costs what it costs today.
 */
export class ContextQueue implements Consumer {
  readonly contextId: string;
  /** A `receive()` loop has begun and has not ended. */
  receiving: boolean;
  started = false;
  /** Why the stream was cut; every later read throws it. */
  cause: Error | undefined;
  readonly entry: QueueEntry;
  readonly #ws: TTSWS;

  constructor(ws: TTSWS, contextId: string, entry: QueueEntry) {
    this.#ws = ws;
    this.contextId = contextId;
    this.entry = entry;
    this.receiving = entry.resolve !== null;
    keepEveryWaiter(entry);
  }

  get phase(): StreamPhase {
    return this.started || this.entry.queue.length > 0 ? 'between-chunks' : 'first-chunk';
  }

  /** The stream's own end message has arrived, read or not. */
  get complete(): boolean {
    const last = this.entry.queue.at(-1);
    return last?.type === 'done' || last?.type === 'error';
  }

  deliver(event: ServerEvent): void {
    this.entry.queue.push(event);
    this.entry.resolve?.();
  }

  end(cause?: Error): void {
    const { entry, contextId } = this;
    if (cause === undefined) {
      // The SDK's loop takes a missing queue for its end.
      if (this.isRegistered) this.#ws._contextQueues.delete(contextId);
    } else {
      this.cause = cause;
      // Only this array, and only from now on: a loop that is well pays nothing for it.
      replaceMembers(entry.queue, 'the queue', { shift: { value: shiftOrThrow, writable: true } });
      function shiftOrThrow(this: ServerEvent[]) {
        if (this.length > 0) return Array.prototype.shift.call(this);
        throw cause;
      }
    }
    entry.resolve?.();
  }

  get isRegistered(): boolean {
    return this.#ws._contextQueues.get(this.contextId) === this.entry;
  }

  /** Lets a `receive()` that comes after the cut find what had arrived, and then the cause. */
  restore(): void {
    const queues = this.#ws._contextQueues;
    if (this.cause !== undefined && !queues.has(this.contextId)) queues.set(this.contextId, this.entry);
  }
}

/** The SDK has room for one waiter a queue, and forgets the first when a second loop comes: keep them all. */
function keepEveryWaiter(entry: QueueEntry): void {
  const waiters: (() => void)[] = entry.resolve === null ? [] : [entry.resolve];
  const wake = () => {
    for (const waiter of waiters.splice(0)) waiter();
  };
  const get = () => (waiters.length === 0 ? null : wake);
  const set = (waiter: (() => void) | null) => {
    if (waiter !== null) waiters.push(waiter);
  };
  replaceMembers(entry, 'the queue', { resolve: { get, set } });
}
