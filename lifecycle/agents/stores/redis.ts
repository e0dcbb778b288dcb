import { earlyEndTtl, resultTtl, storeTimeout } from '../limits.ts';
import type { AgentRecord, AgentResult, AgentState } from '../record.ts';
import { scripts } from './redis-scripts.ts';
import type { AgentStore, PutResult } from './store.ts';

/** A client of `ioredis`. */
export interface RedisLike {
  defineCommand(name: string, definition: { numberOfKeys: number; lua: string }): void;
  get(key: string): Promise<string | null>;
  hgetall(key: string): Promise<Record<string, string>>;
  on(event: 'ready', listener: () => void): unknown;
  off(event: 'ready', listener: () => void): unknown;
  readonly options: {
    readonly host?: string | undefined;
    readonly port?: number | undefined;
    readonly path?: string | undefined;
    readonly db?: number | undefined;
    readonly keyPrefix?: string | undefined;
  };
}

export interface RedisStoreOptions {
  /** Stands before every key, behind the `keyPrefix` of the client. Default none. */
  prefix?: string;
}

/**
 * Options for the client of a store: `new Redis(url, redisOptions)`. Its commands fail while Redis is away or does not answer; by
 * default they wait for ever. It tries to connect again every second at least.
 */
export const redisOptions = {
  commandTimeout: storeTimeout,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (attempt: number): number => Math.min(attempt * 100, 1000),
} as const;

/**
 * Keeps the records in Redis: the PID in `agent:{id}:pid` and all of the record in the hash `session:{id}`, both with the ttl of the
 * record. It removes both keys, the fields of others in the hash included. The marks of ends are in `agent:{id}:ending`, the index in
 * `agents`.
 *
 * It needs one Redis with all keys; a Redis Cluster spreads them.
 *
 * @param client made with {@link redisOptions}; it stays yours to end
 */
export function redisStore(client: RedisLike, { prefix = '' }: RedisStoreOptions = {}): AgentStore {
  return new RedisStore(client, prefix);
}

type Command = (...parts: (string | number)[]) => Promise<unknown>;
type Fields = Record<string, string>;

const commandName = (script: keyof typeof scripts) => `hangupAgents${script}`;

class RedisStore implements AgentStore {
  readonly name: string;
  readonly #client: RedisLike;
  readonly #prefix: string;

  constructor(client: RedisLike, prefix: string) {
    const { host, port, path, db, keyPrefix = '' } = client.options;
    this.name = `redis:${path ?? `${host}:${port}`}/${db}/${keyPrefix}${prefix}`;
    this.#client = client;
    this.#prefix = prefix;
    for (const script of ['put', 'ending', 'remove', 'list'] as const) {
      client.defineCommand(commandName(script), { numberOfKeys: script === 'list' ? 2 : 4, lua: scripts[script] });
    }
  }

  #run(script: keyof typeof scripts, ...parts: (string | number)[]): Promise<unknown> {
    const commands = this.#client as unknown as Record<string, Command>;
    return commands[commandName(script)]!(...parts);
  }

  #session(id: string): string {
    return `${this.#prefix}session:${id}`;
  }

  get #index(): string {
    return `${this.#prefix}agents`;
  }

  #keys(id: string): string[] {
    const agent = `${this.#prefix}agent:${id}`;
    return [`${agent}:pid`, this.#session(id), `${agent}:ending`, this.#index];
  }

  async put(record: AgentRecord, ttl: number): Promise<PutResult> {
    const { id, token } = record;
    const fields = Object.entries(toFields(record)).flat();
    return (await this.#run('put', ...this.#keys(id), id, token, Math.ceil(ttl), ...fields)) as PutResult;
  }

  async ending(id: string, token = ''): Promise<AgentRecord | undefined> {
    const flat = await this.#run('ending', ...this.#keys(id), token, resultTtl, earlyEndTtl);
    return fromFields(id, pairs(flat as string[]));
  }

  async remove(id: string, token: string, result: AgentResult): Promise<void> {
    await this.#run('remove', ...this.#keys(id), id, token, result, resultTtl);
  }

  async get(id: string): Promise<AgentRecord | undefined> {
    return fromFields(id, await this.#client.hgetall(this.#session(id)));
  }

  async ended(id: string): Promise<AgentResult | undefined> {
    const tombstone = await this.#client.get(`${this.#prefix}agent:${id}:ending`);
    return tombstone?.split(' ')[1] as AgentResult | undefined;
  }

  list(host = ''): Promise<AgentRecord[]> {
    return this.#list(host, '');
  }

  lost(host: string): Promise<AgentRecord[]> {
    return this.#list(host, 'lost');
  }

  async #list(host: string, state: AgentState | ''): Promise<AgentRecord[]> {
    const found = (await this.#run('list', this.#index, this.#session(''), host, state)) as (string | string[])[];
    const records: AgentRecord[] = [];
    for (let at = 0; at < found.length; at += 2) {
      const record = fromFields(found[at] as string, pairs(found[at + 1] as string[]));
      if (record !== undefined) records.push(record);
    }
    return records;
  }

  /** Also when Redis was started again, and has lost the records. */
  onBack(listener: () => void): () => void {
    this.#client.on('ready', listener);
    return () => void this.#client.off('ready', listener);
  }
}

function toFields({
  pid,
  host,
  state,
  token,
  boot,
  namespace,
  startTime,
  spawnedAt,
  labels = {},
}: AgentRecord): Fields {
  return {
    agentPid: String(pid),
    host,
    state,
    token,
    boot,
    namespace,
    startTime,
    spawnedAt: String(spawnedAt),
    labels: JSON.stringify(labels),
  };
}

/** @returns `undefined` when there is no record: the hash may have fields of others */
function fromFields(id: string, fields: Fields): AgentRecord | undefined {
  const { agentPid, host, state, token, boot, namespace, startTime, spawnedAt, labels = '{}' } = fields;
  if (!agentPid || !host || !token || !boot || !namespace || !startTime) return undefined;
  return {
    id,
    host,
    boot,
    namespace,
    pid: Number(agentPid),
    startTime,
    token,
    state: state as AgentState,
    spawnedAt: Number(spawnedAt),
    ...(labels !== '{}' && { labels: readLabels(labels) }),
  };
}

/** An app may have written a field of this name. Its record is found and ended all the same. */
function readLabels(json: string): Record<string, string> {
  try {
    return JSON.parse(json) as Record<string, string>;
  } catch {
    return {};
  }
}

function pairs(flat: readonly string[]): Fields {
  const fields: Fields = {};
  for (let at = 0; at < flat.length; at += 2) fields[flat[at]!] = flat[at + 1]!;
  return fields;
}
