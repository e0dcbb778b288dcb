import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { runFolderVariable } from '../support/sdk.ts';
import type { Row } from './play.ts';

/** By the id of the scenario, the messages of the unhandled rejections and uncaught exceptions that it caused. */
export type Crashes = Record<string, string[]>;

/** A crash of the bare SDK ends its scenario; one that does not come is not waited for any longer, in ms. */
const patience = 800;
/** Between a scenario's end and a crash that it has caused, in ms. */
const aftermath = 20;
const limit = 60_000;
const atOnce = 3;
let running = 0;
const waiting: (() => void)[] = [];

/**
 * Plays what crashes the SDK of a cell in one child process. The child listens for crashes and so outlives them;
 * test/children asserts the real exit codes.
 *
 * @param args for crashes-child.ts
 */
export async function crashesIn(...args: string[]): Promise<Crashes> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    const argv = [join(process.env[runFolderVariable]!, 'crashes-child.mjs'), ...args];
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
  for (const { id, play } of rows.filter(doesCrash)) {
    crashes = result[id] = [];
    over = new AbortController();
    await play(patience, over.signal).catch(() => {});
    await sleep(aftermath);
    crashes = [];
  }
  console.log(`\n${JSON.stringify(result)}`);
  process.exit(0);
}

export function doesCrash({ bare }: Pick<Row, 'bare'>): boolean {
  return typeof bare === 'object' && 'crashes' in bare;
}
