import { DisconnectedError } from '../../../../core/errors.ts';
import { setMember } from '../../../foreign/members.ts';
import { catchTimer } from '../../../foreign/timers.ts';

/** The attempts that the SDK's `connect()` makes by itself, with a back-off between them. Nothing of the SDK's ends these. */
export class Retries {
  #areWanted = false;
  #endBackOff: () => void = () => {};

  begin(): void {
    this.#areWanted = true;
  }

  /** No further attempt is made, and no timer of a back-off is left. */
  stop(): void {
    this.#areWanted = false;
    this.#endBackOff();
    this.#endBackOff = () => {};
  }

  /** Makes one attempt. @throws {DisconnectedError} when nobody waits for it any more: that ends the SDK's loop */
  async attempt<T>(dial: () => Promise<T>): Promise<T> {
    if (!this.#areWanted) throw new DisconnectedError('connect()');
    try {
      return await dial();
    } catch (error) {
      this.#watch(error as { retryable?: unknown });
      throw error;
    }
  }

  /** The SDK looks at this member of the error once, right before it begins to wait. */
  #watch(error: { retryable?: unknown }): void {
    const { retryable } = error;
    if (retryable !== true) return;
    const look = () => {
      setMember(error, 'retryable', { value: retryable, writable: true, enumerable: true });
      if (this.#areWanted) {
        catchTimer((endWait) => {
          this.#endBackOff = endWait;
        });
      }
      return this.#areWanted;
    };
    setMember(error, 'retryable', { get: look, enumerable: true });
  }
}
