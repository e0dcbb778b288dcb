import { DisconnectedError } from '../../../core/errors.ts';
import { forceClose } from '../../../core/socket.ts';
import { Connection } from './connection.ts';
import type { ContextQueue } from './consumers.ts';
import { optionsFor, type ResolvedOptions } from './options.ts';
import type { CartesiaClient, QueueEntry, TTSWS, TTSWSContext } from './shapes.ts';

/** Which connection belongs to which SDK object, and which of them are open. */
export class Registry {
  /** The class has its seams. Without them only connections from before are served. */
  isActive = false;
  /** Called when an instance has lost its last socket. */
  onIdle: (ws: TTSWS) => void = () => {};
  readonly #connections = new WeakMap<TTSWS, Connection>();
  readonly #entries = new WeakMap<TTSWSContext, QueueEntry>();
  readonly #ended = new WeakSet<CartesiaClient>();
  /** Every instance of a client, open or not: one without a socket can still open another. */
  readonly #instances = new WeakMap<CartesiaClient, Set<WeakRef<TTSWS>>>();
  readonly #collected = new FinalizationRegistry<() => void>((forget) => forget());
  /** Every instance that has a socket which has not closed. */
  readonly #open = new Set<TTSWS>();

  serves(ws: TTSWS): boolean {
    return this.isActive || this.#connections.has(ws);
  }

  /** The connection of an instance. One that was made before its class was overlaid is adopted as it is. */
  connectionOf(ws: TTSWS): Connection {
    const known = this.#connections.get(ws);
    if (known !== undefined) return known;
    const connection = this.#make(ws);
    connection.adopt(this.optionsOf(ws));
    this.#track(ws, connection);
    if (!connection.idle) this.#open.add(ws);
    return connection;
  }

  /** Lets the SDK open a socket, and takes it over. */
  open(ws: TTSWS, sdkOpen: () => void): void {
    if (this.#ended.has(ws.client)) throw new DisconnectedError('websocket()', 'client');
    const known = this.#connections.get(ws);
    const connection = known ?? this.#make(ws);
    connection.admit('connect()');
    if (known === undefined) {
      connection.streams.listen();
      this.#track(ws, connection);
    }
    sdkOpen();
    try {
      connection.attach(this.optionsOf(ws));
    } catch (error) {
      ws._ready.catch(() => {});
      forceClose(ws.socket);
      throw error;
    }
    this.#open.add(ws);
  }

  #make(ws: TTSWS): Connection {
    return new Connection(ws, () => {
      this.#open.delete(ws);
      this.onIdle(ws);
    });
  }

  #track(ws: TTSWS, connection: Connection): void {
    this.#connections.set(ws, connection);
    const instances = this.#instances.get(ws.client) ?? new Set();
    const ref = new WeakRef(ws);
    this.#instances.set(ws.client, instances.add(ref));
    this.#collected.register(ws, () => instances.delete(ref));
  }

  #instancesOf(client: CartesiaClient): TTSWS[] {
    const refs = [...(this.#instances.get(client) ?? [])];
    return refs.map((ref) => ref.deref()).filter((ws) => ws !== undefined);
  }

  get openInstances(): readonly TTSWS[] {
    return [...this.#open];
  }

  /** The connections that a client has made. */
  connectionsOf(client: CartesiaClient): Connection[] {
    return this.#instancesOf(client).map((ws) => this.connectionOf(ws));
  }

  /** No new connection for this client. */
  endClient(client: CartesiaClient): void {
    this.#ended.add(client);
  }

  /** The options for an instance: of its classes from the base on, of its client, and its own. */
  optionsOf(ws: TTSWS): ResolvedOptions {
    const prototypes: object[] = [];
    for (let at = Object.getPrototypeOf(ws); at !== null; at = Object.getPrototypeOf(at)) prototypes.unshift(at);
    return optionsFor(...prototypes, ws.client, ws);
  }

  remember(context: TTSWSContext): void {
    const entry = context._ws._contextQueues.get(context.contextId);
    if (entry !== undefined) this.#entries.set(context, entry);
  }

  /** The queue that a context was made with, also after the SDK has forgotten it. */
  queueOf(context: TTSWSContext): ContextQueue | undefined {
    const { contextId, _ws } = context;
    const entry = this.#entries.get(context) ?? _ws._contextQueues.get(contextId);
    return entry && this.connectionOf(_ws).streams.queueOf(contextId, entry);
  }
}
