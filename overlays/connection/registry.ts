import { type ClientState, clientState } from '../client/client-state.ts';
import { optionsFor, type ResolvedOptions } from '../seams/overlay-options.ts';
import type { Connection, Occupancy } from './connection.ts';

/** How a family makes its connections. */
export interface ConnectionFamily<T extends object, C extends Connection> {
  make(ws: T, occupancy: Occupancy): C;
  /** The client that opened it, where the SDK keeps it. */
  clientOf(ws: T): object | undefined;
}

/** Which connection belongs to which object of the SDK, and which of them are open. */
export class Registry<T extends object, C extends Connection = Connection> {
  /** The class has its seams. Without them only connections from before are served. */
  isActive = false;
  /** Called when an instance has lost its last socket. */
  onIdle: (ws: T) => void = () => {};
  readonly #family: ConnectionFamily<T, C>;
  readonly #connections = new WeakMap<T, C>();
  /** Every instance that has a socket which has not closed. */
  readonly #open = new Set<T>();

  constructor(family: ConnectionFamily<T, C>) {
    this.#family = family;
  }

  serves(ws: T): boolean {
    return this.isActive || this.#connections.has(ws);
  }

  /** The connection of an instance. One that was made before its class was overlaid is adopted as it is. */
  connectionOf(ws: T): C {
    const known = this.#connections.get(ws);
    if (known !== undefined) return known;
    const connection = this.#make(ws);
    connection.adopt(this.optionsOf(ws));
    this.#track(ws, connection);
    return connection;
  }

  /** Before the SDK opens a socket. @throws {DisconnectedError} when the client or the connection was disconnected */
  opening(ws: T): { connection: C; isNew: boolean } {
    this.#clientOf(ws)?.admit('websocket()');
    const known = this.#connections.get(ws);
    const connection = known ?? this.#make(ws);
    if (known === undefined) this.#track(ws, connection);
    return { connection, isNew: known === undefined };
  }

  #make(ws: T): C {
    return this.#family.make(ws, {
      onBusy: () => this.#open.add(ws),
      onIdle: () => {
        this.#open.delete(ws);
        this.onIdle(ws);
      },
    });
  }

  #track(ws: T, connection: C): void {
    this.#connections.set(ws, connection);
    this.#clientOf(ws)?.add(connection);
  }

  #clientOf(ws: T): ClientState | undefined {
    const client = this.#family.clientOf(ws);
    return client && clientState(client);
  }

  get openInstances(): readonly T[] {
    return [...this.#open];
  }

  /** The options for an instance: of its classes from the base on, of its client, and its own. */
  optionsOf(ws: T): ResolvedOptions {
    const prototypes: object[] = [];
    for (let at = Object.getPrototypeOf(ws); at !== null; at = Object.getPrototypeOf(at)) prototypes.unshift(at);
    return optionsFor(...prototypes, this.#family.clientOf(ws), ws);
  }
}
