import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Format } from '../support/sdk.ts';

/** What the bare SDK does in a scenario: the negative control. */
export type Bare =
  | 'passes'
  /** Misses the contract: an assertion fails, or a promise does not settle in time. */
  | { fails: string }
  /** Would end the process: an unhandled rejection or uncaught exception whose message matches. Runs in a child. */
  | { crashes: RegExp };

/** A column that is neither bare nor hangup's: its versions of the SDK, and what fails in it. */
export interface Known {
  versions: readonly string[];
  of(scenario: string, format: Format): Exclude<Bare, { crashes: RegExp }>;
}

/** One scenario in one cell. */
export interface Row {
  name: string;
  /** What comes of it where hangup is not. */
  bare: Bare;
  /**
   * Rejects when the promise is not kept.
   *
   * @param patience how long anything that must settle may take, in ms
   * @param over see `Clock`
   */
  play(patience: number, over?: AbortSignal): Promise<void>;
}

/** Per scenario, the messages of the unhandled rejections and uncaught exceptions that it caused. */
export type Crashes = Record<string, string[]>;

/** A crash of the bare SDK ends its scenario; one that does not come is not waited for any longer, in ms. */
const crashPatience = 800;
/** Between a scenario's end and a crash that it has caused, in ms. */
const aftermath = 20;
const limit = 60_000;
const atOnce = 3;
let running = 0;
const waiting: (() => void)[] = [];

/**
 * What crashes the bare SDK of a cell, from one child process that calls `reportCrashes()` and outlives the crashes, because
 * it listens for them; test/children asserts the real exit codes.
 */
export async function crashesIn(program: URL, ...args: string[]): Promise<Crashes> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    const argv = ['--import', 'tsx', fileURLToPath(program), ...args];
    const { stdout } = await promisify(execFile)(process.execPath, argv, { timeout: limit, killSignal: 'SIGKILL' });
    return JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as Crashes;
  } finally {
    running--;
    waiting.shift()?.();
  }
}

/** In the child: plays what crashes, prints what was seen, and exits. */
export async function reportCrashes(rows: readonly Row[]): Promise<never> {
  const result: Crashes = {};
  let crashes: string[] = [];
  let over = new AbortController();
  const onCrash = (reason: unknown) => {
    crashes.push(String((reason as Error)?.message ?? reason));
    over.abort();
  };
  process.on('unhandledRejection', onCrash);
  process.on('uncaughtException', onCrash);
  for (const { name, play } of rows.filter(doesCrash)) {
    crashes = result[name] = [];
    over = new AbortController();
    await play(crashPatience, over.signal).catch(() => {});
    await sleep(aftermath);
    crashes = [];
  }
  console.log(`\n${JSON.stringify(result)}`);
  process.exit(0);
}

export function doesCrash({ bare }: Row): boolean {
  return bare !== 'passes' && 'crashes' in bare;
}
