import type { DisconnectReport } from '../../../core/disconnectable.ts';
import { ConnectTimeoutError, DisconnectedError, HangupError, StreamEndedError } from '../../../core/errors.ts';
import { type Budget, Ladder, type Step } from '../../../core/ladder.ts';
import { CLOSED, CONNECTING, forceClose, OPEN, onTcpClose, type SocketLike } from '../../../core/socket.ts';
import { guardMessages, type Heartbeat, onPeerClosing, startHeartbeat } from '../../ws/guard.ts';
import { Faults } from './faults.ts';
import type { ResolvedOptions } from './options.ts';
import type { ClientEvent, TTSWS } from './shapes.ts';
import { Streams } from './streams.ts';

/** The most that each polite step may take, in ms. */
const caps = { cancel: 500, drain: 500, close: 1000 };

/** What hangup knows about one `TTSWS`, and how the ladder reaches it. */
export class Connection {
  readonly streams: Streams;
  readonly faults: Faults;
  readonly #ladder = new Ladder({
    closeDoor: () => this.streams.end(),
    force: () => this.#force(),
    settle: () => this.#leftOver(),
  });
  readonly #ws: TTSWS;
  readonly #onIdle: () => void;
  /** The sockets that have not closed: one, or during a reconnect two. */
  readonly #sockets = new Set<SocketLike>();
  /** Sockets whose streams have been ended. */
  readonly #dropped = new WeakSet<SocketLike>();
  /** Sends that wait for the handshake. */
  readonly #held = new Set<{ contextId: unknown; drop: () => void }>();
  /** Contexts cancelled during the handshake: nothing more is said to them until it is over. */
  readonly #cancelledEarly = new Set<unknown>();
  #abandoned: string[] = [];
  #wakeIdle: () => void = () => {};

  /** @param onIdle called when its last socket has closed */
  constructor(ws: TTSWS, onIdle: () => void) {
    this.#ws = ws;
    this.#onIdle = onIdle;
    this.streams = new Streams(ws);
    this.faults = new Faults(ws, this.streams);
  }

  get ended(): boolean {
    return this.#ladder.state !== 'open';
  }

  get connected(): boolean {
    return !this.ended && this.#ws.socket.readyState === OPEN;
  }

  /** It has no socket that could keep the process alive. */
  get idle(): boolean {
    return this.#sockets.size === 0;
  }

  // ── sockets ──

  /** Takes over a live instance. @throws {TypeError} when its socket cannot do what the options ask for */
  adopt(options: ResolvedOptions): void {
    if (this.#ws.socket.readyState !== CLOSED) this.attach(options);
    this.streams.adopt();
  }

  /** Takes over the socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach({ connectTimeout, heartbeat }: ResolvedOptions): void {
    const { socket } = this.#ws;
    const stops: (() => void)[] = [];
    if (heartbeat !== undefined) stops.push(this.#beat(socket, heartbeat));
    this.#sockets.add(socket);
    this.#cancelledEarly.clear();
    this.faults.lastError = undefined;
    socket.addEventListener('close', (event: { code?: number; reason?: string }) => {
      for (const stop of stops) stop();
      this.#drop(socket, event.code, event.reason);
      this.#lose(socket);
    });
    onPeerClosing(socket, (code, reason) => {
      // The ladder has limits of its own.
      if (this.ended) return;
      this.#drop(socket, code, reason);
      const timer = setTimeout(() => forceClose(socket), caps.close);
      stops.push(() => clearTimeout(timer));
    });
    guardMessages(socket, (frame) => this.faults.onFrame(frame));
    if (socket.readyState === CONNECTING) stops.push(this.#limitHandshake(socket, connectTimeout));
    const ready = this.#ws._ready.catch((event: unknown) => {
      throw this.ended ? new DisconnectedError('connect()') : this.faults.connectFailure(event);
    });
    // Nobody may be waiting: the SDK looks at the promise of a reconnect only when it sends.
    ready.catch(() => {});
    this.#ws._ready = ready;
  }

  /** It can keep the process alive no longer. */
  #lose(socket: SocketLike): void {
    if (!this.#sockets.delete(socket) || !this.idle) return;
    this.#onIdle();
    this.#wakeIdle();
  }

  #whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      const others = this.#wakeIdle;
      this.#wakeIdle = () => {
        others();
        resolve();
      };
    });
  }

  #beat(socket: SocketLike, heartbeat: Heartbeat): () => void {
    return startHeartbeat(socket, heartbeat, () => {
      this.faults.lastError = new HangupError('ERR_HEARTBEAT', `no pong within ${heartbeat.timeout} ms`);
    });
  }

  #limitHandshake(socket: SocketLike, limit: number): () => void {
    this.faults.isConnecting = true;
    const timer = setTimeout(() => {
      this.faults.lastError = new ConnectTimeoutError(limit);
      forceClose(socket);
    }, limit);
    socket.addEventListener('open', () => {
      clearTimeout(timer);
      this.faults.isConnecting = false;
      this.#cancelledEarly.clear();
    });
    return () => clearTimeout(timer);
  }

  /** The socket is lost to its streams: the peer has begun to close it, or it has closed, or another one replaces it. */
  #drop(socket: SocketLike, code?: number, reason?: string): void {
    if (socket !== this.#ws.socket || this.#dropped.has(socket)) return;
    this.#dropped.add(socket);
    if (this.ended) this.streams.forget();
    else this.streams.cut((consumer) => this.faults.streamEnded(consumer, { code, reason }));
  }

  /** Before the SDK dials again. Loops that have begun since the drop wait for the connection that is about to come. */
  beforeReconnect(): void {
    this.#drop(this.#ws.socket);
    this.streams.clearCut();
  }

  // ── sending ──

  /** @throws {DisconnectedError} once the door is closed */
  admit(call: string): void {
    if (this.ended) throw new DisconnectedError(call);
  }

  /** Waits for the handshake. Returns false, at once, when the context is cancelled meanwhile. */
  async whenOpen(contextId: unknown): Promise<boolean> {
    if (this.#cancelledEarly.has(contextId)) return false;
    let drop = () => {};
    const dropped = new Promise<false>((resolve) => {
      drop = () => resolve(false);
    });
    const hold = { contextId, drop };
    this.#held.add(hold);
    const open = this.#ws._ensureConnected().then(() => true);
    return Promise.race([open, dropped]).finally(() => this.#held.delete(hold));
  }

  /** Sends what the provider is to work on. @throws when the connection has gone since it was last looked at */
  post(event: ClientEvent, data: string): void {
    this.admit('send()');
    const contextId = event.context_id ?? undefined;
    if (this.#ws.socket.readyState !== OPEN) {
      const what = 'the connection closed before the message could be sent';
      throw new StreamEndedError(what, { contextId, cause: this.faults.lastError });
    }
    this.#ws.socket.send(data);
    if (contextId !== undefined) this.streams.inFlight.add(contextId);
  }

  /** Cancels a context. Never throws, never dials, and ends the loops that the provider does not end within 500 ms. */
  cancel(event: ClientEvent): void {
    if (this.#ws.socket.readyState === CONNECTING) this.#cancelledEarly.add(event.context_id);
    for (const hold of this.#held) if (hold.contextId === event.context_id) hold.drop();
    const asked = !this.ended && this.#postCancel(event);
    this.streams.cancelled(event.context_id, asked ? caps.cancel : 0);
  }

  #postCancel(event: ClientEvent): boolean {
    if (this.#ws.socket.readyState !== OPEN) return false;
    try {
      this.#ws.socket.send(JSON.stringify(event));
      return true;
    } catch {
      return false;
    }
  }

  // ── the ladder ──

  disconnect(budget: Budget): Promise<DisconnectReport> {
    return this.#ladder.end(budget, [
      { name: 'cancel', cap: caps.cancel, ask: () => this.#cancelAll() },
      { name: 'drain', cap: caps.drain, ask: () => this.streams.whenNoLoops() },
      this.#closeStep(() => this.#ws.socket.close(1000, 'OK')),
    ]);
  }

  /** The SDK's own `close()`: its close frame in this tick, and bounded. */
  close(sdkClose: () => void): Promise<DisconnectReport> {
    return this.#ladder.end({ force: false, timeout: caps.close }, [this.#closeStep(sdkClose)]);
  }

  #closeStep(close: () => void): Step {
    const ask = () => {
      if (this.idle) return undefined;
      close();
      return this.#whenIdle();
    };
    return { name: 'close', cap: caps.close, ask };
  }

  #cancelAll(): Promise<void> | undefined {
    for (const context_id of this.streams.inFlight) {
      if (!this.#postCancel({ cancel: true, context_id })) return undefined;
    }
    return this.streams.whenNothingInFlight();
  }

  #force(): Promise<unknown> | undefined {
    if (this.idle) return undefined;
    this.#abandoned = [...this.streams.inFlight].map((contextId) => `context ${contextId}`);
    for (const socket of this.#sockets) {
      onTcpClose(socket, () => this.#lose(socket));
      forceClose(socket);
    }
    return this.#whenIdle();
  }

  #leftOver(): string[] {
    return [...this.#abandoned, ...this.streams.loops.map((contextId) => `receive loop of context ${contextId}`)];
  }
}
