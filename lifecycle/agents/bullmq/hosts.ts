import type { Redis } from 'ioredis';
import { forgottenAfter, goneAfter, lookEvery } from './limits.ts';

/** A host, as its last beat told. */
export interface HostBeat {
  readonly host: string;
  /** The number of its agents. */
  readonly agents: number;
  /** ms since the epoch, by the clock of that host. */
  readonly lastBeat: number;
  /** False when it has not told for 3 s that it lives. */
  readonly isAlive: boolean;
}

/**
 * Looks at the beats of all hosts. A host is gone when its beat has not changed for 3 s by the clock of this process, in which
 * it was looked at without a pause: clocks that differ, and a Redis that stood still, make no host go.
 */
export class Hosts {
  readonly #client: Redis;
  readonly #key: string;
  readonly #onGone: (host: string) => Promise<void>;
  readonly #seen = new Map<string, { beat: string; since: number; isTold: boolean }>();
  #lastLook = Number.NEGATIVE_INFINITY;
  readonly #timer: NodeJS.Timeout;

  /** @param onGone is called once for each host that goes, and again when it fails */
  constructor(client: Redis, key: string, onGone: (host: string) => Promise<void>) {
    this.#client = client;
    this.#key = key;
    this.#onGone = onGone;
    let isLooking = false;
    this.#timer = setInterval(async () => {
      if (isLooking) return;
      isLooking = true;
      await this.#look().catch(() => {});
      isLooking = false;
    }, lookEvery);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Whether it is known to be gone. A host that nobody has seen yet is waited for from the first question on. */
  isGone(host: string): boolean {
    const seen = this.#seen.get(host);
    if (seen === undefined) this.#seen.set(host, { beat: '', since: performance.now(), isTold: false });
    return seen !== undefined && this.#lastLook - seen.since > goneAfter;
  }

  async list(): Promise<HostBeat[]> {
    const beats = await this.#client.hgetall(this.#key);
    return Object.entries(beats).map(([host, beat]) => {
      const { agents, at } = JSON.parse(beat) as { agents: number; at: number };
      return { host, agents, lastBeat: at, isAlive: !this.isGone(host) };
    });
  }

  async #look(): Promise<void> {
    const beats = await this.#client.hgetall(this.#key);
    const now = performance.now();
    if (now - this.#lastLook > 3 * lookEvery) this.#startOver(now);
    this.#lastLook = now;
    for (const [host, beat] of Object.entries(beats)) {
      if (this.#seen.get(host)?.beat !== beat) this.#seen.set(host, { beat, since: now, isTold: false });
    }
    for (const [host, seen] of this.#seen) {
      if (now - seen.since > forgottenAfter) await this.#forget(host);
      if (seen.isTold || !this.isGone(host)) continue;
      await this.#onGone(host);
      seen.isTold = true;
    }
  }

  async #forget(host: string): Promise<void> {
    await this.#client.hdel(this.#key, host);
    this.#seen.delete(host);
  }

  #startOver(now: number): void {
    for (const seen of this.#seen.values()) seen.since = now;
  }
}
