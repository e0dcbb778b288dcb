import { type ClientState, clientState } from '../client/client-state.ts';
import { noteOwned } from '../client/owned-sockets.ts';
import { keep, kept } from '../foreign/keep.ts';
import type { Members } from '../foreign/members.ts';
import { isHandedIn, optionsOfInstance, type ResolvedOptions } from '../seams/overlay-options.ts';
import type { Connection, SocketEvents } from './connection.ts';
import { OpenObjects } from './open-objects.ts';

/** How a family makes its connections. */
export interface ConnectionFamily<T extends object, C extends Connection> {
  make(ws: T, events: SocketEvents): C;
  /** The client that opened it, where the SDK keeps it. */
  clientOf(ws: T): object | undefined;
  /** Apps open such connections without a client too. */
  readonly standsAlone?: true;
}

/** The connections of one class of the SDK: which object has which, and which of them are open. */
export class Registry<T extends object, C extends Connection = Connection> {
  /** The class has its seams. Without them, only connections from before are served. */
  #isActive = false;
  readonly #family: ConnectionFamily<T, C>;
  /** Each instance keeps its connection under this key. */
  readonly #key = Symbol('hangup.connection');
  /** Every instance that has a socket which has not closed. */
  readonly #open = new OpenObjects<T>();
  #onUnused: () => void = () => {};

  constructor(family: ConnectionFamily<T, C>) {
    this.#family = family;
  }

  serves(ws: T): boolean {
    return this.#isActive || this.#known(ws) !== undefined;
  }

  /** The connection of an instance. One that was made before its class was overlaid is adopted as it is. */
  connectionOf(ws: T): C {
    return this.#known(ws) ?? this.#adopt(ws);
  }

  #adopt(ws: T): C {
    const connection = this.#make(ws);
    connection.adopt(this.optionsOf(ws));
    this.#track(ws, connection);
    return connection;
  }

  /** Runs before the SDK opens a socket. @throws {DisconnectedError} when the client or the connection was disconnected */
  opening(ws: T, call = 'websocket()'): { connection: C; isNew: boolean } {
    this.#clientOf(ws)?.admit(call);
    const known = this.#known(ws);
    const connection = known ?? this.#make(ws);
    if (known === undefined) this.#track(ws, connection);
    return { connection, isNew: known === undefined };
  }

  #known(ws: T): C | undefined {
    return kept(ws, this.#key);
  }

  #make(ws: T): C {
    return this.#family.make(ws, new EventsOf(ws, this));
  }

  #track(ws: T, connection: C): void {
    keep(ws, this.#key, connection);
    const client = this.#clientOf(ws);
    client?.add(connection);
    // An app that overlays the class by itself ends its connections by themselves: no client is to be asked for them.
    if (client === undefined && this.#family.standsAlone && isHandedIn(ws)) noteOwned(connection);
  }

  #clientOf(ws: T): ClientState | undefined {
    const client = this.#family.clientOf(ws);
    return client && clientState(client);
  }

  /** The options for an instance: those of its classes from the base on, of its client, and its own. */
  optionsOf(ws: T): ResolvedOptions {
    return optionsOfInstance(ws, this.#family.clientOf(ws));
  }

  // -- the seams of its class --

  /** The class has got its seams. */
  activate(): void {
    this.#isActive = true;
  }

  /**
   * The seams were taken off the class. Instances that are open keep theirs until they close.
   *
   * @param onUnused called when no instance needs the seams of the class's helpers any more
   */
  retire(className: string, members: Members, onUnused: () => void): void {
    this.#isActive = false;
    this.#onUnused = onUnused;
    this.#open.keepSeams(className, members);
    this.#checkUse();
  }

  // -- the events of its instances --

  onBusy(ws: T): void {
    this.#open.opened(ws);
  }

  onIdle(ws: T): void {
    if (this.#open.closed(ws, () => this.connectionOf(ws).ended)) this.#checkUse();
  }

  onReopen(ws: T): void {
    this.#clientOf(ws)?.admit('connect()');
  }

  #checkUse(): void {
    if (!this.#isActive && !this.#open.areKept) this.#onUnused();
  }
}

/** The events of one instance. Functions in place of its methods would be made for each instance. */
class EventsOf<T extends object> implements SocketEvents {
  readonly #ws: T;
  readonly #registry: Registry<T>;

  constructor(ws: T, registry: Registry<T>) {
    this.#ws = ws;
    this.#registry = registry;
  }

  onBusy(): void {
    this.#registry.onBusy(this.#ws);
  }

  onIdle(): void {
    this.#registry.onIdle(this.#ws);
  }

  onReopen(): void {
    this.#registry.onReopen(this.#ws);
  }
}
