import { type Consumer, ContextQueue } from './consumers.ts';
import type { QueueEntry, ServerEvent, TTSWS } from './shapes.ts';

/** The streams of one connection: what the provider is working on, and which loops of ours wait for it. */
export class Streams {
  /** Contexts to which something was sent and for which no `done` or `error` has come. */
  readonly inFlight = new Set<string>();
  /** Consumers with a loop that has begun and has not ended. */
  readonly #loops = new Set<Consumer>();
  /** By context: ends what was cancelled and has not ended by itself. */
  readonly #graces = new Map<unknown, ReturnType<typeof setTimeout>>();
  /** Queues that were there before us: whether a loop is at work in one of them cannot be known. */
  readonly #adopted = new WeakSet<ContextQueue>();
  readonly #ws: TTSWS;
  /** Loops of the SDK's own `generate()` may run, begun before a live instance was overlaid. */
  #hasForeignLoops = false;
  /** The ladder waits for one condition at a time. */
  #onChange: () => void = () => {};

  constructor(ws: TTSWS) {
    this.#ws = ws;
  }

  /** Learns when the provider is done with a context: an emitter listener, so that other messages cost nothing. */
  listen(): void {
    this.#ws.on('done', ({ context_id }) => this.finish(context_id));
  }

  /** Takes over a live instance, whose loops and listeners are the SDK's own. */
  adopt(): void {
    this.#hasForeignLoops = this.#ws._hasListener('event') === true;
    this.listen();
    for (const [contextId, entry] of this.#ws._contextQueues) {
      this.inFlight.add(contextId);
      const queue = this.queueOf(contextId, entry);
      this.#adopted.add(queue);
      if (queue.readers > 0) this.#loops.add(queue);
    }
  }

  get isEmpty(): boolean {
    return this.inFlight.size + this.#loops.size === 0;
  }

  /** The contexts of the loops that have not ended. */
  get loops(): string[] {
    return [...this.#loops].map((loop) => loop.contextId);
  }

  /** What stands for a context; an entry of the SDK's own, from before the overlay, is replaced. */
  queueOf(contextId: string, entry: QueueEntry): ContextQueue {
    if (entry instanceof ContextQueue) return entry;
    const queue = new ContextQueue(this.#ws, contextId, entry);
    this.#ws._contextQueues.set(contextId, queue);
    return queue;
  }

  #registered(contextId: string): ContextQueue | undefined {
    const entry = this.#ws._contextQueues.get(contextId);
    return entry && this.queueOf(contextId, entry);
  }

  // -- loops --

  /** A loop has begun. */
  enter(consumer: Consumer): void {
    if (consumer instanceof ContextQueue) consumer.enter();
    this.#loops.add(consumer);
  }

  /** A loop has ended. */
  leave(consumer: Consumer): void {
    if (consumer instanceof ContextQueue) {
      consumer.readers = Math.max(0, consumer.readers - 1);
      if (consumer.readers > 0) return;
    }
    this.#loops.delete(consumer);
    this.#onChange();
  }

  /**
   * The SDK takes a context's queue away, because a `receive()` has ended, or to end one.
   *
   * @returns false when the queue has to stay: it holds the cause that other loops on it have yet to meet
   */
  unregister(contextId: string): boolean {
    const queues = [...this.#loops].filter((loop) => loop instanceof ContextQueue && loop.contextId === contextId);
    const ended = queues.find((queue) => !(queue as ContextQueue).isRegistered) ?? queues[0];
    if (ended !== undefined) this.leave(ended);
    const queue = this.#registered(contextId);
    return queue?.cause === undefined || queue.readers === 0;
  }

  // -- the provider --

  /** The provider is done with a context. */
  finish(contextId: unknown): void {
    this.#clearGrace(contextId);
    if (this.inFlight.delete(contextId as string)) this.#onChange();
  }

  /** The provider works on nothing any more: its connection is gone. */
  forget(): void {
    this.inFlight.clear();
    this.#onChange();
  }

  /** Gives the provider `grace` ms to end a cancelled context, and then does so. */
  cancelled(contextId: unknown, grace: number): void {
    const loops = () => [...this.#loops].filter((loop) => loop.contextId === contextId && !isOver(loop));
    const end = () => {
      // A generate() that is not in flight has its end message, and only has to read on.
      const isDone = grace > 0 && !this.inFlight.has(contextId as string);
      for (const loop of loops()) if (!isDone || loop instanceof ContextQueue) loop.end();
      this.finish(contextId);
    };
    this.#clearGrace(contextId);
    if (grace === 0) end();
    else if (this.inFlight.has(contextId as string) || loops().length > 0) {
      this.#graces.set(contextId, setTimeout(end, grace));
    }
  }

  #clearGrace(contextId: unknown): void {
    clearTimeout(this.#graces.get(contextId));
    this.#graces.delete(contextId);
  }

  // -- who is told --

  /** Who learns of what happens to a context. */
  consumersOf(contextId: string): Set<Consumer> {
    const consumers = new Set([...this.#loops].filter((loop) => loop.contextId === contextId));
    const queue = this.#registered(contextId);
    return queue === undefined ? consumers : consumers.add(queue);
  }

  /** The consumer of the open stream, if there is just one: a fault that names no context must be about it. */
  soleOpen(): Consumer | undefined {
    const loops = [...this.#loops].filter((loop) => !isOver(loop));
    const [contextId, ...others] = new Set([...this.inFlight, ...loops.map((loop) => loop.contextId)]);
    if (contextId === undefined || others.length > 0) return undefined;
    return loops[0] ?? this.#registered(contextId);
  }

  // -- ends --

  /** Ends every open stream with its cause; a `done` that has arrived stays in force. */
  cut(causeFor: (consumer: Consumer) => Error): void {
    const open = new Set<Consumer>(this.#loops);
    for (const contextId of this.inFlight) for (const consumer of this.consumersOf(contextId)) open.add(consumer);
    for (const consumer of open) if (!isOver(consumer)) consumer.end(causeFor(consumer));
    this.#endForeignLoops('the connection closed');
    this.#clearGraces();
    this.forget();
  }

  /** Ends every loop quietly. */
  end(): void {
    for (const loop of this.#loops) loop.end();
    for (const [contextId, entry] of this.#ws._contextQueues) this.queueOf(contextId, entry).end();
    this.#endForeignLoops('disconnected');
    this.#clearGraces();
  }

  #clearGraces(): void {
    for (const contextId of this.#graces.keys()) this.#clearGrace(contextId);
  }

  /** Before a reconnect: what was cut and is not being read makes room for a context of the same id. */
  clearCut(): void {
    for (const [contextId, entry] of this.#ws._contextQueues) {
      const queue = this.queueOf(contextId, entry);
      const isUnread = queue.readers === 0 && !this.#adopted.has(queue);
      if (queue.cause !== undefined && isUnread) this.#ws._contextQueues.delete(contextId);
    }
  }

  /** An error event is the one way to end a loop of the SDK's own `generate()`; without a context, it fits every one. */
  #endForeignLoops(message: string): void {
    if (!this.#hasForeignLoops) return;
    this.#hasForeignLoops = false;
    const event: ServerEvent = { type: 'error', title: 'hangup', message };
    this.#ws._emit('event', event);
  }

  // -- waiting --

  whenNothingInFlight(): Promise<void> | undefined {
    return this.#when(() => this.inFlight.size === 0);
  }

  whenNoLoops(): Promise<void> | undefined {
    return this.#when(() => this.#loops.size === 0);
  }

  #when(condition: () => boolean): Promise<void> | undefined {
    if (condition()) return undefined;
    return new Promise((resolve) => {
      this.#onChange = () => {
        if (condition()) resolve();
      };
    });
  }
}

function isOver(consumer: Consumer): boolean {
  return consumer instanceof ContextQueue && (consumer.isComplete || consumer.cause !== undefined);
}
