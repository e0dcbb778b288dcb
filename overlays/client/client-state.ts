import { type Budget, Deadline } from '../../core/deadline.ts';
import { DisconnectedError } from '../../core/errors.ts';
import { Group, type Member } from '../../core/group.ts';
import { Ladder } from '../../core/ladder.ts';
import { collections, refTo } from '../foreign/weak.ts';

/** A request in flight. */
export interface Pending {
  /** Ends it now. The error is for those who wait for it. */
  abort(error: DisconnectedError): void;
}

/** A connection, or a part of the client that is a client by itself. */
interface ClientMember extends Member {
  readonly connected: boolean;
  /** It was ended, and its end is over. */
  readonly closed: boolean;
}

type Ref = ReturnType<typeof refTo<ClientMember>>;

/** A client ends everything that it opened, under one deadline. */
export class ClientState implements ClientMember {
  /** Weak references: a connection lives as long as the SDK's object does. One without a socket can still open another. */
  readonly #members = new Set<Ref>();
  readonly #pending = new Set<Pending>();
  readonly #collected = collections<Ref>((ref) => this.#members.delete(ref));
  /** The members that were open when the end began. */
  #ending = new Group([]);
  readonly #ladder = new Ladder({
    name: 'client',
    forceCap: null,
    closeDoor: () => {
      this.#ending = new Group(this.#all().filter(({ closed }) => !closed));
      this.#abortPending();
    },
    steps: () => [{ name: 'connections', ask: (limit) => this.#ending.together(limit) }],
    force: (ended, reason) => this.#ending.force(ended, reason),
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

  /** A member that the client learns of after its own end is ended at once: its first call must not dial. */
  add(member: ClientMember): void {
    if (this.ended) {
      member.end(Deadline.spent('force'));
      return;
    }
    const ref = refTo(member);
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
    for (const pending of this.#pending) pending.abort(error);
  }
}

const states = new WeakMap<object, ClientState>();

export function clientState(client: object): ClientState {
  const known = states.get(client);
  if (known !== undefined) return known;
  const state = new ClientState();
  states.set(client, state);
  return state;
}
