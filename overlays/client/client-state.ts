import type { Budget, Deadline } from '../../core/deadline.ts';
import { DisconnectedError } from '../../core/errors.ts';
import { Group, type Member } from '../../core/group.ts';
import { Ladder } from '../../core/ladder.ts';
import { stateKey } from '../../core/symbols.ts';
import { keep, kept } from '../foreign/keep.ts';

/** A request in flight. */
export interface Pending {
  /** Ends it now. The error is for those who wait for it. */
  abort(error: DisconnectedError): void;
  /** Its response has come, and may have been read to the end: nobody says when. */
  readonly isAnswered?: boolean;
}

/** A connection, or a part of the client that is a client by itself. */
interface ClientMember extends Member {
  readonly connected: boolean;
  /** It was ended, and its end is over. */
  readonly closed: boolean;
}

/** A client ends everything that it opened, under one deadline. */
export class ClientState implements ClientMember {
  /** Weak references: a connection lives as long as the SDK's object does. One without a socket can still open another. */
  readonly #members = new Set<WeakRef<ClientMember>>();
  readonly #pending = new Set<Pending>();
  readonly #collected = new FinalizationRegistry<WeakRef<ClientMember>>((ref) => this.#members.delete(ref));
  /** The members that were open when the end began. */
  #ending = new Group([]);
  /** Requests that waited for a response were aborted when the end began. */
  #hasAborted = false;
  /** The end was forced before anything could end politely. */
  #isForced = true;
  readonly #ladder = new Ladder({
    name: 'client',
    forceCap: null,
    closeDoor: () => {
      this.#ending = new Group(this.#all().filter(({ closed }) => !closed));
      this.#abortPending();
    },
    steps: () => [{ name: 'connections', ask: (limit) => this.#endPolitely(limit) }],
    force: (ended, reason) => this.#ending.force(ended, reason) || this.#forceRequests(ended),
    settle: () => (this.#hasForcedRequests ? ['requests in flight'] : []),
    members: () => this.#ending.reports,
  });

  get ended(): boolean {
    return this.#ladder.state !== 'open';
  }

  get closed(): boolean {
    return this.#ladder.state === 'closed';
  }

  get connected(): boolean {
    return this.#all().some((member) => member.connected);
  }

  /** @throws {DisconnectedError} once the client was disconnected */
  admit(call: string): void {
    if (this.ended) throw new DisconnectedError(call, 'client');
  }

  add(member: ClientMember): void {
    const ref = new WeakRef(member);
    this.#members.add(ref);
    this.#collected.register(member, ref);
  }

  /** @returns a function to be called when it is over */
  begin(pending: Pending): () => void {
    this.#pending.add(pending);
    return () => this.#pending.delete(pending);
  }

  end(limit: Budget | Deadline): Ladder {
    return this.#ladder.end(limit);
  }

  #all(): ClientMember[] {
    return [...this.#members].flatMap((ref) => ref.deref() ?? []);
  }

  #abortPending(): void {
    const error = new DisconnectedError('request', 'client');
    this.#hasAborted = [...this.#pending].some(({ isAnswered }) => isAnswered !== true);
    for (const pending of this.#pending) pending.abort(error);
  }

  #endPolitely(limit: Deadline): Promise<void> | undefined {
    this.#isForced = false;
    return this.#ending.together(limit);
  }

  get #hasForcedRequests(): boolean {
    return this.#hasAborted && this.#isForced;
  }

  /** They ended when the door was closed: only the report is left to say so. */
  #forceRequests(ended: () => void): boolean {
    if (this.#hasForcedRequests) ended();
    return this.#hasForcedRequests;
  }
}

/** The state of a client that has opened something, or was ended. */
export function knownState(client: object): ClientState | undefined {
  return kept(client, stateKey);
}

export function clientState(client: object): ClientState {
  const known = knownState(client);
  if (known !== undefined) return known;
  const state = new ClientState();
  // A prototype would hand its state on to every client.
  if (!isPrototype(client)) keep(client, stateKey, state);
  return state;
}

const isPrototype = (object: object): boolean =>
  Object.hasOwn(object, 'constructor') && object.constructor?.prototype === object;
