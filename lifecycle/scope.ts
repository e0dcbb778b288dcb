import { setMaxListeners } from 'node:events';
import type { Endable } from '../core/endable.ts';
import { checkKeys, checkMs, checkSignal } from '../core/options.ts';
import { trackAlive } from './alive.ts';
import { ScopeClosedError } from './errors.ts';
import { Level } from './level.ts';
import { abortGrace, tasksTimeout } from './limits.ts';
import { Place } from './place.ts';
import { Task } from './task.ts';
import { type TaskErrorListener, tellTaskError } from './task-errors.ts';
import { Work } from './work.ts';

export interface TaskScopeOptions {
  /** Names it in reports. Default `tasks`. */
  name?: string;
  /** The budget of `end()` in ms. Default 2000. */
  timeout?: number;
  /** Aborting it ends the scope. */
  signal?: AbortSignal;
  /** Hears of a task that threw, unless it threw only because it was aborted. Default: the logger of
   * `createShutdown()`, or else one warning of the process for each. */
  onError?: TaskErrorListener;
}

/**
 * Work that goes on in the background and ends together: `end()` aborts every task and waits for it. The report names the
 * tasks that did not end in time as abandoned. An end that is forced from the start gives them 50 ms.
 */
export class TaskScope extends Level {
  readonly #name: string;
  readonly #onError: TaskErrorListener | undefined;
  /** It is made on first use: most sessions have no tasks, and thousands may end together. */
  #controller: AbortController | undefined;
  readonly #tasks = new Set<Task>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** The tasks that an end waits for. */
  #awaited = 0;
  #isAsked = false;
  #onIdle: (() => void) | undefined;

  /** @throws {TypeError} on an unknown option, an invalid `timeout`, and a `signal` that is none */
  constructor(options: TaskScopeOptions = {}) {
    checkKeys('TaskScope', options, ['name', 'timeout', 'signal', 'onError']);
    const { name = 'tasks', timeout = tasksTimeout, signal, onError } = options;
    checkSignal('TaskScope', signal);
    super(checkMs('TaskScope: timeout', timeout));
    this.#name = name;
    this.#onError = onError;
    const end = () => void this.end();
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end, { once: true, signal: this.signal });
  }

  /** Aborted when the end begins. Its reason is a {@link ScopeClosedError}. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      setMaxListeners(0, this.#controller.signal);
      if (this.ladder.state !== 'open') this.#abort();
    }
    return this.#controller.signal;
  }

  #abort(): void {
    this.#controller?.abort(new ScopeClosedError(this.#name));
  }

  /** The number of tasks that have not settled. */
  get size(): number {
    return this.#tasks.size;
  }

  /**
   * Starts a task, with an abort signal of its own. The promise settles as the task does, and needs no handler.
   * It rejects with {@link ScopeClosedError} when the end has begun: then the task is not started.
   */
  run<T>(name: string, task: (signal: AbortSignal) => T | PromiseLike<T>): Promise<T> {
    return this.#start(name, task, new Place(this.run), Work.current);
  }

  /**
   * Runs a task every `ms` ms until the end, and never twice at once. A run that throws does not stop the next one.
   *
   * @throws {ScopeClosedError} when the end has begun
   */
  interval(name: string, ms: number, task: (signal: AbortSignal) => unknown): void {
    checkMs('TaskScope.interval(): ms', ms, 1);
    if (this.ladder.state !== 'open') throw new ScopeClosedError(this.#name);
    const place = new Place(this.interval);
    let isRunning = false;
    const over = () => {
      isRunning = false;
    };
    const tick = () => {
      if (isRunning) return;
      isRunning = true;
      this.#start(name, task, place, undefined).then(over, over);
    };
    this.#timers.add(setInterval(tick, ms));
  }

  #start<T>(
    name: string,
    run: (signal: AbortSignal) => T | PromiseLike<T>,
    place: Place,
    starter: Work | undefined,
  ): Promise<T> {
    if (this.ladder.state !== 'open') {
      const refused = Promise.reject(new ScopeClosedError(this.#name));
      refused.catch(() => {});
      return refused;
    }
    const task = new Task(name, place, starter, this, () => this.#isAwaitedNoMore());
    this.#tasks.add(task);
    this.#awaited++;
    const ended = trackAlive('tasks', { toString: () => `${this.#name} › ${task}` });
    const result = task.run(() => run(task.signal));
    const settled = () => {
      ended();
      this.#tasks.delete(task);
      if (!task.isExcused) this.#isAwaitedNoMore();
    };
    result.then(settled, (error: unknown) => {
      settled();
      if (!task.isAbortError(error)) tellTaskError(this.#name, name, error, this.#onError);
    });
    return result;
  }

  #isAwaitedNoMore(): void {
    this.#awaited--;
    if (this.#awaited === 0) this.#onIdle?.();
  }

  protected override endable(): Endable {
    return {
      name: this.#name,
      closeDoor: () => {
        for (const timer of this.#timers) clearInterval(timer);
        this.#abort();
      },
      steps: () => [{ name: 'tasks', ask: () => this.#ask() }],
      force: (ended) => this.#force(ended),
      settle: () => [...this.#tasks].filter(({ isExcused }) => !isExcused).map(String),
    };
  }

  #ask(): Promise<void> | undefined {
    this.#isAsked = true;
    for (const task of this.#tasks) task.abort(this.signal.reason);
    if (this.#awaited === 0) return undefined;
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /** Nothing can destroy a task: those that have heard their abort are abandoned at once. */
  #force(ended: () => void): boolean {
    if (this.#isAsked) return false;
    if (this.#ask() === undefined) return false;
    const timer = setTimeout(ended, abortGrace);
    this.#onIdle = () => {
      clearTimeout(timer);
      ended();
    };
    return true;
  }
}
