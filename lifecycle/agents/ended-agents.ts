import { rememberedEnds } from './limits.ts';
import type { AgentEnd } from './record.ts';

interface Ended {
  readonly end: AgentEnd;
  /** Tells the agent from others that had its id later. Missing when it had no process. */
  readonly token: string | undefined;
}

/** How the last agents of a registry have ended, by their ids: the answer for those who end one of them again. */
export class EndedAgents {
  readonly #ends = new Map<string, Ended>();

  remember(end: AgentEnd, token: string | undefined): void {
    this.#ends.delete(end.id);
    this.#ends.set(end.id, { end, token });
    if (this.#ends.size > rememberedEnds) this.#ends.delete(this.#ends.keys().next().value!);
  }

  find(id: string): Ended | undefined {
    return this.#ends.get(id);
  }

  /** Forgets the end, because the id belongs to a new agent. */
  forget(id: string): void {
    this.#ends.delete(id);
  }
}
