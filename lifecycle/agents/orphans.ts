import { thrownError } from '../../core/scrub.ts';
import type { Logger } from '../logger.ts';
import type { AgentLevel } from './agent.ts';
import { listTimeout } from './limits.ts';
import type { Mirror } from './mirror.ts';
import { here, tokenVariable } from './processes/proc.ts';
import { type Entry, readTable } from './processes/table.ts';
import type { AgentEnd, AgentRecord } from './record.ts';
import { isOrphan, readToken } from './token.ts';

/** The answer of `reconcile()`. */
export interface Reconciled {
  /** The ends of agents that a process of this host had left behind. */
  ended: AgentEnd[];
  /** Ids of records whose processes are gone for certain, because the machine or the container was started again. */
  forgotten: string[];
  /** Ids of agents of which the store has missed something. */
  pending: string[];
}

/** The parts of a registry that its reconciliation uses. */
export interface Household {
  readonly host: string;
  readonly scope: string;
  readonly mirror: Mirror;
  readonly logger: Logger;
  /** The tokens of agents with processes that SIGKILL has not ended. */
  readonly survivors: ReadonlySet<string>;
  /** The agents of this registry that have a process. */
  local(): AgentLevel[];
  /** Ends an agent that this registry has not started. */
  adopt(record: AgentRecord): Promise<AgentEnd>;
}

/** Brings the processes, the registry and the store in line. */
export class Orphans {
  readonly #house: Household;
  #last: Promise<Reconciled | undefined> = Promise.resolve(undefined);

  constructor(house: Household) {
    this.#house = house;
  }

  /** Never twice at once: a look that has begun may have missed what the caller knows. */
  reconcile(): Promise<Reconciled> {
    const next = this.#last.then(() => this.#reconcile()).catch((error: unknown) => this.#failed(error));
    this.#last = next;
    return next;
  }

  /** No file can be opened now, for example. The next look may see all. */
  #failed(error: unknown): Reconciled {
    const { logger, mirror } = this.#house;
    const err = thrownError(error);
    logger.warn({ err }, `agents: could not look for orphans: ${err.message}`);
    return { ended: [], forgotten: [], pending: mirror.pending };
  }

  async #reconcile(): Promise<Reconciled> {
    const { mirror, host, logger } = this.#house;
    await mirror.flush();
    const records = (await mirror.ask(() => mirror.store.list(host), listTimeout))?.value;
    const forgotten = await this.#forget(records?.filter(isOfAnotherLife) ?? []);
    const ours = records?.filter((record) => !isOfAnotherLife(record)) ?? [];
    if (records !== undefined) await this.#renew(ours);
    const orphans = new Map<string, AgentRecord>();
    for (const record of ours) if (isOrphan(record.token)) orphans.set(record.token, record);
    for (const record of await this.findProcesses()) {
      if (orphans.has(record.token)) continue;
      if (isOrphan(record.token) || this.#house.survivors.has(record.token)) orphans.set(record.token, record);
    }
    // An agent has started this process: its end would be ours.
    for (const token of process.env[tokenVariable]?.split(',') ?? []) orphans.delete(token);
    const ended = await Promise.all([...orphans.values()].map((record) => this.#house.adopt(record)));
    for (const { id, result } of ended)
      logger.warn({ id, result }, `agents: agent ${id} was left behind, and has ended: ${result}`);
    return { ended, forgotten, pending: mirror.pending };
  }

  /** Their processes ended with the machine or the container. */
  async #forget(records: readonly AgentRecord[]): Promise<string[]> {
    const { mirror, logger } = this.#house;
    for (const record of records) await mirror.remove(record, 'alreadyDead');
    const ids = records.map(({ id }) => id);
    if (ids.length > 0) {
      logger.warn(
        { ids },
        `agents: forgot ${ids.length} records of this host from before its last start. If two hosts have this name, give them two.`,
      );
    }
    return ids;
  }

  /** The store may have lost records, or somebody may have begun an end of which this registry has not heard. */
  async #renew(records: readonly AgentRecord[]): Promise<void> {
    const known = new Map(records.map((record) => [record.token, record.state]));
    const puts: Promise<boolean>[] = [];
    for (const agent of this.#house.local()) {
      const state = known.get(agent.record.token);
      if (!agent.isOpen || !agent.isRecorded) continue;
      if (state === 'ending') void agent.end();
      else if (state !== agent.state) puts.push(this.#house.mirror.put(agent.record));
    }
    await Promise.all(puts);
  }

  /**
   * Makes place for an agent whose id has a record already.
   *
   * @returns false when the recorded agent may live
   */
  async clear(id: string): Promise<boolean> {
    const { mirror, host, adopt } = this.#house;
    const record = (await mirror.ask(() => mirror.store.get(id)))?.value;
    if (record === undefined) return true;
    if (record.host !== host) return false;
    if (isOfAnotherLife(record)) return mirror.remove(record, 'alreadyDead');
    if (!isOrphan(record.token)) return false;
    return (await adopt(record)).stored;
  }

  /** Looks for processes of this scope, also of agents without a record. */
  async findProcesses(id?: string): Promise<AgentRecord[]> {
    const first = new Map<string, Entry>();
    for (const entry of (await readTable(0)).values()) {
      for (const token of entry.tokens) {
        const parts = readToken(token);
        if (parts?.scope !== this.#house.scope || (id !== undefined && parts.id !== id)) continue;
        const older = first.get(token);
        if (older === undefined || Number(entry.startTime) < Number(older.startTime)) first.set(token, entry);
      }
    }
    return [...first].map(([token, { pid, startTime }]) => ({
      ...here(),
      id: readToken(token)!.id,
      host: this.#house.host,
      pid,
      startTime,
      token,
      state: 'ending',
      spawnedAt: Date.now(),
    }));
  }
}

export const isOfAnotherLife = ({ boot, namespace }: AgentRecord): boolean =>
  boot !== here().boot || namespace !== here().namespace;
