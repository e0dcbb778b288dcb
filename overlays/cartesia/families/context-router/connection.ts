import { DisconnectedError, StreamEndedError } from '../../../../core/errors.ts';
import type { Step } from '../../../../core/ladder.ts';
import { caps } from '../../../../core/limits.ts';
import { Connection, type Occupancy } from '../../../connection/connection.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { CLOSED, CONNECTING, forceClose, OPEN, type SocketEnd } from '../../../sockets/socket.ts';
import { ContextFaults } from './faults.ts';
import type { ClientEvent, TTSWS } from './shapes.ts';
import { Streams } from './streams.ts';

/** One `TTSWS`: many contexts on one socket, which the SDK replaces when it finds it closed. */
export class RouterConnection extends Connection {
  protected readonly name = 'socket tts';
  readonly streams: Streams;
  readonly faults: ContextFaults;
  readonly #ws: TTSWS;
  /** Sends that wait for the handshake. */
  readonly #held = new Set<{ contextId: unknown; drop: () => void }>();
  /** Contexts cancelled during the handshake: nothing more is said to them until it is over. */
  readonly #cancelledEarly = new Set<unknown>();

  constructor(ws: TTSWS, occupancy: Occupancy) {
    super(occupancy);
    this.#ws = ws;
    this.streams = new Streams(ws);
    this.faults = new ContextFaults(ws, this.streams);
  }

  protected get socket() {
    return this.#ws.socket;
  }

  // -- sockets --

  adopt(options: ResolvedOptions): void {
    if (this.#ws.socket.readyState !== CLOSED) this.attach(options);
    this.streams.adopt();
  }

  /** Takes over the socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach(options: ResolvedOptions): void {
    this.#cancelledEarly.clear();
    try {
      this.attachSocket(this.#ws.socket, options);
    } catch (error) {
      this.#ws._ready.catch(() => {});
      forceClose(this.#ws.socket);
      throw error;
    }
    const ready = this.#ws._ready.catch((event: unknown) => {
      throw this.ended ? new DisconnectedError('connect()') : this.faults.connectFailure(event);
    });
    // Nobody may be waiting: the SDK looks at the promise of a reconnect only when it sends.
    ready.catch(() => {});
    this.#ws._ready = ready;
  }

  protected override onOpen(): void {
    this.#cancelledEarly.clear();
  }

  /** Before the SDK dials again. Loops that have begun since the drop wait for the connection that is about to come. */
  beforeReconnect(): void {
    this.drop(this.#ws.socket);
    this.streams.clearCut();
  }

  // -- sending --

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

  #cancelAll(): Promise<void> | undefined {
    for (const context_id of this.streams.inFlight) {
      if (!this.#postCancel({ cancel: true, context_id })) return undefined;
    }
    return this.streams.whenNothingInFlight();
  }

  // -- what the ladder asks --

  protected politeSteps(): Step[] {
    return [
      { name: 'cancel', cap: caps.cancel, ask: () => this.#cancelAll() },
      { name: 'drain', cap: caps.drain, ask: () => this.streams.whenNoLoops() },
    ];
  }

  protected sendClose(): void {
    this.#ws.socket.close(1000, 'OK');
  }

  protected endStreams(): void {
    this.streams.end();
  }

  protected cutStreams(end: SocketEnd): void {
    this.streams.cut((consumer) => this.faults.streamEnded(consumer, end));
  }

  protected forgetStreams(): void {
    this.streams.forget();
  }

  protected unfinished(): string[] {
    return [...this.streams.inFlight].map((contextId) => `context ${contextId}`);
  }

  protected unsettled(): string[] {
    return this.streams.loops.map((contextId) => `receive loop of context ${contextId}`);
  }

  protected onUnreadable(frame: unknown, error: unknown): boolean {
    return this.faults.onFrame(frame, error);
  }
}
