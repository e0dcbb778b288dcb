import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { HangupError } from '../../../core/errors.ts';

/** The environment variable with the tokens of the agents that a process belongs to. The innermost is the last. */
export const tokenVariable = 'HANGUP_AGENT';

/** A part of `/proc/<pid>/stat`. */
export interface Stat {
  readonly pid: number;
  /** One letter. Z and X: it has exited, and only its parent has not asked how. */
  readonly state: string;
  readonly parent: number;
  readonly session: number;
  readonly threads: number;
  readonly startTime: string;
}

/** The place where PIDs have their meaning. */
export interface Place {
  readonly boot: string;
  readonly namespace: string;
}

let place: Place | undefined;

/** @throws {HangupError} `ERR_AGENT_PLATFORM` where there is no `/proc`, or only that of another PID namespace */
export function here(): Place {
  if (place !== undefined) return place;
  let self: string;
  try {
    self = readlinkSync('/proc/self');
    place = {
      boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      namespace: readlinkSync('/proc/self/ns/pid'),
    };
  } catch {
    const next = 'Run it on Linux, or in a container of Linux';
    throw new HangupError('ERR_AGENT_PLATFORM', `hangup/agents needs /proc, which only Linux has. ${next}`);
  }
  if (self === String(process.pid)) return place;
  place = undefined;
  const next = 'Mount it there: mount -t proc proc /proc';
  throw new HangupError('ERR_AGENT_PLATFORM', `hangup/agents needs the /proc of its own PID namespace. ${next}`);
}

/** The process has gone, or belongs to another user. All else must not be taken for that: files that cannot be opened, say. */
const meansNone = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);

function ifNone(error: unknown): undefined {
  if (!meansNone.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
}

/**
 * Reads what the kernel has in memory: it never waits.
 *
 * @returns `undefined` when there is no such process
 * @throws {Error} when it cannot be told
 */
export function statOf(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    return ifNone(error);
  }
  // The name before it may have spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    state: fields[0]!,
    parent: Number(fields[1]),
    session: Number(fields[3]),
    threads: Number(fields[17]),
    startTime: fields[19]!,
  };
}

/** The time since the boot, in the clock ticks of start times: Linux shows 100 of them in a second everywhere. */
export const ticksNow = (): number => Math.ceil(Number.parseFloat(readFileSync('/proc/uptime', 'latin1')) * 100);

/** A process whose first thread has ended looks like one that has exited, though its other threads go on. */
export const isAlive = (stat: Stat | undefined): stat is Stat =>
  stat !== undefined && ((stat.state !== 'Z' && stat.state !== 'X') || stat.threads > 1);

/** Finds the children of a process. A kernel that does not list them gives none. */
export function childrenOf(pid: number): Stat[] {
  const found: Stat[] = [];
  for (const thread of threadsOf(pid)) {
    try {
      for (const child of readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').match(/\d+/g) ?? []) {
        const stat = statOf(Number(child));
        if (isAlive(stat) && stat.parent === pid) found.push(stat);
      }
    } catch {
      // The thread has gone. The others have children too.
    }
  }
  return found;
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    // The process has gone.
    return [];
  }
}

/** Tells whether the process with this PID is still the one that started at that time, and has not exited. */
export function isRunning(pid: number, startTime: string): boolean {
  const stat = statOf(pid);
  return isAlive(stat) && stat.startTime === startTime;
}

/** Finds the tokens in an environment. @returns `undefined` when it is empty: so it is during `exec()` */
function tokensIn(environment: Buffer): readonly string[] | undefined {
  if (environment.length === 0) return undefined;
  const key = `${tokenVariable}=`;
  for (let at = environment.indexOf(key); at >= 0; at = environment.indexOf(key, at + 1)) {
    if (at > 0 && environment[at - 1] !== 0) continue;
    const end = environment.indexOf(0, at);
    return environment.toString('latin1', at + key.length, end < 0 ? undefined : end).split(',');
  }
  return [];
}

/** The tokens of a process. {@link tokensOf} does not block the event loop when the process hangs in the kernel. */
export function tokensNow(pid: number): readonly string[] | undefined {
  try {
    return tokensIn(readFileSync(`/proc/${pid}/environ`));
  } catch (error) {
    return ifNone(error);
  }
}

export async function tokensOf(pid: number): Promise<readonly string[] | undefined> {
  try {
    return tokensIn(await readFile(`/proc/${pid}/environ`));
  } catch (error) {
    return ifNone(error);
  }
}
