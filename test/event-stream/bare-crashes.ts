import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Mode } from '../contract/drivers/event-stream-sdk.ts';

/** Per scenario, the messages of the unhandled rejections and uncaught exceptions that it caused. */
export type BareResult = Record<string, string[]>;

/** Runs the scenarios that crash the bare SDK in one child process, which outlives the crashes because it listens. */
export async function bareCrashes(version: string, mode: Mode): Promise<BareResult> {
  const program = fileURLToPath(new URL('bare-crashes-child.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program, version, mode], {
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as BareResult;
}
