import type { AgentRecord, AgentResult } from '../record.ts';

/**
 * - `stored`: the record is in the store
 * - `ending`: it is not, because the end of this agent was begun
 * - `taken`: it is not, because the id has a record with another token
 */
export type PutResult = 'stored' | 'ending' | 'taken';

/**
 * Keeps records where they survive this process. A call is one transition, all or nothing. It rejects when the store does not
 * answer. The registry bounds every call, and the memory of the registry is the truth for its own agents: no end waits for a store.
 */
export interface AgentStore {
  /** Tells stores apart: `file:/app/.hangup/agents`. A successor takes over only the agents of its own host and store. */
  readonly name: string;
  /**
   * Writes a record, or renews it: only if no end of it was begun, and only if the id has no record with another token. It forgets
   * how an earlier agent of this id ended.
   *
   * @param ttl ms after which the record is forgotten unless it is put again; a store on the agents' own machine needs none
   */
  put(record: AgentRecord, ttl: number): Promise<PutResult>;
  /**
   * Marks the end as begun: the state becomes `ending`, and `put()` refuses the record from now on. Without a token, the mark is for
   * the record of this id, or, if there is none, for whoever is put within the next minute.
   *
   * @returns the record, if there is one
   */
  ending(id: string, token?: string): Promise<AgentRecord | undefined>;
  /** Removes the record, and keeps the result for an hour. A record with another token stays. */
  remove(id: string, token: string, result: AgentResult): Promise<void>;
  get(id: string): Promise<AgentRecord | undefined>;
  /** How the last agent of this id ended, if that is known and less than an hour ago. */
  ended(id: string): Promise<AgentResult | undefined>;
  /** The records of one host, or of all. */
  list(host?: string): Promise<AgentRecord[]>;
  /** Sets the state of all records of a host to `lost`, and returns them. The host sets it back when it lives. */
  lost(host: string): Promise<AgentRecord[]>;
  /** Calls back whenever the store answers again after it was away. Returns a function that stops this. */
  onBack?(listener: () => void): () => void;
}
