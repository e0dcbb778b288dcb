import { DisconnectedError } from '../../../core/errors.ts';
import { forceClose } from '../../../core/socket.ts';
import { Connection } from './connection.ts';
import type { ContextQueue } from './consumers.ts';
import { optionsFor, type ResolvedOptions } from './options.ts';
import type { CartesiaClient, QueueEntry, TTSWS, TTSWSContext } from './shapes.ts';

/** Which connection belongs to which SDK object, and which of them are open. */
export class Registry {
  readonly #connections = new WeakMap<TTSWS, Connection>();
  readonly #entries = new WeakMap<TTSWSContext, QueueEntry>();
  readonly #ended = new WeakSet<CartesiaClient>();
  /** Every instance that has a socket which has not closed. */
  readonly #open = new Set<TTSWS>();
  /** Called when an instance has lost its last socket. */
  onIdle: (ws: TTSWS) => void = () => {};

  /** The connection of an instance. One that was made before its class was overlaid is adopted as it is. */
  connectionOf(ws: TTSWS): Connection {
    let connection = this.#connections.get(ws);
    if (connection === undefined) {
      connection = new Connection(ws);
      this.#connections.set(ws, connection);
      connection.adopt(this.optionsOf(ws), () => this.#idle(ws));
      if (!connection.idle) this.#open.add(ws);
    }
    return connection;
  }

  optionsOf(ws: TTSWS): ResolvedOptions {
    return optionsFor(Object.getPrototypeOf(ws), ws.client, ws);
  }

  /** Lets the SDK open a socket, and takes it over. */
  open(ws: TTSWS, sdkOpen: () => void): void {
    let connection = this.#connections.get(ws);
    if (this.#ended.has(ws.client)) throw new DisconnectedError('websocket()');
    if (connection === undefined) {
      connection = new Connection(ws);
      this.#connections.set(ws, connection);
      connection.streams.listen();
    }
    connection.admit('connect()');
    sdkOpen();
    try {
      connection.attach(this.optionsOf(ws), () => this.#idle(ws));
    } catch (error) {
      ws._ready.catch(() => {});
      forceClose(ws.socket);
      throw error;
    }
    this.#open.add(ws);
  }

  #idle(ws: TTSWS): void {
    this.#open.delete(ws);
    this.onIdle(ws);
  }

  get openInstances(): readonly TTSWS[] {
    return [...this.#open];
  }

  /** The connections that a client has opened and that have not closed. */
  connectionsOf(client: object): Connection[] {
    return this.openInstances.filter((ws) => ws.client === client).map((ws) => this.connectionOf(ws));
  }

  /** No new connection for this client. */
  endClient(client: object): void {
    this.#ended.add(client);
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
