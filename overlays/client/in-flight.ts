import type { DisconnectedError } from '../../core/errors.ts';
import { nodeModule } from '../../core/node.ts';

/** A request in flight. */
export interface Pending {
  /** Ends it now. The error is for those who wait for it. */
  abort(error: DisconnectedError): void;
  /**
   * Its response has come, and this gives the streams that read it. They may have been read to the end: nobody says when.
   * Streams that nobody holds any more are not given.
   */
  streams?(): readonly object[];
}

/** The requests of one client that are under way. */
export class InFlight {
  readonly #pending = new Set<Pending>();
  /** Those that somebody waits for. */
  #awaited: Set<Pending> | undefined;
  #onNone: () => void = () => {};

  /** @returns a function to be called when it is over */
  begin(pending: Pending): () => void {
    this.#pending.add(pending);
    if (this.#awaited !== undefined) this.#await(pending);
    return () => {
      this.#pending.delete(pending);
      this.#pass(pending);
    };
  }

  /** @returns whether one of them waited for its response */
  abort(error: DisconnectedError): boolean {
    const pending = [...this.#pending];
    for (const one of pending) one.abort(error);
    return pending.some(({ streams }) => streams === undefined);
  }

  /** @returns a promise of the time when all are over and have been read, `undefined` when there are none */
  whenNone(): Promise<void> | undefined {
    this.#awaited = new Set();
    for (const pending of this.#pending) this.#await(pending);
    if (this.#awaited.size === 0) return undefined;
    return new Promise((resolve) => {
      this.#onNone = resolve;
    });
  }

  #await(pending: Pending): void {
    this.#awaited!.add(pending);
    const streams = pending.streams?.();
    if (streams === undefined) return;
    const isTold = streams.some((stream) => watchEnd(stream, () => this.#pass(pending)));
    if (!isTold) this.#pass(pending);
  }

  #pass(pending: Pending): void {
    if (this.#awaited?.delete(pending) && this.#awaited.size === 0) this.#onNone();
  }
}

type Finished = (stream: object, onEnd: () => void) => void;

/** @returns false for an object that does not tell when it has been read; elsewhere than on Node none does */
function watchEnd(stream: object, onEnd: () => void): boolean {
  try {
    nodeModule<{ finished: Finished }>('stream')!.finished(stream, onEnd);
    return true;
  } catch {
    return false;
  }
}
