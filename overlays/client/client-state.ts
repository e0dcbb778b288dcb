import type { DisconnectReport } from '../../core/disconnectable.ts';
import { DisconnectedError } from '../../core/errors.ts';
import { type Budget, Ladder } from '../../core/ladder.ts';

export { clientKey } from '../../core/symbols.ts';

/** Something else that a client waits for: a request in flight. */
export interface Pending {
  /** Ends it now; whoever waits for it gets this error. */
  abort(error: DisconnectedError): void;
}

/** What ends with a client: a connection, or a part of it that is a client by itself. */
interface Member {
  readonly connected: boolean;
  /** It was ended, and its end is over. */
  readonly closed: boolean;
  disconnect(budget: Budget): Promise<DisconnectReport>;
}

/** The rung above the connections: a client ends all that it opened, under one deadline. */
export class ClientState {
  /** Not strongly: a connection lives as long as the SDK's object does. One without a socket can still open another. */
  readonly #connections = new Set<WeakRef<Member>>();
  readonly #pending = new Set<Pending>();
  readonly #collected = new FinalizationRegistry<WeakRef<Member>>((ref) => this.#connections.delete(ref));
  /** What there was to end when the end began. */
  #ending: Member[] | undefined;
  #reports: DisconnectReport[] = [];
  readonly #ladder = new Ladder({
    closeDoor: () => this.#abortPending(),
    force: (ended) => this.#forceAll(ended),
    settle: () => {
      this.#ending = undefined;
      return this.#reports.flatMap((report) => report.abandoned);
    },
  });

  get ended(): boolean {
    return this.#ladder.state !== 'open';
  }

  get closed(): boolean {
    return this.#ladder.state === 'closed';
  }

  get connected(): boolean {
    return this.#all().some((connection) => connection.connected);
  }

  /** @throws {DisconnectedError} once the client was disconnected */
  admit(call: string): void {
    if (this.ended) throw new DisconnectedError(call, 'client');
  }

  add(member: Member): void {
    const ref = new WeakRef(member);
    this.#connections.add(ref);
    this.#collected.register(member, ref);
  }

  /** @returns what is to be called when it is over */
  begin(pending: Pending): () => void {
    this.#pending.add(pending);
    return () => this.#pending.delete(pending);
  }

  disconnect(budget: Budget): Promise<DisconnectReport> {
    const ask = () => this.#endAll(budget);
    return this.#ladder.end(budget, [{ name: 'connections', cap: budget.timeout, ask }]);
  }

  #all(): Member[] {
    return [...this.#connections].map((ref) => ref.deref()).filter((connection) => connection !== undefined);
  }

  #abortPending(): void {
    const error = new DisconnectedError('request', 'client');
    for (const pending of this.#pending) pending.abort(error);
  }

  #endAll(budget: Budget): Promise<void> | undefined {
    this.#ending ??= this.#all().filter(({ closed }) => !closed);
    if (this.#ending.length === 0) return undefined;
    return Promise.all(this.#ending.map((connection) => connection.disconnect(budget))).then((reports) => {
      this.#reports = reports;
    });
  }

  /** Runs when the budget is spent, and also after it sufficed: then it tells whether a connection had to be forced. */
  #forceAll(ended: () => void): boolean {
    const isGraceful = this.#reports.length > 0 && this.#reports.every((report) => report.outcome === 'graceful');
    const ending = isGraceful ? undefined : this.#endAll({ force: true, timeout: 0 });
    void ending?.then(ended);
    return ending !== undefined;
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
