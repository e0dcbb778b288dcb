import { type Consumer, ContextQueue } from './consumers.ts';
import type { QueueEntry, ServerEvent, TTSWS } from './shapes.ts';

/** The streams of one connection: what the provider is working on, and which loops of ours wait for it. */
export class Streams {
  readonly #ws: TTSWS;
  /** Contexts to which something was sent and for which no `done` or `error` has come. */
  readonly inFlight = new Set<string>();
  /** Loops that have begun and have not ended, each with what to do when it does. */
  readonly #loops = new Map<Consumer, () => void>();
  readonly #queues = new WeakMap<QueueEntry, ContextQueue>();
  #onChange: () => void = () => {};
  /** Loops of the SDK's own `generate()` may run, begun before a live instance was overlaid. */
  #hasForeignLoops = false;

  constructor(ws: TTSWS) {
    this.#ws = ws;
  }

  /** Learns when the provider is done with a context: an emitter listener, so that other messages cost nothing. */
  listen(): void {
    this.#ws.on('done', ({ context_id }) => this.finish(context_id));
  }

  /** Takes over a live instance, whose loops and listeners are the SDK's own. */
  adopt(): void {
    this.listen();
    this.#hasForeignLoops = this.#ws._hasListener('event') === true;
    for (const [contextId, entry] of this.#ws._contextQueues) {
      this.inFlight.add(contextId);
      const queue = this.queueOf(contextId, entry);
      if (queue.receiving) this.enter(queue);
    }
  }

  get size(): number {
    return this.inFlight.size + this.#loops.size;
  }

  queueOf(contextId: string, entry: QueueEntry): ContextQueue {
    let queue = this.#queues.get(entry);
    if (queue === undefined) {
      queue = new ContextQueue(this.#ws, contextId, entry);
      this.#queues.set(entry, queue);
    }
    return queue;
  }

  #registered(contextId: string): ContextQueue | undefined {
    const entry = this.#ws._contextQueues.get(contextId);
    return entry && this.queueOf(contextId, entry);
  }

  /** A loop has begun. */
  enter(loop: Consumer): void {
    if (!this.#loops.has(loop)) this.#loops.set(loop, () => {});
  }

  /** A loop has ended. */
  leave(loop: Consumer): void {
    const left = this.#loops.get(loop);
    this.#loops.delete(loop);
    left?.();
    this.#onChange();
  }

  /** The SDK takes a context's queue away: its loop is over. */
  unregistered(entry: QueueEntry | undefined): void {
    const queue = entry && this.#queues.get(entry);
    if (queue === undefined) return;
    queue.receiving = false;
    this.leave(queue);
  }

  /** The provider is done with a context. */
  finish(contextId: unknown): void {
    if (this.inFlight.delete(contextId as string)) this.#onChange();
  }

  /** Who learns of what happens to a context. */
  consumersOf(contextId: string): Consumer[] {
    const loops = [...this.#loops.keys()].filter((loop) => loop.contextId === contextId);
    const queue = this.#registered(contextId);
    return queue === undefined || loops.includes(queue) ? loops : [...loops, queue];
  }

  /** The consumer of the open stream, if there is just one: a fault that names no context must be about it. */
  only(): Consumer | undefined {
    const loops = [...this.#loops.keys()].filter((loop) => !isComplete(loop));
    const [contextId, ...others] = new Set([...this.inFlight, ...loops.map((loop) => loop.contextId)]);
    if (contextId === undefined || others.length > 0) return undefined;
    return loops[0] ?? this.#registered(contextId);
  }

  /** Ends every open stream with its cause; a `done` that has arrived stays in force. */
  cut(causeFor: (consumer: Consumer) => Error): void {
    const open = new Set<Consumer>(this.#loops.keys());
    for (const contextId of this.inFlight) for (const consumer of this.consumersOf(contextId)) open.add(consumer);
    for (const consumer of open) if (!isComplete(consumer)) consumer.end(causeFor(consumer));
    this.#endForeignLoops('the connection closed');
    this.forget();
  }

  /** Ends every loop quietly. */
  end(): void {
    for (const loop of this.#loops.keys()) loop.end();
    for (const [contextId, entry] of this.#ws._contextQueues) this.queueOf(contextId, entry).end();
    this.#endForeignLoops('disconnected');
  }

  /** The provider works on nothing any more: its connection is gone. */
  forget(): void {
    this.inFlight.clear();
    this.#onChange();
  }

  /** Ends a cancelled context's loops: at once, or when the provider has not done so after `grace` ms. */
  cancelled(contextId: unknown, grace: number): void {
    for (const loop of this.#loops.keys()) {
      if (loop.contextId !== contextId) continue;
      if (grace === 0) {
        loop.end();
        continue;
      }
      const timer = setTimeout(() => loop.end(), grace);
      this.#loops.set(loop, () => clearTimeout(timer));
    }
  }

  /** Before a reconnect: what was cut and is not being read makes room for a context of the same id. */
  clearCut(): void {
    for (const [contextId, entry] of this.#ws._contextQueues) {
      const queue = this.#queues.get(entry);
      if (queue?.cause !== undefined && !queue.receiving) this.#ws._contextQueues.delete(contextId);
    }
  }

  whenNothingInFlight(): Promise<void> | undefined {
    return this.#when(() => this.inFlight.size === 0);
  }

  whenNoLoops(): Promise<void> | undefined {
    return this.#when(() => this.#loops.size === 0);
  }

  #when(condition: () => boolean): Promise<void> | undefined {
    if (condition()) return undefined;
    return new Promise((resolve) => {
      this.#onChange = () => condition() && resolve();
    });
  }

  /** The ids of the loops that have not ended. */
  get loops(): string[] {
    return [...this.#loops.keys()].map((loop) => loop.contextId);
  }

  /** An error event is the one way to end a loop of the SDK's own `generate()`; without a context, it fits every one. */
  #endForeignLoops(message: string): void {
    if (!this.#hasForeignLoops) return;
    this.#hasForeignLoops = false;
    const event: ServerEvent = { type: 'error', title: 'hangup', message };
    this.#ws._emit('event', event);
  }
}

function isComplete(consumer: Consumer): boolean {
  return consumer instanceof ContextQueue && (consumer.complete || consumer.cause !== undefined);
}
