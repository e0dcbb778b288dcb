import { url } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import { checkKeys, checkMs } from '../core/options.ts';
import { publish } from '../core/publish.ts';
import type { Logger } from './logger.ts';
import { type BlockedLoop, cells, type WatchdogData } from './watchdog-data.ts';

/**
 * The watchdog is a thread. While the event loop is blocked, no handler of the process runs, so this thread
 *
 * 1. names the function that blocks, on stderr
 * 2. during a shutdown forces every member from inside that function, and gives the signals back to the kernel: the next Ctrl+C ends
 *    the process
 * 3. at the deadline does the same and exits with 1; within 500 ms of it, where native code blocks, it sends SIGKILL
 *
 * It is off while a debugger is attached.
 */
export interface WatchdogOptions {
  /** ms without a sign of the event loop. Default 700, and 400 once a shutdown has begun. */
  stall?: number;
  /** Ends a process whose event loop has been blocked for so many ms, though no shutdown has begun. Default: never. */
  blockTimeout?: number;
}

/** They are called from inside the function that blocks the event loop. */
interface Hooks {
  /** Forces every member, and gives the signals back. */
  force(): void;
  /** The same, then exits. */
  exit(): void;
}

const hooksName = 'hangup.watchdog@1';
const beatEvery = 100;

export class Watchdog {
  readonly #memory = new BigInt64Array(new SharedArrayBuffer(8 * Object.keys(cells).length));
  readonly #worker: Worker;
  readonly #timer: NodeJS.Timeout;

  /** @throws {TypeError} on an unknown or invalid option */
  constructor(options: WatchdogOptions, hooks: Hooks, logger: Logger) {
    checkKeys('watchdog', options, ['stall', 'blockTimeout']);
    const check = (name: keyof WatchdogOptions, byDefault: number) =>
      options[name] === undefined ? byDefault : checkMs(`watchdog: ${name}`, options[name], 1);
    const data: WatchdogData = {
      memory: this.#memory.buffer as SharedArrayBuffer,
      stall: check('stall', 700),
      stallEnding: check('stall', 400),
      blockTimeout: check('blockTimeout', Number.POSITIVE_INFINITY),
      hooks: hooksName,
      cells,
    };
    Object.defineProperty(globalThis, Symbol.for(hooksName), { value: hooks, configurable: true });
    // It watches from the second beat on: to load an app takes long, and blocks nothing.
    this.#beat();
    setImmediate(() => this.#beat()).unref();
    this.#timer = setInterval(() => this.#beat(), beatEvery).unref();
    this.#worker = startThread(data);
    this.#worker.on('message', (blocked: BlockedLoop) => {
      publish('hangup.loop.blocked', () => blocked);
      logger.warn(blocked, `the event loop was blocked for ${blocked.ms} ms by ${blocked.at}`);
    });
    this.#worker.on('error', (err) => logger.warn({ err }, `the watchdog does not run: ${err.message}`));
    this.#worker.unref();
  }

  #beat(): void {
    Atomics.add(this.#memory, cells.beat, 1n);
    Atomics.store(this.#memory, cells.debugger, url() === undefined ? 0n : 1n);
  }

  /** A shutdown is going on, and the process has to be gone in `ms` ms. */
  mustEndIn(ms: number): void {
    const now = process.hrtime.bigint() / 1_000_000n;
    this.#beat();
    Atomics.store(this.#memory, cells.deadline, now + BigInt(Math.ceil(ms)));
  }

  stop(): void {
    clearInterval(this.#timer);
    void this.#worker.terminate();
    delete (globalThis as { [key: symbol]: unknown })[Symbol.for(hooksName)];
  }
}

/** The thread's file is this one's sibling. Hooks of the app for modules, and its `--import`s, stay out of it. */
function startThread(workerData: WatchdogData): Worker {
  return new Worker(new URL('./watchdog-thread.mjs', import.meta.url), { workerData, execArgv: [] });
}
