import { hostname } from 'node:os';
import type { Budget, Deadline } from '../../core/deadline.ts';
import { onAbort } from '../../core/deadline.ts';
import type { EndReport } from '../../core/disconnectable.ts';
import type { Ladder } from '../../core/ladder.ts';
import { checkKeys, checkMs } from '../../core/options.ts';
import { ScopeClosedError } from '../errors.ts';
import { type EndOptions, levelKey, readEnd } from '../level.ts';
import { safeLogger } from '../logger.ts';
import { nest } from '../work.ts';
import { type Agent, AgentLevel } from './agent.ts';
import { AllAgents } from './all-agents.ts';
import { EndedAgents } from './ended-agents.ts';
import { AgentError } from './errors.ts';
import { grace, reconcileEvery, recordTtl } from './limits.ts';
import { Lookups } from './lookups.ts';
import { Mirror } from './mirror.ts';
import { type AgentRegistryOptions, checkId, readSpawn, registryKeys, type SpawnOptions } from './options.ts';
import { Orphans, type Reconciled } from './orphans.ts';
import type { AgentEnd, AgentRecord } from './record.ts';
import { startProcess } from './spawn.ts';
import { fileStore } from './stores/file.ts';
import type { AgentStore } from './stores/store.ts';
import { scopeOf } from './token.ts';

/** Agent processes that can always be found and always be ended. It can be a member of a shutdown: `shutdown.use('resources', 'agents', registry)`. */
export class AgentRegistry implements AsyncDisposable {
  readonly host: string;
  readonly store: AgentStore;
  readonly #grace: number;
  readonly #ttl: number;
  readonly #scope: string;
  readonly #mirror: Mirror;
  readonly #orphans: Orphans;
  readonly #all: AllAgents;
  /** Its own agents that have not ended, by their ids. */
  readonly #agents = new Map<string, AgentLevel>();
  /** Agents of others that it ends, by their tokens. */
  readonly #adopted = new Map<string, AgentLevel>();
  readonly #lookups: Lookups;
  readonly #ended = new EndedAgents();
  /** The tokens of agents with processes that SIGKILL has not ended. */
  readonly #survivors = new Set<string>();
  readonly #timers: NodeJS.Timeout[] = [];

  /**
   * It does nothing until it is used.
   *
   * @throws {TypeError} on an unknown or invalid option
   * @throws {HangupError} `ERR_AGENT_PLATFORM` on other systems than Linux
   */
  constructor(options: AgentRegistryOptions = {}) {
    checkKeys('AgentRegistry', options, registryKeys);
    this.host = options.host ?? hostname();
    if (typeof this.host !== 'string' || this.host === '') throw new TypeError('AgentRegistry: host must be a text');
    this.store = options.store ?? fileStore('.hangup/agents');
    this.#grace = checkMs('AgentRegistry: grace', options.grace ?? grace);
    this.#ttl = checkMs('AgentRegistry: ttl', options.ttl ?? recordTtl, 1);
    this.#scope = scopeOf(this.host, this.store.name);
    const logger = safeLogger(options.logger);
    this.#mirror = new Mirror(this.store, this.#ttl, logger, (token) => this.#endByToken(token));
    this.#all = new AllAgents(this.#grace, () => [...this.#agents.values(), ...this.#adopted.values()]);
    nest(this.#all, this);
    this.#orphans = new Orphans({
      host: this.host,
      scope: this.#scope,
      mirror: this.#mirror,
      logger,
      survivors: this.#survivors,
      local: () => this.#local,
      adopt: (record) => {
        const agent = this.#adopt(record);
        void agent.end();
        return agent.gone;
      },
    });
    this.#lookups = new Lookups({
      host: this.host,
      mirror: this.#mirror,
      orphans: this.#orphans,
      ended: this.#ended,
      adopt: (record) => this.#adopt(record),
    });
  }

  get #local(): AgentLevel[] {
    return [...this.#agents.values()].filter(({ hasProcess }) => hasProcess);
  }

  /**
   * Starts an agent, without a shell, in a session of its own. Resolves when it runs and the store has its record.
   *
   * On Linux with util-linux, the kernel kills it when the thread that has called this dies.
   *
   * @throws {AgentError} `ERR_AGENT_SPAWN`; `ERR_AGENT_STORE`: the store did not take the record within 2 seconds, and the agent was killed;
   * `ERR_AGENT_EXISTS`; `ERR_AGENT_ENDED`; `ERR_AGENT_NOT_READY`: it has exited at once
   * @throws {ScopeClosedError} when {@link endAll} has begun
   * @throws {TypeError} on an invalid id, command or option
   */
  async spawn(id: string, command: readonly string[], options: SpawnOptions = {}): Promise<Agent> {
    const checked = readSpawn(id, command, options);
    if (!this.#all.isOpen) throw new ScopeClosedError('agents');
    if (this.#agents.has(id)) throw new AgentError('ERR_AGENT_EXISTS', id, 'an agent with this id has not ended');
    const agent = new AgentLevel(id, this.#grace, this.#mirror);
    nest(agent, this.#all);
    this.#agents.set(id, agent);
    this.#ended.forget(id);
    if (this.#keepInLine()) void this.#orphans.reconcile();
    const off = checked.signal && onAbort(checked.signal, () => void agent.end());
    if (checked.signal?.aborted) void agent.end();
    let hasFailed = false;
    void agent.gone.then((end) => {
      off?.();
      this.#agents.delete(id);
      if (end.survivors.length > 0) this.#survivors.add(agent.record.token);
      if (!hasFailed) this.#remember(end, agent);
    });
    try {
      await startProcess(agent, { host: this.host, scope: this.#scope }, command, checked);
      await this.#record(agent);
    } catch (error) {
      hasFailed = agent.isOpen;
      void agent.end(true);
      await agent.gone;
      throw error;
    }
    if (checked.ready === false) agent.setReady();
    return agent;
  }

  async #record(agent: AgentLevel): Promise<void> {
    const { id, record } = agent;
    let result = await this.#mirror.first(record);
    if (result === 'taken' && (await this.#orphans.clear(id))) result = await this.#mirror.first(record);
    if (result === 'stored') agent.onRecorded();
    // It may have exited meanwhile, or was ended.
    if (!agent.isOpen) await agent.ready;
    if (agent.hasDied) return;
    if (result === 'ending' || !agent.isOpen)
      throw new AgentError('ERR_AGENT_ENDED', id, 'it was ended while it started');
    if (result === 'taken')
      throw new AgentError('ERR_AGENT_EXISTS', id, 'the store has an agent with this id that has not ended');
    if (result === undefined) throw new AgentError('ERR_AGENT_STORE', id, 'the store did not take its record');
  }

  /** Finds an agent of this registry that has not ended. */
  get(id: string): Agent | undefined {
    const agent = this.#agents.get(id);
    return agent?.hasProcess ? agent : undefined;
  }

  /** The records of the agents of this registry that have not ended. */
  list(): AgentRecord[] {
    return this.#local.map(({ record }) => record);
  }

  /**
   * Ends an agent and all that it has started: SIGTERM, and SIGKILL for all that is left when the grace is over. It also ends an agent
   * that a predecessor on this host has started. All calls for one agent give the same answer.
   *
   * @param options `timeout` is the grace in ms; `true` sends SIGKILL at once, also during an end that has begun
   * @returns when all processes are gone; `undefined` when nobody knows the id
   * @throws {AgentError} `ERR_AGENT_STORE`: this registry does not know the agent, and the store does not answer or no file can be opened
   * @throws {TypeError} on an invalid id or option
   */
  async end(id: string, options?: boolean | EndOptions): Promise<AgentEnd | undefined> {
    checkId('end()', id);
    readEnd(options, this.#grace);
    return this.#end(id, undefined, options);
  }

  /**
   * Ends the agent with this token, and no other one that has its id now.
   *
   * @internal
   */
  endOne(id: string, token: string): Promise<AgentEnd | undefined> {
    return this.#end(id, token);
  }

  async #end(id: string, token?: string, options?: boolean | EndOptions): Promise<AgentEnd | undefined> {
    const known = [this.#agents.get(id), ...this.#adopted.values()].find(
      (agent) => agent?.id === id && (token === undefined || (agent.hasProcess && agent.record.token === token)),
    );
    const found = known === undefined ? await this.#lookups.find(id, token) : [known];
    if (!Array.isArray(found)) return found;
    for (const one of found) void one.end(options);
    return (await Promise.all(found.map(({ gone }) => gone)))[0];
  }

  /** Takes over an agent that another registry has left behind, to end it. */
  #adopt(record: AgentRecord): AgentLevel {
    const known = this.#adopted.get(record.token);
    if (known !== undefined) return known;
    const agent = new AgentLevel(record.id, this.#grace, this.#mirror);
    nest(agent, this.#all);
    try {
      agent.begin(record);
    } catch (error) {
      // No file can be opened, for example. The agent has nothing to end then, so that its end is over at once.
      void agent.end(true);
      throw error;
    }
    this.#adopted.set(record.token, agent);
    void agent.gone.then((end) => {
      this.#adopted.delete(record.token);
      if (end.survivors.length === 0) this.#survivors.delete(record.token);
      if (!this.#agents.has(record.id)) this.#remember(end, agent);
    });
    return agent;
  }

  #remember(end: AgentEnd, agent: AgentLevel): void {
    this.#ended.remember(end, agent.hasProcess ? agent.record.token : undefined);
  }

  #endByToken(token: string): void {
    for (const agent of this.#local) if (agent.record.token === token) void agent.end();
  }

  /**
   * Ends all agents within one budget, the grace by default. It takes no new ones. The report has a member for each agent.
   *
   * @throws {TypeError} at once, on an invalid or unknown option
   */
  endAll(options?: boolean | EndOptions): Promise<EndReport> {
    return this.#all.end(options);
  }

  /** Begins the end of all as a part of a level above. */
  [levelKey](limit: Budget | Deadline): Ladder {
    return this.#all[levelKey](limit);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endAll();
  }

  /**
   * Ends what a predecessor on this host has left behind, and tells the store what it has missed. Call it when the app starts. It also
   * runs at the first spawn, and then every minute. It does not reject.
   */
  reconcile(): Promise<Reconciled> {
    this.#keepInLine();
    return this.#orphans.reconcile();
  }

  /**
   * Starts the timers. They do not keep the process alive; the agents do.
   *
   * @returns false when they run already
   */
  #keepInLine(): boolean {
    if (this.#timers.length > 0 || !this.#all.isOpen) return false;
    const renew = () => {
      for (const agent of this.#local) if (agent.isOpen && agent.isRecorded) void this.#mirror.put(agent.record);
    };
    const reconcile = () => void this.#orphans.reconcile();
    this.#timers.push(setInterval(renew, this.#ttl / 3).unref(), setInterval(reconcile, reconcileEvery).unref());
    const off = this.store.onBack?.(reconcile);
    this.#all.onEnd(() => {
      off?.();
      this.#timers.forEach(clearInterval);
    });
    return true;
  }
}
