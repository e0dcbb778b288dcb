import { setMaxListeners } from 'node:events';
import type { Place } from './place.ts';
import { Work } from './work.ts';

/** Work in the background that has not settled. */
export class Task extends Work {
  readonly name: string;
  /** The scope does not wait for it, because it waits for the end of the scope. */
  isExcused = false;
  readonly #onExcuse: () => void;
  readonly #place: Place;
  readonly #start = performance.now();
  /** Each task has its own: 10,000 listeners on one signal take seconds. */
  readonly #controller = new AbortController();

  constructor(name: string, place: Place, starter: Work | undefined, scope: object, onExcuse: () => void) {
    super(scope, starter);
    this.name = name;
    this.#place = place;
    this.#onExcuse = onExcuse;
    // Node warns of an eleventh `sleep()` on one signal.
    setMaxListeners(0, this.signal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  protected override excuse(): void {
    if (this.isExcused) return;
    this.isExcused = true;
    this.#onExcuse();
  }

  /** `task "assessment" (11874 ms old, spawned at src/bridge.ts:40)` */
  override toString(): string {
    const place = this.#place.toString();
    const spawned = place === undefined ? '' : `, spawned at ${place}`;
    return `task "${this.name}" (${Math.round(performance.now() - this.#start)} ms old${spawned})`;
  }

  /** Tells whether an error only says that the task was aborted. */
  isAbortError(error: unknown): boolean {
    const { aborted, reason } = this.signal;
    if (!aborted) return false;
    const { name, code, cause } = (error ?? {}) as { name?: unknown; code?: unknown; cause?: unknown };
    return error === reason || cause === reason || name === 'AbortError' || code === 'ABORT_ERR';
  }
}
