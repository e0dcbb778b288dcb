import type { Loss, Stream } from '../../../connection/streams.ts';
import type { Consumer, ContextQueue } from './consumers.ts';
import type { ClientEvent, ServerEvent } from './shapes.ts';

/** One context: whether the provider works on it, and which loops read it. */
export class Context implements Stream {
  readonly contextId: string;
  /** Something was sent to it, and no `done` or `error` has come. */
  isInFlight = false;
  /** Something was sent to it after its cancel. */
  isRenewed = false;
  /** The last message that was sent to it. */
  lastInput: ClientEvent | undefined;
  /** The consumers with a loop that has begun and has not ended. */
  readonly loops = new Set<Consumer>();
  #grace: ReturnType<typeof setTimeout> | undefined;
  readonly #queue: () => ContextQueue | undefined;

  /** @param queue finds the queue that the SDK has registered for it now */
  constructor(contextId: string, queue: () => ContextQueue | undefined) {
    this.contextId = contextId;
    this.#queue = queue;
  }

  get name(): string {
    return `context ${this.contextId}`;
  }

  get isOpen(): boolean {
    return this.isInFlight || [...this.loops].some((loop) => loop.isOpen);
  }

  /** Nobody works on it, and nobody reads it. */
  get isIdle(): boolean {
    return !this.isInFlight && this.loops.size === 0;
  }

  /** Its loops, and its queue, which a loop may read later; unless nothing was sent yet to a context with loops. */
  get consumers(): ReadonlySet<Consumer> {
    const queue = this.isInFlight || this.isIdle ? this.#queue() : undefined;
    return queue === undefined ? this.loops : new Set([...this.loops, queue]);
  }

  deliver(event: ServerEvent): void {
    for (const consumer of this.consumers) consumer.deliver(event);
  }

  cut(loss: Loss): void {
    for (const consumer of this.consumers) if (consumer.isOpen) consumer.cut(loss(consumer));
  }

  drop(): void {
    for (const loop of this.loops) loop.drop();
    this.endGrace();
  }

  /** Drops the loops of a moment whose end message has not come. The id may have been used again since. */
  dropOpen(loops: readonly Consumer[]): void {
    for (const loop of loops) if (this.loops.has(loop) && loop.isOpen) loop.drop();
  }

  /** @param expire called after `ms`, unless {@link endGrace} is called before */
  startGrace(ms: number, expire: () => void): void {
    this.endGrace();
    this.#grace = setTimeout(expire, ms);
  }

  endGrace(): void {
    clearTimeout(this.#grace);
  }
}
