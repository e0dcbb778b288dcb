import { AgentError, type AgentErrorCode } from './errors.ts';

/** Settles once: the agent is ready, or will never be. */
export class Readiness {
  readonly promise: Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #resolve!: () => void;
  #reject!: (error: Error) => void;
  isSettled = false;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Nobody has to wait for it.
    this.promise.catch(() => {});
  }

  /** Calls back when it has not settled within `ms` ms. */
  within(ms: number, onLate: () => void): void {
    if (!this.isSettled) this.#timer = setTimeout(onLate, ms);
  }

  /** @returns false when it had settled before */
  settle(failure?: { code: AgentErrorCode; id: string; why: string }): boolean {
    if (this.isSettled) return false;
    this.isSettled = true;
    clearTimeout(this.#timer);
    if (failure === undefined) this.#resolve();
    else this.#reject(new AgentError(failure.code, failure.id, failure.why));
    return true;
  }
}
