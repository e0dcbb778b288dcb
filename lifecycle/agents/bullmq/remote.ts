import { setMaxListeners } from 'node:events';
import type { Redis } from 'ioredis';
import { checkKeys, checkMs } from '../../../core/options.ts';
import { type Logger, safeLogger } from '../../logger.ts';
import { AgentError, type AgentErrorCode } from '../errors.ts';
import { checkId } from '../options.ts';
import { type AgentEnd, type AgentRecord, untouched } from '../record.ts';
import type { AgentStore } from '../stores/store.ts';
import { boundedClient, checkConnection, type RedisConnection } from './connections.ts';
import { type HostBeat, Hosts } from './hosts.ts';
import { type EndResult, jobIdOf, names, Requests, type SpawnResult, until } from './jobs.ts';
import { askTimeout, lostAfter, remoteTimeout } from './limits.ts';

export interface RemoteAgentsOptions {
  /** The Redis of the store. One connection is made to it. */
  connection: RedisConnection;
  /** The store of the registries: `redisStore()`. */
  store: AgentStore;
  /** As in `serveHost()`. Default `hangup`. */
  queue?: string;
  /** ms that a spawn may wait for a host, and an end for its agent. Default 10000. */
  timeout?: number;
  /** A logger of pino or winston, or the console. Default: lines on stderr. `false`: silence. */
  logger?: Logger | false;
}

/** The agents of all hosts, seen from a process that needs to have none: the API. {@link remoteAgents} makes it. */
export class RemoteAgents {
  readonly #store: AgentStore;
  readonly #queue: string;
  readonly #timeout: number;
  readonly #client: Redis;
  readonly #spawns: Requests<SpawnResult>;
  readonly #ends = new Map<string, Requests<EndResult>>();
  readonly #hosts: Hosts;
  readonly #closed = new AbortController();
  /** Sessions that nobody wants any more, though a host may start them. */
  readonly #unwanted = new Set<string>();

  /** @internal */
  constructor({ connection, store, queue = 'hangup', timeout = remoteTimeout, logger }: RemoteAgentsOptions) {
    setMaxListeners(0, this.#closed.signal);
    this.#store = store;
    this.#queue = queue;
    this.#timeout = checkMs('remoteAgents(): timeout', timeout);
    this.#client = boundedClient(connection, safeLogger(logger));
    this.#client.on('ready', () => void this.#endUnwanted());
    this.#spawns = new Requests(names.spawn(queue), this.#client);
    this.#hosts = new Hosts(this.#client, names.hosts(queue), async (host) => void (await store.lost(host)));
  }

  /**
   * Has one of the hosts start the agent of a session. The hosts get `data` as JSON. Asked twice for one id, before the answer has
   * come, it starts one agent and gives its record twice.
   *
   * @returns its record, as soon as it is in the store
   * @throws {AgentError} `ERR_AGENT_STORE`: Redis does not answer; `ERR_AGENT_HOST`: no host has taken it in time; else as `registry.spawn()`
   * @throws {TypeError} on an invalid id, and on data that JSON cannot hold
   */
  async spawn(id: string, data: unknown): Promise<AgentRecord> {
    checkId('spawn()', id);
    // BullMQ would throw too, and that would look like a Redis that does not answer.
    JSON.stringify(data);
    const jobId = jobIdOf(id);
    let before: { token: string | undefined } | undefined;
    const ask = async () => {
      before ??= { token: (await this.#store.get(id))?.token };
      await this.#spawns.ask(jobId, { id, data });
    };
    const started = async () => {
      const record = await this.#store.get(id);
      // An agent that was there before this call is not the one that it has asked for.
      return record === undefined || record.token === before?.token ? undefined : { record };
    };
    this.#unwanted.delete(id);
    if (!(await this.#asked(ask))) throw this.#giveUp(id, 'ERR_AGENT_STORE', 'Redis does not answer');
    let missedAt = Number.POSITIVE_INFINITY;
    const result = await this.#until(async () => {
      const job = await this.#spawns.look(jobId);
      if (job?.failure !== undefined) return { code: 'ERR_AGENT_SPAWN', why: job.failure } as const;
      if (job?.result !== undefined) {
        const code = 'code' in job.result ? job.result.code : undefined;
        // The job of this call was done, and somebody who has asked after that was refused.
        const found = code === 'ERR_AGENT_EXISTS' ? await started() : undefined;
        if (found !== undefined) return found;
        if (code !== 'ERR_AGENT_HOST') return job.result;
        // Its host shuts down. Another one may take it.
        await ask();
      }
      if (job !== undefined) return undefined;
      // Redis has lost the job. A host may have begun it, and records it as soon as it can.
      const found = await started();
      if (found !== undefined) return found;
      missedAt = Math.min(missedAt, performance.now());
      if (performance.now() - missedAt > lostAfter) await ask();
      return undefined;
    });
    if (result === undefined)
      throw this.#giveUp(id, 'ERR_AGENT_HOST', `no host has taken it within ${this.#timeout} ms`);
    if ('code' in result) throw new AgentError(result.code, id, result.why);
    return result.record;
  }

  /**
   * Ends an agent, on whatever host it is. A host that has not told for 3 s that it lives cannot do it: `notOurHost`, and the agent is ended
   * when its host comes back.
   *
   * @returns how it ended; `undefined` when nobody knows the id
   * @throws {AgentError} `ERR_AGENT_STORE`: Redis does not answer; `ERR_AGENT_HOST`: its host has not done it in time
   * @throws {TypeError} on an invalid id
   */
  async end(id: string): Promise<AgentEnd | undefined> {
    checkId('end()', id);
    let record: AgentRecord | undefined;
    try {
      record = await this.#store.get(id);
      const wasStarting = record === undefined && (await this.#refuse(id));
      if (wasStarting) record = await this.#store.get(id);
      if (record === undefined) {
        const result = (await this.#store.ended(id)) ?? (wasStarting ? 'alreadyDead' : undefined);
        return result && untouched(id, result);
      }
      await this.#store.ending(id, record.token);
    } catch (error) {
      throw new AgentError('ERR_AGENT_STORE', id, 'Redis does not answer', { cause: error });
    }
    return this.#endOn(record);
  }

  async #endOn({ id, host, token }: AgentRecord): Promise<AgentEnd> {
    const requests = this.#endsOf(host);
    const jobId = jobIdOf(id, token);
    const ask = () => requests.ask(jobId, { id, token });
    if (!(await this.#asked(ask))) throw new AgentError('ERR_AGENT_STORE', id, 'Redis does not answer');
    const end = await this.#until(async () => {
      const job = await requests.look(jobId);
      if (job?.result !== undefined) return job.result.end ?? untouched(id, 'alreadyDead');
      if (this.#hosts.isGone(host)) {
        await this.#store.lost(host);
        return untouched(id, 'notOurHost');
      }
      // Redis has lost it, or it failed: to end twice is to end once.
      if (job === undefined || job.isOver) await ask();
      return undefined;
    });
    if (end === undefined) throw new AgentError('ERR_AGENT_HOST', id, 'its host does not answer');
    return end;
  }

  /** Makes the host that is about to start an agent end it instead. @returns false when nobody is about to */
  async #refuse(id: string): Promise<boolean> {
    const jobId = jobIdOf(id);
    const isOver = async () => (await this.#spawns.look(jobId))?.isOver ?? true;
    if (await isOver()) return false;
    if ((await this.#store.ending(id)) === undefined) await this.#until(async () => (await isOver()) || undefined);
    return true;
  }

  /** All hosts that have told in the last hour that they live. @throws {Error} when Redis does not answer */
  hosts(): Promise<HostBeat[]> {
    return this.#hosts.list();
  }

  /** Closes the connection. What is asked for rejects. */
  close(): void {
    this.#closed.abort(new Error('the agents of other hosts are out of reach: close() was called'));
    this.#hosts.stop();
    this.#client.disconnect();
  }

  #endsOf(host: string): Requests<EndResult> {
    let requests = this.#ends.get(host);
    if (requests === undefined) {
      requests = new Requests(names.end(this.#queue, host), this.#client);
      this.#ends.set(host, requests);
    }
    return requests;
  }

  /** A Redis that restarts is given a second. */
  async #asked(ask: () => Promise<void>): Promise<boolean> {
    const answer = await until(askTimeout, this.#closed.signal, () =>
      ask()
        .then(() => true)
        .catch(() => undefined),
    );
    return answer === true;
  }

  /** While Redis is away, nothing is known. */
  #until<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
    return until(this.#timeout, this.#closed.signal, () => look().catch(() => undefined));
  }

  #giveUp(id: string, code: AgentErrorCode, why: string): AgentError {
    this.#unwanted.add(id);
    void this.#endUnwanted();
    return new AgentError(code, id, why);
  }

  async #endUnwanted(): Promise<void> {
    for (const id of this.#unwanted) {
      try {
        const jobId = jobIdOf(id);
        const job = await this.#spawns.look(jobId);
        const isBegun = job?.isOver === false && !(await this.#spawns.takeBack(jobId));
        const record = isBegun ? await this.#store.ending(id) : await this.#store.get(id);
        this.#unwanted.delete(id);
        if (record !== undefined) await this.#endOn(record);
      } catch {
        // The next connection tries again those that are left.
        return;
      }
    }
  }
}

/**
 * Reaches the agents of all hosts that `serveHost()` serves, by their Redis.
 *
 * @throws {TypeError} on an unknown or invalid option
 */
export function remoteAgents(options: RemoteAgentsOptions): RemoteAgents {
  checkKeys('remoteAgents()', options, ['connection', 'store', 'queue', 'timeout', 'logger']);
  checkConnection('remoteAgents()', options.connection);
  return new RemoteAgents(options);
}
