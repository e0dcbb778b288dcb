import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

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

/** A server that can be stopped. */
export interface Running extends ProcessId {
  /** ms that its shutdown takes at the most. Only the server knows: its environment is not that of `npm run stop`. */
  readonly longest: number | undefined;
}

export function writePidFile(file: string, longest: number): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid), longest }));
  // The next server may have written it already.
  process.once('exit', () => removePidFile(file, process.pid));
}

/** Removes it, but not that of another server. */
export function removePidFile(file: string, pid: number): void {
  if (readPidFile(file)?.pid === pid) rmSync(file, { force: true });
}

export function readPidFile(file: string): Running | undefined {
  try {
    const { pid, startTime, longest } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Running>;
    if (!Number.isInteger(pid) || typeof startTime !== 'string') return undefined;
    return { pid: pid!, startTime, longest: typeof longest === 'number' ? longest : undefined };
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
