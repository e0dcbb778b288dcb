import { type Loss, none, Streams } from '../../../connection/streams.ts';
import { type Consumer, ContextQueue } from './consumers.ts';
import { Context } from './context.ts';
import type { ClientEvent, QueueEntry, ServerEvent, TTSWS } from './shapes.ts';

/** Shared by all connections that have no context: they may be thousands, and an empty map is not small. */
const noContexts = new Map<string, Context>();

/** The contexts of one connection that the provider works on, or that a loop reads. */
export class Contexts extends Streams<Context> {
  #contexts = noContexts;
  readonly #ws: TTSWS;
  /** Loops of the SDK's own `generate()` may run, begun before a live instance was overlaid. */
  #hasForeignLoops = false;
  /** Queues whose loops read on after the end. */
  #letGo: readonly ContextQueue[] = none;
  /** The steps that wait for a condition. One that was cut short goes on waiting beside the next. */
  #waiting: readonly (() => void)[] = none;

  constructor(ws: TTSWS) {
    super();
    this.#ws = ws;
  }

  /** Learns when the provider is done with a context. It listens to the emitter, so that other messages cost nothing. */
  listen(): void {
    this.#ws.on('done', ({ context_id }) => this.finish(context_id));
  }

  /** Takes over a live instance, whose loops and listeners are the SDK's own. */
  adopt(): void {
    this.#hasForeignLoops = this.#ws._hasListener('event') === true;
    this.listen();
    for (const [contextId, entry] of this.#ws._contextQueues) {
      const queue = this.queueOf(contextId, entry);
      queue.isAdopted = true;
      const context = this.#begin(contextId);
      context.isInFlight = true;
      context.lastInput = {};
      if (queue.isRead) context.loops.add(queue);
    }
  }

  get isEmpty(): boolean {
    return this.#contexts.size === 0;
  }

  get open(): readonly Context[] {
    return this.#all.filter((context) => context.isOpen);
  }

  get #all(): Context[] {
    return [...this.#contexts.values()];
  }

  get inFlight(): readonly Context[] {
    return this.#all.filter(({ isInFlight }) => isInFlight);
  }

  isInFlight(contextId: string): boolean {
    return this.#contexts.get(contextId)?.isInFlight === true;
  }

  get unfinished(): readonly string[] {
    return this.inFlight.map(({ name }) => name);
  }

  override get isOwed(): boolean {
    return this.#has(({ isInFlight }) => isInFlight);
  }

  override get unsettled(): readonly string[] {
    return this.#all.flatMap(({ name, loops }) => [...loops].map(() => `receive loop of ${name}`));
  }

  /** The queue of a context. An entry of the SDK's own, from before the overlay, is replaced. */
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

  #make(contextId: string): Context {
    return new Context(contextId, () => this.#registered(contextId));
  }

  #begin(contextId: string): Context {
    const known = this.#contexts.get(contextId);
    if (known !== undefined) return known;
    const context = this.#make(contextId);
    if (this.#contexts === noContexts) this.#contexts = new Map();
    this.#contexts.set(contextId, context);
    return context;
  }

  #changed(context: Context): void {
    if (context.isIdle) {
      context.endGrace();
      this.#contexts.delete(context.contextId);
    }
    this.#noteChange();
  }

  // -- loops --

  /** A loop has begun. */
  enter(consumer: Consumer): void {
    consumer.enter();
    this.#begin(consumer.contextId).loops.add(consumer);
  }

  /** A loop has ended. */
  leave(consumer: Consumer): void {
    if (!consumer.leave()) return;
    const context = this.#contexts.get(consumer.contextId);
    if (context?.loops.delete(consumer)) this.#changed(context);
  }

  /**
   * The SDK takes a context's queue away, because a `receive()` has ended, or to end one.
   *
   * @returns false when the queue has to stay: it holds the cause that other loops on it have yet to meet
   */
  unregister(contextId: string): boolean {
    const loops = [...(this.#contexts.get(contextId)?.loops ?? [])];
    const queues = loops.filter((loop) => loop instanceof ContextQueue);
    const ended = queues.find((queue) => !queue.isRegistered) ?? queues[0];
    if (ended !== undefined) this.leave(ended);
    const queue = this.#registered(contextId);
    return queue?.cause === undefined || !queue.isRead;
  }

  // -- the provider --

  /** Something was sent to a context. */
  begin(contextId: string, input: ClientEvent): void {
    const context = this.#begin(contextId);
    context.lastInput = input;
    context.isInFlight = true;
    context.isRenewed = true;
  }

  /** The provider is done with a context. */
  finish(contextId: unknown): void {
    const context = this.#contexts.get(contextId as string);
    if (context === undefined) return;
    context.endGrace();
    context.isInFlight = false;
    this.#changed(context);
  }

  /** Gives the provider `grace` ms to end a cancelled context, and then does so. */
  cancelled(contextId: unknown, grace: number): void {
    const context = this.#contexts.get(contextId as string);
    if (context === undefined) return;
    const loops = [...context.loops];
    context.isRenewed = false;
    const end = () => {
      context.dropOpen(loops);
      if (!context.isRenewed) this.finish(contextId);
    };
    if (grace === 0) end();
    else context.startGrace(grace, end);
  }

  // -- ends --

  protected override of(contextId: string): readonly Context[] {
    return [this.#contexts.get(contextId) ?? this.#make(contextId)];
  }

  /** A context that only listeners hear has nobody who could be told. */
  override concernedBy(contextId: unknown): readonly Context[] {
    return super.concernedBy(contextId).filter(({ consumers }) => consumers.size > 0);
  }

  /** A `done` that has arrived stays in force. */
  override cut(loss: Loss): void {
    super.cut(loss);
    this.#endForeignLoops('the connection closed');
    for (const context of this.#contexts.values()) context.endGrace();
    this.forget();
  }

  override letGoOfFinished(): void {
    for (const context of this.#all) {
      if (context.isInFlight) continue;
      for (const loop of context.loops) {
        if (loop.isOpen) continue;
        context.loops.delete(loop);
        if (loop instanceof ContextQueue) this.#letGo = [...this.#letGo, loop];
      }
      this.#changed(context);
    }
  }

  drop(): void {
    for (const context of this.#contexts.values()) context.drop();
    for (const [contextId, entry] of this.#ws._contextQueues) {
      const queue = this.queueOf(contextId, entry);
      if (!this.#letGo.includes(queue)) queue.drop();
    }
    this.#endForeignLoops('disconnected');
  }

  forget(): void {
    for (const context of this.#all) {
      context.isInFlight = false;
      this.#changed(context);
    }
  }

  /** Before a reconnect: a queue that was cut and is not read makes room for a context of the same id. */
  clearCut(): void {
    for (const [contextId, entry] of this.#ws._contextQueues) {
      const { cause, isRead, isAdopted } = this.queueOf(contextId, entry);
      if (cause !== undefined && !isRead && !isAdopted) this.#ws._contextQueues.delete(contextId);
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

  /** A loop on a context to which nothing was sent waits for nothing. */
  override whenNoneOpen(): Promise<void> | undefined {
    return this.#when(
      () => !this.#has(({ isInFlight, lastInput, loops }) => isInFlight || (lastInput && loops.size > 0)),
    );
  }

  whenNothingInFlight(): Promise<void> | undefined {
    return this.#when(() => !this.#has(({ isInFlight }) => isInFlight));
  }

  whenNoLoops(): Promise<void> | undefined {
    return this.#when(() => !this.#has(({ loops }) => loops.size > 0));
  }

  #noteChange(): void {
    for (const check of this.#waiting) check();
  }

  #has(condition: (context: Context) => unknown): boolean {
    for (const context of this.#contexts.values()) if (condition(context)) return true;
    return false;
  }

  #when(condition: () => boolean): Promise<void> | undefined {
    if (condition()) return undefined;
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        this.#waiting = this.#waiting.filter((one) => one !== check);
        resolve();
      };
      this.#waiting = [...this.#waiting, check];
    });
  }
}
