import { AsyncLocalStorage } from 'node:async_hooks';

/** The level above each level. */
const above = new WeakMap<object, object>();

export function nest(part: object, whole: object): void {
  above.set(part, whole);
}

function isWithin(part: object, whole: object): boolean {
  for (let level: object | undefined = part; level !== undefined; level = above.get(level)) {
    if (level === whole) return true;
  }
  return false;
}

/** Code of the user that a level waits for when it ends: a task, or a member that is a function. */
export abstract class Work {
  /** The level that waits for it. */
  readonly #level: object;
  /** The work that has started it. It is forgotten with the end of this work, so that no chain of them grows. */
  #starter: Work | undefined;

  constructor(level: object, starter?: Work) {
    this.#level = level;
    this.#starter = starter;
  }

  /** Tells the level to wait for it no more. */
  protected abstract excuse(): void;

  /** It has settled. */
  over(): void {
    this.#starter = undefined;
  }

  /** Runs `code`, and all that it calls and awaits, as a part of this work. */
  run<T>(code: () => T): T {
    return current.run(this, code);
  }

  /** The work that calls. */
  static get current(): Work | undefined {
    return current.getStore();
  }

  /** The end of `level` does not wait for the work that has called for it: the two would wait for each other. */
  static excuseCaller(level: object): void {
    for (let work = current.getStore(); work !== undefined; work = work.#starter) {
      if (isWithin(work.#level, level)) work.excuse();
    }
  }
}

const current = new AsyncLocalStorage<Work | undefined>();
