import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./programs/agent.mjs', import.meta.url));

/** The command of an agent of Node that behaves as it is told. */
export const agentCommand = (...faults: string[]): string[] => [process.execPath, program, ...faults];

/** The command of an agent that costs little. */
export const sleeper = (seconds = 1000): string[] => ['sleep', String(seconds)];

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'hangup-agents-'));

/** PIDs of the processes that have not exited and have this text in their environment or arguments. It is found by other code than the registry's. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!Number.isInteger(pid)) return false;
      try {
        const isDead = /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
        const texts = ['environ', 'cmdline'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1'));
        return !isDead && texts.join().includes(text);
      } catch {
        return false;
      }
    });
}

/** Tells whether a process has not exited. */
export function lives(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/** Waits for something that comes soon. The test has its own limit. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}
