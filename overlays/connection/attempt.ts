import { ConnectTimeoutError, DisconnectedError } from '../../core/errors.ts';

/** An attempt, for the code that connects. It must stop when the attempt is over: nobody waits for it any more. */
export interface UnderWay {
  readonly isOver: boolean;
  readonly isFailed: boolean;
  /** Asked in the tick of the dial, after all that it waits for. @throws {DisconnectedError} when the attempt is over */
  admit(): void;
}

type Dial<T> = (attempt: UnderWay) => Promise<T>;

interface AttemptOptions {
  /** The longest that the whole attempt may take, in ms. Unlimited by default. */
  limit?: number;
  /** Called before anybody learns that the attempt has failed: nothing may be left behind. */
  onFailure?(): void;
}

/** One attempt to connect, which can be failed from outside. */
class Attempt<T> implements UnderWay {
  readonly #call: string;
  readonly promise: Promise<T>;
  #isOver = false;
  #isFailed = false;
  #reject: (error: Error) => void = () => {};

  constructor(call: string, dial: Dial<T>, { limit, onFailure }: AttemptOptions) {
    this.#call = call;
    const failed = new Promise<never>((_, reject) => {
      this.#reject = reject;
    });
    this.promise = Promise.race([failed, dial(this)]);
    const onTimeout = () => this.fail(new ConnectTimeoutError(limit!));
    const timer = limit === undefined ? undefined : setTimeout(onTimeout, limit);
    const settle = () => {
      this.#isOver = true;
      clearTimeout(timer);
    };
    this.promise.then(settle, () => {
      this.#isFailed = true;
      settle();
      try {
        onFailure?.();
      } catch {
        // Callers are told of the failure itself.
      }
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** It is over, and has made no connection. */
  get isFailed(): boolean {
    return this.#isFailed;
  }

  admit(): void {
    if (this.#isOver) throw new DisconnectedError(this.#call);
  }

  fail(error: Error): void {
    this.#isOver = true;
    this.#isFailed = true;
    this.#reject(error);
  }
}

/** The attempts to connect of one object of an SDK. There is one at a time, which all callers meanwhile share. */
export class Attempts<T> {
  readonly #call: string;
  #current: Attempt<T> | undefined;
  /** Settles when the last end of the connection is over, and it can be opened again. */
  lastEnd: Promise<unknown> | undefined;

  /** @param call names the SDK's call in errors */
  constructor(call = 'connect()') {
    this.#call = call;
  }

  /** The attempt under way, if there is one. */
  get current(): Promise<T> | undefined {
    return this.#current?.promise;
  }

  start(dial: Dial<T>, options: AttemptOptions = {}): Promise<T> {
    const attempt = new Attempt(this.#call, dial, options);
    this.#current = attempt;
    const settle = () => {
      if (this.#current === attempt) this.#current = undefined;
    };
    // These are the first listeners: everybody else may want to dial again.
    attempt.promise.then(settle, settle);
    return attempt.promise;
  }

  /** Fails the attempt under way, if there is one. */
  fail(error: Error): void {
    this.#current?.fail(error);
  }

  /** The connection is being ended: an attempt under way fails, and the next one may begin in this tick. */
  end(over: Promise<unknown>): void {
    const attempt = this.#current;
    this.#current = undefined;
    this.lastEnd = over;
    if (attempt === undefined) return;
    // The failed attempt clears up first, so that it does not end the next one.
    this.lastEnd = Promise.allSettled([over, attempt.promise]);
    // The error is made only for somebody: its stack takes longer than the rest of a forced end.
    attempt.fail(new DisconnectedError(this.#call));
  }
}
