import { makeContext } from './context.ts';

/** The level above each level. */
const above = new WeakMap<object, object>();

export function nest(part: object, whole: object): void {
  above.set(part, whole);
}

function isWithin(part: object | undefined, whole: object): boolean {
  for (let level = part; level !== undefined; level = above.get(level)) {
    if (level === whole) return true;
  }
  return false;
}

/** Code of the user that a level waits for when it ends: a task, or a member that is a function. */
export abstract class Work {
  /** The level that waits for it, until it has settled. */
  #level: object | undefined;
  /** The work that has started it. It is forgotten with the end of this work, so that no chain of them grows. */
  #starter: Work | undefined;

  constructor(level: object, starter?: Work) {
    this.#level = level;
    this.#starter = starter;
  }

  /** Tells the level to wait for it no more. */
  protected abstract excuse(): void;

  /** Runs `code`, and all that it calls and awaits, as a part of this work. */
  run<T>(code: () => T | PromiseLike<T>): Promise<T> {
    running++;
    // An async function, because the promise that `code` gives has to be waited for as a part of this work, too.
    return current.run(this, async () => {
      try {
        return await code();
      } finally {
        this.#over();
      }
    });
  }

  #over(): void {
    this.#level = undefined;
    this.#starter = undefined;
    // Before Node 24, each promise of the process costs more while it is in use.
    if (--running === 0) current.disable();
  }

  /** The work that calls. */
  static get current(): Work | undefined {
    return current.getStore();
  }

  /** The end of `level` does not wait for the work that waits for it: neither would come to its end. */
  static excuseWaiter(level: object): void {
    for (let work = current.getStore(); work !== undefined; work = work.#starter) {
      if (isWithin(work.#level, level)) work.excuse();
    }
  }
}

const current = makeContext<Work>();
/** The number of works that have not settled. */
let running = 0;

/** Excuses the work that waits for it. `await` calls `then()` in the context of the function that waits. */
class EndPromise<T> extends Promise<T> {
  #level: object | undefined;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  static of<T>(promise: Promise<T>, level: object): EndPromise<T> {
    const ended = new EndPromise<T>((resolve) => resolve(promise));
    ended.#level = level;
    return ended;
  }

  // biome-ignore lint/suspicious/noThenProperty: A promise has it.
  override then<A = T, B = never>(
    onOk?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (this.#level !== undefined) Work.excuseWaiter(this.#level);
    return super.then(onOk, onError);
  }
}

/** Makes the promise of the end of `level` one that its own tasks and functions may wait for. */
export const waitable = <T>(promise: Promise<T>, level: object): Promise<T> => EndPromise.of(promise, level);
