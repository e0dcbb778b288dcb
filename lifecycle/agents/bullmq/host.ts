import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Endable } from '../../../core/endable.ts';
import { Group } from '../../../core/group.ts';
import { checkKeys } from '../../../core/options.ts';
import { ScopeClosedError } from '../../errors.ts';
import { Level, levelKey } from '../../level.ts';
import { type Logger, safeLogger } from '../../logger.ts';
import { AgentError } from '../errors.ts';
import type { AgentRecord } from '../record.ts';
import type { AgentRegistry } from '../registry.ts';
import { boundedClient, checkConnection, patientOptions, type RedisConnection, tellOnce } from './connections.ts';
import { type EndResult, names, type SpawnResult } from './jobs.ts';
import { answerTimeout, beatEvery, goneAfter, hostTimeout, lockDuration } from './limits.ts';

export interface HostOptions {
  /** The Redis of the store. Five connections are made to it. */
  connection: RedisConnection;
  /**
   * Starts the agent of a session: `(id, data) => registry.spawn(id, ['node', 'agent.js'], { env: … })`. The data come from Redis: never
   * make them a part of the command.
   */
  spawn: (id: string, data: unknown) => Promise<{ readonly record: AgentRecord }>;
  /** The first part of the names of queues and keys. Default `hangup`. */
  queue?: string;
  /** A logger of pino or winston, or the console. Default: lines on stderr. `false`: silence. */
  logger?: Logger | false;
}

/** So many agents are started at once. */
const atOnce = 16;
/** Ends come together, and none waits for another. */
const allAtOnce = 10_000;

/** One host of the fleet: it takes the requests of all who ask. {@link serveHost} makes it. */
export class AgentHost extends Level {
  readonly #registry: AgentRegistry;
  readonly #key: string;
  readonly #client: Redis;
  readonly #workers: readonly Worker[];
  readonly #beats: NodeJS.Timeout;
  #lastBeat = performance.now();
  /** Jobs whose end Redis has not been told yet. */
  readonly #jobs = new Set<string>();
  #onIdle: (() => void) | undefined;
  readonly #agents: Group;

  /** @internal */
  constructor(registry: AgentRegistry, { connection, spawn, queue = 'hangup', logger }: HostOptions) {
    super(hostTimeout);
    const log = safeLogger(logger);
    this.#registry = registry;
    this.#agents = new Group([{ end: (limit) => registry[levelKey](limit) }]);
    this.#key = names.hosts(queue);
    this.#client = boundedClient(connection, log);
    this.#client.on('ready', () => this.#beat());
    this.#beats = setInterval(() => this.#beat(), beatEvery);
    const shared = {
      connection: patientOptions(connection),
      lockDuration,
      stalledInterval: lockDuration,
      runRetryDelay: 250,
    };
    this.#workers = [
      new Worker<{ id: string; data: unknown }, SpawnResult>(
        names.spawn(queue),
        ({ data: { id, data } }) => spawnResult(() => spawn(id, data)),
        { ...shared, concurrency: atOnce },
      ),
      new Worker<{ id: string; token: string }, EndResult>(
        names.end(queue, registry.host),
        async ({ data: { id, token } }) => ({ end: (await registry.endOne(id, token)) ?? null }),
        { ...shared, concurrency: allAtOnce },
      ),
    ];
    for (const worker of this.#workers) this.#watch(worker, log);
  }

  #watch(worker: Worker, log: Logger): void {
    worker.on('error', tellOnce(log));
    worker.on('active', ({ id }) => this.#jobs.add(`${worker.name} ${id}`));
    const over = (job: Job | undefined) => {
      this.#jobs.delete(`${worker.name} ${job?.id}`);
      if (this.#jobs.size === 0) this.#onIdle?.();
    };
    worker.on('completed', over);
    worker.on('failed', over);
  }

  /** Tells all others that this host lives. One that cannot be told is told a second later. */
  #beat(): void {
    const beat = JSON.stringify({ at: Date.now(), agents: this.#registry.list().length });
    const told = () => {
      const now = performance.now();
      // The others took its agents for lost.
      if (now - this.#lastBeat > goneAfter) void this.#registry.reconcile();
      this.#lastBeat = now;
    };
    this.#client.hset(this.#key, this.#registry.host, beat).then(told, () => {});
  }

  protected override endable(): Endable {
    return {
      name: `host ${this.#registry.host}`,
      // Its agents have theirs.
      forceCap: null,
      closeDoor: () => {
        for (const worker of this.#workers) worker.pause(true).catch(() => {});
      },
      steps: () => [
        { name: 'agents', ask: (limit) => this.#agents.together(limit) },
        { name: 'requests', ask: () => this.#idle() },
        { name: 'leave', ask: () => this.#leave() },
      ],
      force: (ended, reason) => {
        this.#disconnect();
        // The process would be over before they are, and before the store knows of it.
        return this.#agents.force(ended, reason);
      },
      members: () => this.#agents.reports,
    };
  }

  /** Redis may be away: those who ask then ask again. */
  async #idle(): Promise<void> {
    if (this.#jobs.size === 0) return;
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    await Promise.race([idle, sleep(answerTimeout)]);
  }

  /** It has no agents any more, so that nobody has to miss it. */
  async #leave(): Promise<void> {
    clearInterval(this.#beats);
    await this.#client.hdel(this.#key, this.#registry.host).catch(() => {});
    this.#disconnect();
  }

  #disconnect(): void {
    clearInterval(this.#beats);
    this.#client.disconnect();
    // Without `true` it waits for Redis for ever, when that is away.
    for (const worker of this.#workers) worker.close(true).catch(() => {});
  }
}

async function spawnResult(spawn: () => Promise<{ readonly record: AgentRecord }>): Promise<SpawnResult> {
  try {
    return { record: (await spawn()).record };
  } catch (error) {
    if (error instanceof AgentError)
      return { code: error.code, why: error.message.slice(`agent ${error.id}: `.length) };
    if (error instanceof ScopeClosedError) return { code: 'ERR_AGENT_HOST', why: 'its host shuts down' };
    throw error;
  }
}

/**
 * Takes part in a fleet: starts agents from the queue that all hosts share, ends those of this host, and tells every second
 * that it lives. Its end takes no more requests, and ends all agents of the registry.
 *
 * ```ts
 * const host = serveHost(registry, { connection: url, spawn: (id, data) => registry.spawn(id, command) });
 * shutdown.use('sessions', 'host', host);
 * ```
 *
 * @throws {TypeError} on an unknown option, and on an invalid connection
 */
export function serveHost(registry: AgentRegistry, options: HostOptions): AgentHost {
  checkKeys('serveHost()', options, ['connection', 'spawn', 'queue', 'logger']);
  checkConnection('serveHost()', options.connection);
  return new AgentHost(registry, options);
}
