import type { AgentRecord, AgentRegistry, AgentResult } from '../../lifecycle/agents/index.ts';

export interface NewSession {
  readonly sessionId: string;
  readonly userName: string;
  readonly voiceId?: string;
}

/** A session, as the page shows it. */
export interface SessionView {
  readonly sessionId: string;
  readonly userName: string;
  /** `lost`: its host is gone. */
  readonly state: string;
  readonly host: string;
  readonly pid: number;
  /** Unix time in ms. */
  readonly startedAt: number;
}

/** A host, as the page shows it. */
export interface HostView {
  readonly host: string;
  readonly agents: number;
  readonly isAlive: boolean;
}

/** The agents of one host, or of all hosts that share a Redis. */
export interface Fleet {
  /** Resolves when the agent runs and is recorded. */
  start(session: NewSession): Promise<unknown>;
  /** Resolves when the agent is gone; `undefined`: nobody knows the session. */
  end(sessionId: string): Promise<AgentResult | undefined>;
  sessions(): Promise<readonly SessionView[]>;
  hosts(): Promise<readonly HostView[]>;
}

export const viewOf = ({ id, labels, state, host, pid, spawnedAt }: AgentRecord): SessionView => ({
  sessionId: id,
  userName: labels?.userName ?? '',
  state,
  host,
  pid,
  startedAt: spawnedAt,
});

/** The fleet of one host. */
export class LocalFleet implements Fleet {
  readonly #registry: AgentRegistry;
  readonly #start: (session: NewSession) => Promise<unknown>;

  constructor(registry: AgentRegistry, start: (session: NewSession) => Promise<unknown>) {
    this.#registry = registry;
    this.#start = start;
  }

  start(session: NewSession): Promise<unknown> {
    return this.#start(session);
  }

  async end(sessionId: string): Promise<AgentResult | undefined> {
    return (await this.#registry.end(sessionId))?.result;
  }

  async sessions(): Promise<SessionView[]> {
    return this.#registry.list().map(viewOf);
  }

  async hosts(): Promise<HostView[]> {
    return [{ host: this.#registry.host, agents: this.#registry.list().length, isAlive: true }];
  }
}
