import { setTimeout as sleep } from 'node:timers/promises';
import { thrownError } from '../../core/scrub.ts';
import type { Logger } from '../logger.ts';
import { recordRetry, recordTimeout, storeRetry, storeTimeout } from './limits.ts';
import type { AgentRecord, AgentResult } from './record.ts';
import type { AgentStore, PutResult } from './stores/store.ts';

/** A change of one agent that the store has to be told. The latest wish counts. */
interface Wish {
  readonly id: string;
  /** The store was away, or has refused it. */
  isMissed: boolean;
  tell(): Promise<unknown>;
}

/**
 * Tells the store what the registry knows, and keeps what the store could not be told until it answers again. While it does not answer,
 * nobody waits for it.
 */
export class Mirror {
  readonly store: AgentStore;
  readonly #ttl: number;
  readonly #logger: Logger;
  /** By the token of the agent. */
  readonly #wishes = new Map<string, Wish>();
  readonly #onEnding: (token: string) => void;
  #isAway = false;
  #hasWarned = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param onEnding hears that the end of an agent was begun by somebody else */
  constructor(store: AgentStore, ttl: number, logger: Logger, onEnding: (token: string) => void) {
    this.store = store;
    this.#ttl = ttl;
    this.#logger = logger;
    this.#onEnding = onEnding;
  }

  /** Ids of the agents of which the store has missed something. */
  get pending(): string[] {
    const missed = [...this.#wishes.values()].filter(({ isMissed }) => isMissed);
    return [...new Set(missed.map(({ id }) => id))];
  }

  /**
   * Writes the record of a new agent. A client that connects at this moment gets some more tries.
   *
   * @returns `undefined` when the store did not take it in time
   */
  async first(record: AgentRecord): Promise<PutResult | undefined> {
    const until = performance.now() + recordTimeout;
    for (;;) {
      const answer = await this.ask(() => this.store.put(record, this.#ttl), until - performance.now());
      if (answer !== undefined) return answer.value;
      await sleep(recordRetry);
      if (performance.now() >= until) return undefined;
    }
  }

  /**
   * Writes a record again: its state has changed, or its time has to be renewed.
   *
   * @returns false when the store could not be told now
   */
  put(record: AgentRecord): Promise<boolean> {
    return this.#tell(record, async () => {
      if ((await this.store.put(record, this.#ttl)) !== 'stored') this.#onEnding(record.token);
    });
  }

  ending({ id, token }: AgentRecord): void {
    void this.#tell({ id, token }, () => this.store.ending(id, token));
  }

  /** @returns false when the store could not be told now */
  remove({ id, token }: AgentRecord, result: AgentResult): Promise<boolean> {
    return this.#tell({ id, token }, () => this.store.remove(id, token, result));
  }

  /** Asks the store. @returns `undefined` when it did not answer */
  async ask<T>(call: () => Promise<T>, timeout = storeTimeout): Promise<{ value: T } | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${timeout} ms`)), timeout);
    });
    try {
      const value = await Promise.race([call(), late]);
      this.#isAway = false;
      this.#tellBack();
      return { value };
    } catch (error) {
      this.#tellAway(error);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  async #tell({ id, token }: { id: string; token: string }, tell: Wish['tell']): Promise<boolean> {
    const wish = { id, tell, isMissed: this.#isAway || this.#wishes.get(token)?.isMissed === true };
    this.#wishes.set(token, wish);
    if (!this.#isAway) return this.#grant(token, wish);
    this.#retryLater();
    return false;
  }

  async #grant(token: string, wish: Wish): Promise<boolean> {
    const answer = await this.ask(() => wish.tell());
    if (this.#wishes.get(token) !== wish) return answer !== undefined;
    this.#wishes.delete(token);
    // One that always fails must not keep the others from being tried.
    if (answer === undefined) {
      wish.isMissed = true;
      this.#wishes.set(token, wish);
    } else this.#tellBack();
    return answer !== undefined;
  }

  /** Tells the store what it has missed, until one call fails. */
  async flush(): Promise<void> {
    for (const [token, wish] of [...this.#wishes]) {
      if (this.#wishes.get(token) === wish && !(await this.#grant(token, wish))) return;
    }
    this.#isAway = false;
  }

  /** Logs, once, that the store has answered and knows everything. */
  #tellBack(): void {
    if (!this.#hasWarned || this.#wishes.size > 0) return;
    this.#hasWarned = false;
    this.#logger.info({}, 'agents: the store knows everything again');
  }

  /** Remembers that the store is away, and logs it once. */
  #tellAway(error: unknown): void {
    this.#isAway = true;
    this.#retryLater();
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const err = thrownError(error);
    this.#logger.warn({ err }, `agents: the store does not answer, and is told later: ${err.message}`);
  }

  #retryLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, storeRetry).unref();
  }
}
