import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Identifies a process. The PID alone is not enough, because the system gives it to another process later. */
export interface ProcessId {
  readonly pid: number;
  readonly startTime: string;
}

/** The time at which the process started, in the words of the system; `undefined` when there is no such process. */
export function startTimeOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', `${pid}`], { encoding: 'utf8' }).trim();
    // The name of the program, in brackets, may have blanks and brackets itself.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    // A zombie has ended, and only waits for its parent.
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export function writePidFile(file: string): void {
  writeFileSync(file, JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) }));
  process.once('exit', () => rmSync(file, { force: true }));
}

export function readPidFile(file: string): ProcessId | undefined {
  try {
    const { pid, startTime } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProcessId>;
    return Number.isInteger(pid) && typeof startTime === 'string' ? { pid: pid!, startTime } : undefined;
  } catch {
    return undefined;
  }
}

export const isRunning = ({ pid, startTime }: ProcessId): boolean => startTimeOf(pid) === startTime;

/** Sends a signal to it. It may have ended a moment ago. */
export function signal({ pid }: ProcessId, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
