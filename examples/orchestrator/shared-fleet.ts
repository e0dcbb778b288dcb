import type { RemoteAgents } from '../../lifecycle/agents/bullmq/index.ts';
import type { AgentRegistry, AgentResult, AgentStore } from '../../lifecycle/agents/index.ts';
import { type Fleet, type HostView, type NewSession, type SessionView, viewOf } from './fleet.ts';

/** The fleet of all hosts that share a Redis. */
export class SharedFleet implements Fleet {
  readonly #remote: RemoteAgents;
  readonly #store: AgentStore;
  readonly #own: AgentRegistry | undefined;

  /** @param own the agents of this host, which end without Redis too */
  constructor(remote: RemoteAgents, store: AgentStore, own: AgentRegistry | undefined) {
    this.#remote = remote;
    this.#store = store;
    this.#own = own;
  }

  start(session: NewSession): Promise<unknown> {
    return this.#remote.spawn(session.sessionId, session);
  }

  async end(sessionId: string): Promise<AgentResult | undefined> {
    const own = this.#own;
    if (own?.get(sessionId) !== undefined) return (await own.end(sessionId))?.result;
    try {
      return (await this.#remote.end(sessionId))?.result;
    } catch (error) {
      // Without Redis, this host knows what it has ended itself.
      if (own === undefined) throw error;
      return (await own.end(sessionId))?.result;
    }
  }

  async sessions(): Promise<SessionView[]> {
    return (await this.#store.list()).map(viewOf);
  }

  hosts(): Promise<readonly HostView[]> {
    return this.#remote.hosts();
  }
}
