import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SocketCell } from '../driver.ts';

/** Per scenario, the messages of the unhandled rejections and uncaught exceptions that it caused. */
export type BareCrashes = Record<string, string[]>;

const atOnce = 2;
let running = 0;
const waiting: (() => void)[] = [];

/**
 * Runs the scenarios that crash the bare SDK of a cell in one child process. It outlives the crashes, because it listens for
 * them; test/children asserts the real exit codes.
 */
export async function bareCrashes({ version, format, target }: SocketCell): Promise<BareCrashes> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    const program = fileURLToPath(new URL('crashes-child.ts', import.meta.url));
    const argv = ['--import', 'tsx', program, version, format, target.className];
    const { stdout } = await promisify(execFile)(process.execPath, argv, { timeout: 60_000, killSignal: 'SIGKILL' });
    return JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as BareCrashes;
  } finally {
    running--;
    waiting.shift()?.();
  }
}
