import type { Step } from '../../../../core/endable.ts';
import { DisconnectedError, StreamEndedError } from '../../../../core/errors.ts';
import { caps } from '../../../../core/limits.ts';
import { Connection, type SocketEvents } from '../../../connection/connection.ts';
import { Faults } from '../../../connection/faults.ts';
import { none } from '../../../connection/streams.ts';
import type { ResolvedOptions } from '../../../seams/overlay-options.ts';
import { refuseProxy } from '../../../seams/refusals.ts';
import { forceClose } from '../../../sockets/destroy.ts';
import { CLOSED, CONNECTING, OPEN } from '../../../sockets/socket.ts';
import { secretsOf } from '../../secrets.ts';
import { judge } from './frames.ts';
import type { ClientEvent, ServerEvent, TTSWS } from './shapes.ts';
import { Contexts } from './streams.ts';

/** One `TTSWS`: many contexts on one socket, which the SDK replaces when it finds it closed. */
export class RouterConnection extends Connection {
  readonly name = 'socket tts';
  readonly streams: Contexts;
  readonly faults: Faults;
  readonly #ws: TTSWS;
  /** The sends that wait for the handshake. */
  #held: Set<{ contextId: unknown; drop: () => void }> | undefined;
  /** The contexts cancelled during the handshake: nothing more is sent to them until it is over. */
  #cancelledEarly: Set<unknown> | undefined;

  constructor(ws: TTSWS, events: SocketEvents) {
    super(events);
    this.#ws = ws;
    this.streams = new Contexts(ws);
    this.faults = new Faults(this, () => secretsOf(ws.client, ws._wsOptions));
  }

  protected get socket() {
    return this.#ws.socket;
  }

  // -- sockets --

  adopt(options: ResolvedOptions): void {
    refuseProxy(this.#ws, () => this.#ws._hasListener('event'));
    if (this.#ws.socket.readyState !== CLOSED) this.attach(options);
    this.streams.adopt();
  }

  /** Takes over the socket that the SDK has just opened. @throws {TypeError} when it cannot send heartbeats */
  attach(options: ResolvedOptions): void {
    this.#cancelledEarly = undefined;
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
    // The SDK looks at the promise of a reconnect only when it sends: until then nobody handles its rejection.
    ready.catch(() => {});
    this.#ws._ready = ready;
  }

  override onOpen(): void {
    this.#cancelledEarly = undefined;
  }

  /** Called before the SDK dials again. Loops that have begun since the cut wait for the next connection. */
  beforeReconnect(): void {
    this.cut(this.#ws.socket);
    this.streams.clearCut();
  }

  // -- sending --

  /** The number of sends that have begun in this tick. */
  sends = 0;

  /** Waits for the handshake. Returns false, at once, when the context is cancelled meanwhile. */
  async whenOpen(contextId: unknown): Promise<boolean> {
    if (this.#cancelledEarly?.has(contextId)) return false;
    let drop = () => {};
    const dropped = new Promise<false>((resolve) => {
      drop = () => resolve(false);
    });
    const hold = { contextId, drop };
    this.#held ??= new Set();
    this.#held.add(hold);
    const open = this.#ws._ensureConnected().then(() => true);
    return Promise.race([open, dropped]).finally(() => this.#held?.delete(hold));
  }

  /** Sends a request. @throws {StreamEndedError} when the connection has closed since it was last looked at */
  post(event: ClientEvent, data: string): void {
    // A send that has begun before the end is said too.
    if (this.isDeaf) this.admit('send()');
    const contextId = event.context_id ?? undefined;
    if (this.#ws.socket.readyState !== OPEN) {
      const what = 'the connection closed before the message could be sent';
      throw new StreamEndedError(what, { contextId, cause: this.faults.lastError });
    }
    this.#ws.socket.send(data);
    if (contextId === undefined) return;
    this.streams.begin(contextId, event);
    if (this.ended) this.#endInput(event);
  }

  /** Cancels a context. Never throws, never dials, and ends the loops that the provider does not end within 500 ms. */
  cancel(event: ClientEvent): void {
    if (this.#ws.socket.readyState === CONNECTING) {
      this.#cancelledEarly ??= new Set();
      this.#cancelledEarly.add(event.context_id);
    }
    for (const hold of this.#held ?? none) if (hold.contextId === event.context_id) hold.drop();
    const asked = !this.isDeaf && this.#postCancel(event);
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
    for (const { contextId: context_id } of this.streams.inFlight) {
      if (!this.#postCancel({ cancel: true, context_id })) return undefined;
    }
    return this.streams.whenNothingInFlight();
  }

  // -- faults --

  /** The SDK reports a fault. Returns true when a loop or the caller of `connect()` learns of it, so that no listener has to. */
  onError(event: ServerEvent | null, message: string | undefined, cause: unknown): boolean {
    if (this.isDeaf) return true;
    if (event !== null) return this.#onErrorEvent(event);
    if (isSocketError(cause)) {
      this.faults.lastError ??= this.faults.clean(cause.error ?? cause);
      return this.faults.isConnecting || !this.streams.isEmpty;
    }
    const what = message ?? 'unknown fault';
    if ((cause as Partial<Error> | undefined)?.name === 'SyntaxError') this.faults.unreadable(what);
    return this.streams.cutConcerned(undefined, this.faults.loss({ what, cause }));
  }

  #onErrorEvent(event: ServerEvent): boolean {
    const contextId = event.context_id;
    const concerned = this.streams.concernedBy(contextId);
    // The SDK itself hands on an event that names a context.
    if (typeof contextId === 'string' && contextId !== '') this.streams.finish(contextId);
    else for (const context of concerned) context.deliver(event);
    return concerned.length > 0;
  }

  protected override onUnreadable(frame: unknown, error: unknown): boolean {
    const verdict = judge(frame, error);
    if (verdict === 'well') return false;
    if (verdict === 'void') return true;
    const { contextId, cause } = verdict;
    const what = 'the provider sent a message that the SDK cannot read';
    this.faults.unreadable(what);
    if (!this.streams.cutConcerned(contextId, this.faults.loss({ what, cause }))) this.faults.warn(what);
    return true;
  }

  // -- the end --

  protected override finishStreams(): Promise<void> | undefined {
    if (this.sends === 0) return this.#finish();
    // The sends of this tick come first.
    return Promise.resolve().then(() => (this.isDeaf ? undefined : this.#finish()));
  }

  #finish(): Promise<void> | undefined {
    for (const { lastInput } of this.streams.inFlight) if (lastInput !== undefined) this.#endInput(lastInput);
    return this.streams.whenNoneOpen();
  }

  /** Does what `no_more_inputs()` does: else the provider waits for more text, and holds the last words back. */
  #endInput(lastInput: ClientEvent): void {
    if (lastInput.continue !== true || this.#ws.socket.readyState !== OPEN) return;
    const { flush: _, ...rest } = lastInput;
    const end = { ...rest, transcript: '', continue: false };
    this.post(end, JSON.stringify(end));
  }

  protected override politeSteps(): Step[] {
    return [
      { name: 'cancel', cap: caps.cancel, ask: () => this.#cancelAll() },
      { name: 'loops', cap: caps.loops, ask: () => this.streams.whenNoLoops() },
    ];
  }

  protected sendClose(): void {
    this.#ws.socket.close(1000, 'OK');
  }
}

function isSocketError(cause: unknown): cause is { type: 'error'; error?: unknown } {
  return typeof cause === 'object' && cause !== null && (cause as { type?: unknown }).type === 'error';
}
