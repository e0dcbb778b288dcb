import { catchTimer } from '../../../foreign/timers.ts';

/** Gets a function that ends the wait for a timer at once. */
type TakeTimer = (endTimer: () => void) => void;

/**
 * The promises of the SDK that wait for a message of the provider. The SDK does not reject them when the connection is lost,
 * and sets a timer for each that it never clears: that holds the process.
 */
export class Waits {
  /** Reject the promises that wait, by the calls that return them. */
  readonly #waiting = new Map<(error: Error) => void, string>();
  /** By the names of messages: the SDK sets a timer right after it has sent one of these. */
  readonly #expected = new Map<string, TakeTimer>();

  /**
   * Follows a promise of the SDK. Its timer ends with it.
   *
   * @param call names the SDK's call in errors
   * @param begin makes the call
   * @param message the name of the message after which the SDK sets a timer, if it sets one
   */
  follow<T>(call: string, begin: () => Promise<T>, message?: string): Promise<T> {
    let isOver = false;
    let endTimer = () => {};
    const take: TakeTimer = (end) => {
      if (isOver) end();
      else endTimer = end;
    };
    if (message !== undefined) this.#expected.set(message, take);
    let fail: (error: Error) => void;
    const followed = new Promise<T>((resolve, reject) => {
      fail = reject;
      this.#waiting.set(reject, call);
      begin().then(resolve, reject);
    });
    const over = () => {
      isOver = true;
      this.#waiting.delete(fail);
      endTimer();
    };
    followed.then(over, over);
    return followed;
  }

  /** The SDK has sent a message, or has failed to. */
  onSent(message: string): void {
    const take = this.#expected.get(message);
    if (take === undefined) return;
    this.#expected.delete(message);
    catchTimer(take);
  }

  /** Rejects all promises that wait. */
  reject(makeError: (call: string) => Error): void {
    for (const [fail, call] of this.#waiting) fail(makeError(call));
    this.#waiting.clear();
  }
}
