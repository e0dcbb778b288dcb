import type { AgentLevel } from './agent.ts';
import type { EndedAgents } from './ended-agents.ts';
import { AgentError } from './errors.ts';
import type { Mirror } from './mirror.ts';
import { isOfAnotherLife, type Orphans } from './orphans.ts';
import { type AgentEnd, type AgentRecord, untouched } from './record.ts';

/** Agents to be ended, or the end of one that has ended. `undefined`: nobody knows the id. */
type Found = AgentLevel[] | AgentEnd | undefined;

/** The parts of a registry that its lookups use. */
interface Registry {
  readonly host: string;
  readonly mirror: Mirror;
  readonly orphans: Orphans;
  readonly ended: EndedAgents;
  /** Takes over an agent that this registry has not started, to end it. */
  adopt(record: AgentRecord): AgentLevel;
}

/** Finds agents that a registry has not started: by the store, or by their processes while the store does not answer. */
export class Lookups {
  readonly #registry: Registry;
  /** Those under way, by id and token. */
  readonly #underWay = new Map<string, Promise<Found>>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /**
   * Looks an agent up. All who look for it at the same time share one look.
   *
   * @param token the agent that is meant, where others may have the id
   * @throws {AgentError} `ERR_AGENT_STORE`
   */
  find(id: string, token: string | undefined): Promise<Found> {
    const key = `${id} ${token}`;
    const failed = (error: unknown) => {
      if (error instanceof AgentError) throw error;
      throw new AgentError('ERR_AGENT_STORE', id, 'its processes cannot be looked at', { cause: error });
    };
    const lookup =
      this.#underWay.get(key) ??
      this.#find(id, token)
        .catch(failed)
        .finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, lookup);
    return lookup;
  }

  /** Another process may have started an agent with the id of one that has ended here: the store knows. */
  async #find(id: string, token: string | undefined): Promise<Found> {
    const { host, mirror, orphans, ended, adopt } = this.#registry;
    const isMeant = (one: { token: string | undefined }) => token === undefined || one.token === token;
    const last = ended.find(id);
    const known = last !== undefined && isMeant(last) ? last : undefined;
    const found = await mirror.ask(() => mirror.store.get(id));
    if (found === undefined) {
      if (known !== undefined) return known.end;
      const processes = (await orphans.findProcesses(id)).filter(isMeant);
      if (processes.length === 0)
        throw new AgentError('ERR_AGENT_STORE', id, 'it is not known here, and the store does not answer');
      return processes.map((record) => adopt(record));
    }
    const record = found.value !== undefined && isMeant(found.value) ? found.value : undefined;
    if (known !== undefined && (record === undefined || record.token === known.token)) return known.end;
    if (record === undefined) {
      const result = (await mirror.ask(() => mirror.store.ended(id)))?.value;
      return result && untouched(id, result);
    }
    if (record.host !== host || isOfAnotherLife(record)) return untouched(id, 'notOurHost');
    return [adopt(record)];
  }
}
