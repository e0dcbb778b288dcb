import type { DisconnectReport } from '../../../core/disconnectable.ts';
import { ConnectTimeoutError, DisconnectedError, HangupError, StreamEndedError } from '../../../core/errors.ts';
import { type Budget, Ladder, type Step } from '../../../core/ladder.ts';
import { scrub, scrubError } from '../../../core/scrub.ts';
import { CLOSED, CONNECTING, forceClose, OPEN, type SocketLike, whenClosed } from '../../../core/socket.ts';
import { guardMessages, onPeerClosing, startHeartbeat } from '../../ws/guard.ts';
import { type Consumer, ContextQueue } from './consumers.ts';
import { isPeerFault, parseFrame } from './frames.ts';
import { type OverlayOptions, optionsFor } from './options.ts';
import type { ClientEvent, QueueEntry, ServerEvent, TTSWS } from './shapes.ts';

/** The most that each polite step may take, in ms. */
const caps = { cancel: 500, drain: 500, close: 1000 };

/** What hangup knows about one `TTSWS`: its sockets (one, or two during a reconnect), streams and loops. */
export class Connection {
  readonly #ladder = new Ladder({
    closeDoor: () => this.#closeDoor(),
    force: () => this.#force(),
    settle: () => this.#settle(),
  });
  readonly #ws: TTSWS;
  readonly #sockets = new Set<SocketLike>();
  /** Contexts that the provider is working on: something was sent, and no `done` or `error` has come. */
  readonly #inFlight = new Set<string>();
  /** Sends that wait for the handshake. */
  readonly #held = new Set<{ contextId: unknown }>();
  readonly #consumers = new Map<Consumer, () => void>();
  readonly #queues = new WeakMap<QueueEntry, ContextQueue>();
  #wakeIdle: () => void = () => {};
  #lastError: Error | undefined;
  #abandoned: string[] = [];
  /** Loops of the SDK's own `generate()` may run, begun before a live instance was overlaid. */
  #hasForeignLoops = false;

  constructor(ws: TTSWS) {
    this.#ws = ws;
  }

  get ended(): boolean {
    return this.#ladder.state !== 'open';
  }

  get connected(): boolean {
    return !this.ended && this.#ws.socket.readyState === OPEN;
  }

  get idle(): boolean {
    return this.#sockets.size === 0;
  }

  get options(): OverlayOptions & { timeout: number; connectTimeout: number } {
    return optionsFor(Object.getPrototypeOf(this.#ws), this.#ws.client, this.#ws);
  }

  // ── sockets ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Takes over the socket that the SDK has just opened. */
  attach(onIdle: () => void): void {
    const socket = this.#ws.socket;
    const { connectTimeout, heartbeat } = this.options;
    this.#sockets.add(socket);
    this.#lastError = undefined;
    const stops: (() => void)[] = [];
    socket.addEventListener('close', (event: { code?: number; reason?: string }) => {
      for (const stop of stops) stop();
      this.#sockets.delete(socket);
      if (socket === this.#ws.socket) this.#onClosed(event.code, event.reason);
      if (this.idle) onIdle();
    });
    if (heartbeat !== undefined) {
      stops.push(
        startHeartbeat(socket, heartbeat, () => {
          this.#lastError = new HangupError('ERR_HEARTBEAT', `no pong from the provider within ${heartbeat.timeout} ms`);
        }),
      );
    }
    if (socket.readyState === CONNECTING) stops.push(this.#limitHandshake(socket, connectTimeout));
    guardMessages(socket, (frame) => this.#onBadFrame(frame));
    onPeerClosing(socket, (code) => {
      if (this.ended || socket !== this.#ws.socket) return;
      this.#onClosed(code);
      const timer = setTimeout(() => forceClose(socket), caps.close);
      stops.push(() => clearTimeout(timer));
    });
    const ready = this.#ws._ready.catch((event: unknown) => {
      throw this.#connectFailure(event);
    });
    // Nobody may be waiting: the SDK's reconnects are not awaited until the next send.
    ready.catch(() => {});
    this.#ws._ready = ready;
  }

  /** Takes over a live instance, whose loops and listeners are the SDK's own. */
  adopt(onIdle: () => void): void {
    this.#hasForeignLoops = this.#ws._hasListener('event') === true;
    for (const [contextId, entry] of this.#ws._contextQueues) {
      this.#inFlight.add(contextId);
      const queue = this.queueOf(contextId, entry);
      if (queue.receiving) this.enter(queue);
    }
    this.listen();
    if (this.#ws.socket.readyState !== CLOSED) this.attach(onIdle);
  }

  /** Learns when the provider is done with a context: an emitter listener, so that other messages cost nothing. */
  listen(): void {
    this.#ws.on('done', ({ context_id }) => this.#finish(context_id));
  }

  #limitHandshake(socket: SocketLike, limit: number): () => void {
    const timer = setTimeout(() => {
      this.#lastError = new ConnectTimeoutError(limit);
      forceClose(socket);
    }, limit);
    const stop = () => clearTimeout(timer);
    socket.addEventListener('open', stop);
    return stop;
  }

  #connectFailure(event: unknown): Error {
    if (this.ended) return new DisconnectedError('connect()');
    if (this.#lastError instanceof HangupError) return this.#lastError;
    return this.#clean((event as { error?: unknown }).error ?? event) ?? new HangupError('ERR_CONNECT', 'connect failed');
  }

  /** Before the SDK dials again: cuts what hung on the old socket, keeps the contexts that were not begun yet. */
  beforeReconnect(): void {
    this.#cut();
    for (const [contextId, entry] of this.#ws._contextQueues) {
      const queue = this.#queues.get(entry);
      if (queue?.cause !== undefined && !queue.receiving) this.#ws._contextQueues.delete(contextId);
    }
  }

  #onClosed(code?: number, reason?: string): void {
    this.#cut(code, reason);
  }

  // ── streams ──────────────────────────────────────────────────────────────────────────────────────────────────────

  queueOf(contextId: string, entry: QueueEntry): ContextQueue {
    let queue = this.#queues.get(entry);
    if (queue === undefined) {
      queue = new ContextQueue(this.#ws, contextId, entry);
      this.#queues.set(entry, queue);
    }
    return queue;
  }

  /** A loop has begun. */
  enter(consumer: Consumer): void {
    if (!this.#consumers.has(consumer)) this.#consumers.set(consumer, () => {});
  }

  /** A loop has ended. */
  leave(consumer: Consumer): void {
    const left = this.#consumers.get(consumer);
    this.#consumers.delete(consumer);
    left?.();
    if (this.#consumers.size === 0) this.#wakeIdle();
  }

  /** The SDK takes a context's queue away: its loop is over. */
  unregistered(entry: QueueEntry | undefined): void {
    const queue = entry === undefined ? undefined : this.#queues.get(entry);
    if (queue === undefined) return;
    queue.receiving = false;
    this.leave(queue);
  }

  /** Ends every open stream with its cause; a peer's `done` that has arrived stays in force. */
  #cut(code?: number, reason?: string): void {
    if (!this.ended) this.#cutOpen(code, reason);
    this.#inFlight.clear();
    this.#wakeIdle();
  }

  #cutOpen(code?: number, reason?: string): void {
    const open = new Set<Consumer>(this.#consumers.keys());
    for (const contextId of this.#inFlight) {
      const entry = this.#ws._contextQueues.get(contextId);
      if (entry !== undefined) open.add(this.queueOf(contextId, entry));
    }
    const what = `the connection closed${code === undefined ? '' : ` with code ${code}`}`;
    for (const consumer of open) {
      if (consumer instanceof ContextQueue && (consumer.complete || consumer.cause !== undefined)) continue;
      consumer.end(this.#streamEnded(consumer, what, code, reason, this.#lastError));
    }
    if (this.#hasForeignLoops) this.#failForeignLoops(what);
  }

  #streamEnded(consumer: Consumer, what: string, code?: number, reason?: string, cause?: unknown): StreamEndedError {
    const { contextId, phase } = consumer;
    const closeReason = reason === undefined ? undefined : scrub(String(reason), this.#secrets);
    const said = closeReason === undefined || closeReason === '' ? '' : ` ("${closeReason}")`;
    return new StreamEndedError(`${what}${said} before context ${contextId} was done`, {
      closeCode: code,
      closeReason,
      contextId,
      phase,
      cause: this.#clean(cause),
    });
  }

  /** An error event is the one way to end a loop of the SDK's own `generate()`; without the key, it fits every one. */
  #failForeignLoops(message: string): void {
    this.#hasForeignLoops = false;
    this.#ws._emit('event', { type: 'error', title: 'hangup', message });
  }

  #finish(contextId: unknown): void {
    if (this.#inFlight.delete(contextId as string) && this.#inFlight.size === 0) this.#wakeIdle();
  }

  /** The open stream, if there is just one: it is what a fault that names no context must be about. */
  #onlyStream(): Consumer | undefined {
    const consumers = [...this.#consumers.keys()].filter((one) => !(one instanceof ContextQueue && one.complete));
    const ids = new Set([...this.#inFlight, ...consumers.map((one) => one.contextId)]);
    if (ids.size !== 1) return undefined;
    const [contextId] = ids as Set<string>;
    const entry = this.#ws._contextQueues.get(contextId as string);
    return consumers[0] ?? (entry && this.queueOf(contextId as string, entry));
  }

  #consumersOf(contextId: unknown): Consumer[] {
    const found = [...this.#consumers.keys()].filter((consumer) => consumer.contextId === contextId);
    const entry = this.#ws._contextQueues.get(contextId as string);
    const queue = entry && this.queueOf(contextId as string, entry);
    return queue === undefined || found.includes(queue) ? found : [...found, queue];
  }

  // ── faults ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Ends what a fault is about. Returns whether somebody learns of it that way. */
  onFault(event: ServerEvent | null, message: string | undefined, cause: unknown): boolean {
    if (this.ended) return true;
    if (event !== null) {
      const { context_id } = event;
      if (context_id) {
        this.#finish(context_id);
        return this.#consumersOf(context_id).length > 0;
      }
      const only = this.#onlyStream();
      only?.deliver(event);
      return only !== undefined;
    }
    if (isSocketError(cause)) {
      this.#lastError ??= this.#clean(cause.error ?? cause);
      return this.#ws.socket.readyState === CONNECTING || this.#consumers.size > 0 || this.#inFlight.size > 0;
    }
    return this.#endOnly(message ?? 'bad frame', cause);
  }

  #endOnly(what: string, cause: unknown): boolean {
    const only = this.#onlyStream();
    only?.end(this.#streamEnded(only, what, undefined, undefined, cause));
    return only !== undefined;
  }

  /** A frame made the SDK's handler throw. Returns false when the frame is well and a user's listener threw. */
  #onBadFrame(frame: unknown): boolean {
    const event = parseFrame(frame);
    if (!isPeerFault(event)) return false;
    const what = 'the provider sent a frame that the SDK cannot read';
    const contextId = (event as ServerEvent | null)?.context_id;
    const cause = new TypeError(`message of type ${JSON.stringify((event as ServerEvent).type)}`);
    if (!contextId) {
      if (!this.#endOnly(what, cause)) this.warn(what);
      return true;
    }
    const consumers = this.#consumersOf(contextId);
    for (const consumer of consumers) consumer.end(this.#streamEnded(consumer, what, undefined, undefined, cause));
    if (consumers.length === 0) this.warn(what);
    return true;
  }

  /** For a fault of which nobody learns otherwise. */
  warn(message: string): void {
    const text = `hangup: ${scrub(message, this.#secrets)}; nothing listens for errors on this connection`;
    if (typeof process === 'undefined' || process.emitWarning === undefined) console.warn(text);
    else process.emitWarning(text, 'HangupWarning');
  }

  #clean(error: unknown): Error | undefined {
    return scrubError(error, this.#secrets);
  }

  get #secrets(): string[] {
    const { client, _wsOptions } = this.#ws;
    const headers = Object.entries(_wsOptions?.headers ?? {}).filter(([name]) => /^authorization$/i.test(name));
    const bearer = headers.map(([, value]) => String(value).replace(/^\S+\s+/, ''));
    return [client?.apiKey, client?.token, ...bearer].filter((secret) => typeof secret === 'string');
  }

  // ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** @throws {DisconnectedError} once the door is closed */
  admit(call: string): void {
    if (this.ended) throw new DisconnectedError(call);
  }

  /** Waits for the handshake. Returns false when the context was cancelled meanwhile. */
  async whenOpen(contextId: unknown): Promise<boolean> {
    const hold = { contextId };
    this.#held.add(hold);
    try {
      await this.#ws._ensureConnected();
      return this.#held.has(hold);
    } finally {
      this.#held.delete(hold);
    }
  }

  /** The provider is going to work on this context. @throws when the connection has gone since it was last looked at */
  begin(event: ClientEvent): void {
    this.admit('send()');
    const { context_id } = event;
    if (this.#ws.socket.readyState !== OPEN) {
      throw new StreamEndedError('the connection closed before the message could be sent', {
        contextId: context_id ?? undefined,
        cause: this.#lastError,
      });
    }
    if (context_id) this.#inFlight.add(context_id);
  }

  /** Cancels a context. Never throws, never dials; the loops that the provider does not end are ended after 500 ms. */
  cancel(event: ClientEvent): void {
    const contextId = event.context_id;
    for (const hold of this.#held) if (hold.contextId === contextId) this.#held.delete(hold);
    const asked = !this.ended && this.#post(event);
    for (const [consumer] of this.#consumers) {
      if (consumer.contextId !== contextId) continue;
      if (!asked) {
        consumer.end();
        continue;
      }
      const timer = setTimeout(() => consumer.end(), caps.cancel);
      this.#consumers.set(consumer, () => clearTimeout(timer));
    }
  }

  #post(event: ClientEvent): boolean {
    if (this.#ws.socket.readyState !== OPEN) return false;
    try {
      (this.#ws.socket as SocketLike & { send(data: string): void }).send(JSON.stringify(event));
      return true;
    } catch {
      return false;
    }
  }

  // ── the ladder ───────────────────────────────────────────────────────────────────────────────────────────────────

  disconnect(budget: Budget): Promise<DisconnectReport> {
    return this.#ladder.end(budget, [
      { name: 'cancel', cap: caps.cancel, ask: () => this.#cancelAll() },
      { name: 'drain', cap: caps.drain, ask: () => this.#drained() },
      this.#closeStep(() => this.#ws.socket.close(1000, 'OK')),
    ]);
  }

  /** The SDK's own `close()`: its close frame at once, bounded. */
  close(sdkClose: () => void): Promise<DisconnectReport> {
    return this.#ladder.end({ force: false, timeout: caps.close }, [this.#closeStep(sdkClose)]);
  }

  #closeStep(close: () => void): Step {
    return {
      name: 'close',
      cap: caps.close,
      ask: () => {
        if (this.idle) return undefined;
        close();
        return this.#allClosed();
      },
    };
  }

  #closeDoor(): void {
    for (const consumer of this.#consumers.keys()) consumer.end();
    for (const [contextId, entry] of this.#ws._contextQueues) this.queueOf(contextId, entry).end();
    if (this.#hasForeignLoops) this.#failForeignLoops('disconnected');
  }

  #cancelAll(): Promise<void> | undefined {
    for (const context_id of this.#inFlight) if (!this.#post({ cancel: true, context_id })) return undefined;
    return this.#whenIdle(() => this.#inFlight.size === 0);
  }

  #drained(): Promise<void> | undefined {
    return this.#whenIdle(() => this.#consumers.size === 0);
  }

  #whenIdle(isIdle: () => boolean): Promise<void> | undefined {
    if (isIdle()) return undefined;
    return new Promise((resolve) => {
      this.#wakeIdle = () => isIdle() && resolve();
    });
  }

  #force(): Promise<unknown> | undefined {
    if (this.idle) return undefined;
    this.#abandoned = [...this.#inFlight].map((contextId) => `context ${contextId}`);
    for (const socket of this.#sockets) forceClose(socket);
    return this.#allClosed();
  }

  #allClosed(): Promise<unknown> {
    return Promise.all([...this.#sockets].map(whenClosed));
  }

  #settle(): string[] {
    const loops = [...this.#consumers.keys()].map(({ contextId }) => `receive loop of context ${contextId}`);
    return [...this.#abandoned, ...loops];
  }
}

function isSocketError(cause: unknown): cause is { type: 'error'; error?: unknown } {
  return typeof cause === 'object' && cause !== null && (cause as { type?: unknown }).type === 'error';
}
