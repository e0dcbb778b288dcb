import { DisconnectedError } from '../../../../core/errors.ts';
import { Attempts, type UnderWay } from '../../../connection/attempt.ts';

type Open = () => Promise<unknown>;

/** The connection that is opened. */
interface Owner {
  readonly ended: boolean;
  readonly isOpen: boolean;
  /** The SDK has a socket, and refuses another one. */
  readonly hasSocket: boolean;
  /** Settles when the socket of a failed attempt has closed. Older versions of the SDK keep it until then. */
  readonly gone: Promise<void> | undefined;
  /** The longest that an attempt may take, in ms. */
  readonly limit: number;
  /** An attempt begins. When the connection has ended, it is opened again. @throws {DisconnectedError} */
  onBegin(): void;
  /** An attempt has failed, and leaves nothing behind. */
  onFailure(): void;
  /** Makes the error that tells of a failure. */
  failureOf(error: unknown): unknown;
}

/** The calls of the SDK's `connect()`: one attempt at a time. */
export class Opening {
  readonly #owner: Owner;
  readonly #attempts = new Attempts<unknown>();
  #newest: { readonly isFailed: boolean } | undefined;
  /** Calls that have not settled: one may have been given up, and dial later. */
  readonly #calls = new Set<Promise<unknown>>();
  /** The number of those that are calls of the session. */
  #ofSession = 0;

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  /** An attempt has begun to dial. One that still waits for the end of a failed one has no part in the socket of that. */
  get isUnderWay(): boolean {
    return this.#attempts.current !== undefined && !this.isFailed;
  }

  /** The newest attempt has failed: nobody waits for a connection any more. */
  get isFailed(): boolean {
    return this.#newest?.isFailed === true;
  }

  /** @param open the SDK's `connect()` of the transport */
  async connect(open: Open): Promise<unknown> {
    // The attempt is that of the session.
    return this.#ofSession > 0 ? open() : this.#begin(open);
  }

  /** @param open the SDK's `connect()` of the session: it gets its agent ready, and then calls that of the transport */
  connectSession(open: Open): Promise<unknown> {
    return this.#begin(async () => {
      this.#ofSession++;
      try {
        return await open();
      } finally {
        this.#ofSession--;
      }
    });
  }

  #begin(open: Open): Promise<unknown> {
    const { current } = this.#attempts;
    const { ended, hasSocket, limit } = this.#owner;
    if (ended) {
      if (current !== undefined) return current;
    } else if (current !== undefined || (hasSocket && !this.isFailed)) {
      // The SDK decides on a second call. It fails with the attempt that it has joined.
      const call = this.#call(open);
      return current === undefined ? call : Promise.race([call, current.then(() => call)]);
    }
    return this.#attempts.start((attempt) => this.#dial(attempt, open), {
      limit,
      onFailure: () => {
        // A connection that we end is the ladder's.
        if (!this.#owner.ended) this.#owner.onFailure();
      },
    });
  }

  async #dial(attempt: UnderWay, open: Open): Promise<unknown> {
    const owner = this.#owner;
    if (owner.ended) await this.#attempts.lastEnd;
    if (this.#calls.size > 0) await Promise.allSettled(this.#calls);
    if (owner.hasSocket) await owner.gone;
    attempt.admit();
    owner.onBegin();
    this.#newest = attempt;
    return this.#outcome(this.#call(open));
  }

  /** The SDK gives up a call of a session for a newer one, and resolves it: the attempt goes on with the newer one. */
  async #outcome(call: Promise<unknown>): Promise<unknown> {
    await Promise.allSettled([call]);
    const newer = [...this.#calls].at(-1);
    return this.#owner.isOpen || newer === undefined ? call : this.#outcome(newer);
  }

  #call(open: Open): Promise<unknown> {
    const call = this.#told(open).finally(() => this.#calls.delete(call));
    this.#calls.add(call);
    return call;
  }

  async #told(open: Open): Promise<unknown> {
    try {
      return await open();
    } catch (error) {
      throw this.#owner.ended ? new DisconnectedError('connect()') : this.#owner.failureOf(error);
    }
  }

  /** Fails the attempt under way, if there is one. */
  fail(error: Error): void {
    this.#attempts.fail(error);
  }

  /** The connection is being ended. */
  end(over: Promise<unknown>): void {
    this.#attempts.end(over);
  }
}
