import { type Budget, Deadline } from '../../core/deadline.ts';
import type { ConnectionStatus } from '../../core/disconnectable.ts';
import { DisconnectedError } from '../../core/errors.ts';
import { Group, type Member } from '../../core/group.ts';
import { Ladder } from '../../core/ladder.ts';
import { stateKey } from '../../core/symbols.ts';
import { keep, kept } from '../foreign/keep.ts';
import { findMark, type Mark } from '../foreign/mark.ts';
import { collections, refTo } from '../foreign/weak.ts';
import { lateCall } from '../late-call.ts';
import type { OpenSocket } from '../sockets/open-sockets.ts';
import { InFlight, type Pending } from './in-flight.ts';
import { noteOwned } from './owned-sockets.ts';

/** A connection, or a part of the client that is a client by itself. */
interface ClientMember extends Member {
  end(limit: Deadline, drain?: number): Ladder;
  /** Absent from the connections of an older copy of hangup. */
  shortenDrain?(ms: number): void;
  readonly connected: boolean;
  /** It was ended, and its end is over. */
  readonly closed: boolean;
  readonly connections: readonly ConnectionStatus[];
}

type Ref = ReturnType<typeof refTo<ClientMember>>;

/** A client ends everything that it opened, under one deadline. */
export class ClientState implements ClientMember {
  /** Weak references: a connection lives as long as the SDK's object does. One without a socket can still open another. */
  readonly #members = new Set<Ref>();
  readonly #known = new WeakSet<ClientMember>();
  readonly #inFlight = new InFlight();
  readonly #collected = collections<Ref>((ref) => this.#members.delete(ref));
  /** How long streams and requests may finish, in ms. */
  #drain = 0;
  /** Requests in flight have been ended. */
  areRequestsOver = false;
  /** The time that is left to requests. */
  #requestTime: Deadline | undefined;
  /** The members that were open when the end began. */
  #ending = new Group([]);
  /** Requests that waited for a response were aborted when the end began. */
  #hasAborted = false;
  /** Connections that it may have opened before it was overlaid: nothing of hangup can reach them. */
  readonly #early = new Set<OpenSocket>();
  readonly #lookBack: () => readonly OpenSocket[];
  /** The end was forced before everything could end politely. */
  #isForced = true;
  readonly #ladder = new Ladder({
    name: 'client',
    forceCap: null,
    closeDoor: () => {
      this.hasOpened(this.#lookBack());
      const members = this.#all().filter(({ closed }) => !closed);
      this.#ending = new Group(members.map((member) => ({ end: (limit) => member.end(limit, this.#drain) })));
      if (this.#drain === 0) this.#abortRequests();
    },
    steps: () => [{ name: 'connections', ask: (limit) => this.#endPolitely(limit) }],
    force: (ended, reason) => {
      this.#abortRequests();
      return this.#ending.force(ended, reason) || this.#forceRest(ended);
    },
    settle: () => [...(this.#hasForcedRequests ? ['requests in flight'] : []), ...this.#left.map(() => early)],
    members: () => this.#ending.reports,
  });

  /** @param lookBack finds the connections that the client may have opened before hangup knew it */
  constructor(lookBack: () => readonly OpenSocket[] = () => []) {
    this.#lookBack = lookBack;
  }

  get ended(): boolean {
    return this.#ladder.state !== 'open';
  }

  get closed(): boolean {
    return this.#ladder.state === 'closed';
  }

  get connected(): boolean {
    return this.#all().some((member) => member.connected);
  }

  get connections(): readonly ConnectionStatus[] {
    return this.#all().flatMap(({ connections }) => connections);
  }

  /** @throws {DisconnectedError} once the client was disconnected */
  admit(call: string): void {
    if (this.ended) throw this.refuse(call);
  }

  /** Makes the error for a call that came too late. */
  refuse(call: string): DisconnectedError {
    return lateCall('client', call, 'client');
  }

  /**
   * Adds a member, once. One without a connection that the client learns of after its own end is ended at once: its first call
   * must not dial.
   */
  add(member: ClientMember): void {
    if (this.#known.has(member)) return;
    this.#known.add(member);
    noteOwned(member);
    if (this.ended && !member.connected) {
      member.end(Deadline.spent('force'));
      return;
    }
    const ref = refTo(member);
    this.#members.add(ref);
    this.#collected.register(member, ref);
  }

  /** The client, or another one of its provider, has opened these before hangup knew the client. */
  hasOpened(early: readonly OpenSocket[]): void {
    for (const socket of early) this.#early.add(socket);
  }

  get #left(): readonly OpenSocket[] {
    return [...this.#early].filter(({ isLeft }) => isLeft);
  }

  /** @returns a function to be called when it is over */
  begin(pending: Pending): () => void {
    return this.#inFlight.begin(pending);
  }

  /** @param drain how long streams may finish, in ms. When the end has begun already, it can only shorten that. */
  end(limit: Budget | Deadline, drain = 0): Ladder {
    this.#drain = this.ended ? Math.min(this.#drain, drain) : drain;
    const ladder = this.#ladder.end(limit);
    this.shortenDrain(drain);
    return ladder;
  }

  shortenDrain(ms: number): void {
    if (this.#ladder.state !== 'closing') return;
    this.#requestTime?.add({ timeout: ms });
    for (const member of this.#all()) member.shortenDrain?.(ms);
  }

  #all(): ClientMember[] {
    return [...this.#members].flatMap((ref) => ref.deref() ?? []);
  }

  #abortRequests(): void {
    if (this.areRequestsOver) return;
    this.areRequestsOver = true;
    this.#hasAborted = this.#inFlight.abort(new DisconnectedError('request', 'client'));
  }

  #endPolitely(limit: Deadline): Promise<unknown> | undefined {
    this.#isForced = false;
    const finished = this.#finishRequests(limit);
    const ended = this.#ending.together(limit);
    const all = finished === undefined ? ended : Promise.all([finished, ended]);
    if (this.#left.length === 0) return all;
    return Promise.resolve(all).then(() => {
      if (this.#left.length > 0) throw new Error(earlyMessage);
    });
  }

  #finishRequests(limit: Deadline): Promise<void> | undefined {
    const none = this.areRequestsOver ? undefined : this.#inFlight.whenNone();
    if (none === undefined) return undefined;
    return new Promise((resolve) => {
      const time = limit.within(this.#drain, () => {
        this.#isForced = limit.reason !== undefined;
        this.#abortRequests();
        resolve();
      });
      time.watch();
      this.#requestTime = time;
      void none.then(() => {
        time.stop();
        resolve();
      });
    });
  }

  get #hasForcedRequests(): boolean {
    return this.#hasAborted && this.#isForced;
  }

  /** Requests ended when the door was closed, and early connections cannot be reached: only the report is left to say so. */
  #forceRest(ended: () => void): boolean {
    const hasRest = this.#hasForcedRequests || (this.#isForced && this.#left.length > 0);
    if (hasRest) ended();
    return hasRest;
  }
}

const early = 'connection opened before overlay()';
const earlyMessage =
  'a connection to the provider was open before overlay(), and has not ended. End it before the client, or overlay the client before it connects';

/** The mark of a class of clients. Absent from the marks of older copies of hangup. */
export interface ClientMark extends Mark {
  /** Takes over a client that hangup meets only now. @returns the connections that it may have opened before */
  openedBefore?(client: object): readonly OpenSocket[];
}

/** The state of a client that has opened something, or was ended. */
export function knownState(client: object): ClientState | undefined {
  return kept(client, stateKey);
}

export function clientState(client: object): ClientState {
  const known = knownState(client);
  if (known !== undefined) return known;
  const state = new ClientState(() => findMark<ClientMark>(client)?.openedBefore?.(client) ?? []);
  // A prototype would hand its state on to every client.
  if (!isPrototype(client)) keep(client, stateKey, state);
  return state;
}

const isPrototype = (object: object): boolean =>
  Object.hasOwn(object, 'constructor') && object.constructor?.prototype === object;
