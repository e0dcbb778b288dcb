import type { StreamPhase } from '../../../../core/errors.ts';
import { Mailbox } from '../../../../core/mailbox.ts';
import type { Reader } from '../../../connection/streams.ts';
import { setMember } from '../../../foreign/members.ts';
import type { QueueEntry, ServerEvent, TTSWS } from './shapes.ts';

/** Takes the events of one context: the queue that `receive()` reads, or the mailbox of a `generate()`. */
export interface Consumer extends Reader {
  readonly contextId: string;
  /** Its end message has not arrived, and it was neither cut nor dropped. */
  readonly isOpen: boolean;
  deliver(event: ServerEvent): void;
  /** Ends it with a cause, once everything that had arrived was read. */
  cut(cause: Error): void;
  /** Ends it quietly and at once. */
  drop(): void;
  /** A loop that reads it has begun. */
  enter(): void;
  /** A loop that reads it has ended. Returns true when there is no other. */
  leave(): boolean;
}

/** The mailbox of one `generate()` loop. */
export class LoopMailbox extends Mailbox<ServerEvent> implements Consumer {
  override get isOpen(): boolean {
    return super.isOpen && !isEndMessage(this.last);
  }

  enter(): void {}

  leave(): boolean {
    return true;
  }
}

/**
 * The entry that the SDK keeps for one context, and that its own `receive()` reads. It is ended through its queue alone, so
 * that the loop stays the SDK's and costs what it costs today. It has room for every waiter: the SDK's entry has room for
 * one, and forgets it when a second loop comes. Its members are not `#private`: in a reactive state of an app's, the SDK
 * reaches it through a proxy.
 */
export class ContextQueue implements Consumer, QueueEntry {
  readonly contextId: string;
  readonly queue: ServerEvent[];
  /** The cause of a cut; every later read throws it. */
  cause: Error | undefined;
  /** The entry was there before us, and a loop may be at work in it that we do not know. */
  isAdopted = false;
  /** The `receive()` loops that have begun and have not ended. */
  private readers = 0;
  private started = false;
  private readonly waiters: (() => void)[] = [];
  private readonly wake = () => {
    this.started ||= this.queue.length > 0;
    for (let waiter = this.waiters.pop(); waiter !== undefined; waiter = this.waiters.pop()) waiter();
  };
  private readonly ws: TTSWS;

  /** @param entry the SDK's own; its queue, and the loop that waits there, are taken over */
  constructor(ws: TTSWS, contextId: string, entry: QueueEntry = { queue: [], resolve: null }) {
    this.ws = ws;
    this.contextId = contextId;
    this.queue = entry.queue;
    if (entry.resolve === null) return;
    this.waiters.push(entry.resolve);
    this.readers = 1;
  }

  get resolve(): (() => void) | null {
    return this.waiters.length === 0 ? null : this.wake;
  }

  /** The SDK sets `null` after it has called its waiter, which has left the list by then. */
  set resolve(waiter: (() => void) | null) {
    if (waiter !== null) this.waiters.push(waiter);
  }

  enter(): void {
    this.readers += 1;
    this.started ||= this.queue.length > 0;
  }

  leave(): boolean {
    this.readers = Math.max(0, this.readers - 1);
    return !this.isRead;
  }

  get isRead(): boolean {
    return this.readers > 0;
  }

  get phase(): StreamPhase {
    return this.started || this.queue.length > 0 ? 'between-chunks' : 'first-chunk';
  }

  get isOpen(): boolean {
    return this.cause === undefined && !isEndMessage(this.queue.at(-1));
  }

  get isRegistered(): boolean {
    return this.ws._contextQueues.get(this.contextId) === this;
  }

  deliver(event: ServerEvent): void {
    this.queue.push(event);
    this.wake();
  }

  cut(cause: Error): void {
    if (this.cause === undefined) {
      this.cause = cause;
      throwWhenDrained(this.queue, cause);
    }
    this.wake();
  }

  drop(): void {
    // The SDK's loop takes a missing entry for its end.
    if (this.isRegistered) this.ws._contextQueues.delete(this.contextId);
    this.wake();
  }

  /** Lets a `receive()` that comes after the cut find everything that had arrived, and then the cause. */
  restore(): void {
    const queues = this.ws._contextQueues;
    if (this.cause !== undefined && !queues.has(this.contextId)) queues.set(this.contextId, this);
  }
}

/** The provider's own end of a stream. */
function isEndMessage(event: ServerEvent | undefined): boolean {
  return event?.type === 'done' || event?.type === 'error';
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
