import { childrenOf, isAlive, isRunning, type Stat, statOf, ticksNow, tokensNow } from './proc.ts';
import type { Table } from './table.ts';

export type Ending = 'SIGTERM' | 'SIGKILL';

/** A process that belongs to an agent. */
interface Member {
  readonly pid: number;
  readonly startTime: string;
  told?: Ending;
}

/** Identifies the first process of an agent. */
export interface Leader {
  readonly pid: number;
  readonly startTime: string;
  /**
   * `child`: it is a child of this process that Node has not reaped, so that its PID cannot belong to another process. `reaped`: it was
   * one. `foreign`: another process has started it.
   */
  kinship(): 'child' | 'reaped' | 'foreign';
}

/**
 * The processes of one agent: its first one, which leads a session, and all that came from it. A process that has left the session
 * has the token; one that has thrown the token away is in the session, or its parent is known.
 */
export class Tree {
  readonly leader: Leader;
  readonly token: string;
  /** Those that had not exited at the last look. */
  #members = new Map<number, Member>();
  /** The PIDs of those but the leader that got SIGKILL. */
  readonly killed = new Set<number>();
  hasKilledLeader = false;
  /** When the leader was last seen, in clock ticks since the boot. */
  #seenAt = 0;

  constructor(leader: Leader, token: string) {
    this.leader = leader;
    this.token = token;
    if (this.hasLeader()) this.#members.set(leader.pid, { pid: leader.pid, startTime: leader.startTime });
  }

  /** Tells whether the recorded process is there and has not exited. */
  hasLeader(): boolean {
    const has = this.#isLeader(statOf(this.leader.pid), () => tokensNow(this.leader.pid));
    if (has) this.#seenAt = ticksNow();
    return has;
  }

  #isLeader(stat: Stat | undefined, tokens: () => readonly string[] | undefined): boolean {
    const isRecorded = isAlive(stat) && stat.startTime === this.leader.startTime;
    return isRecorded && (this.leader.kinship() === 'child' || tokens()?.includes(this.token) === true);
  }

  /** The leader, a child of this process, was reaped in this moment: until now, no other session could have its number. */
  noteReaped(): void {
    try {
      this.#seenAt = ticksNow();
    } catch {
      // No file can be opened now. Children of its session without a token may be missed then.
    }
  }

  /** The number of its processes at the last look. */
  get size(): number {
    return this.#members.size;
  }

  /** PIDs of the processes that have not exited, and of those of which nothing can be told. */
  get living(): number[] {
    return [...this.#members.values()].filter((member) => runs(member, true)).map(({ pid }) => pid);
  }

  /** Looks only at processes that are known. The end of a child is told by Node. */
  hasKnown(): boolean {
    for (const { pid, startTime } of this.#members.values()) {
      const kinship = pid === this.leader.pid ? this.leader.kinship() : 'foreign';
      if (kinship === 'child' || (kinship === 'foreign' && isRunning(pid, startTime))) return true;
    }
    return false;
  }

  /**
   * Takes its processes from a table.
   *
   * @param withToken the entries that have the token
   * @param children the entries by their parents
   * @param sessions the entries by their sessions
   */
  find(table: Table, { withToken, children, sessions }: Kin): void {
    const { pid } = this.leader;
    const before = this.#members;
    this.#members = new Map();
    const take = ({ pid, startTime }: Stat) => {
      const old = before.get(pid);
      this.#members.set(pid, old?.startTime === startTime ? old : { pid, startTime });
    };
    for (const entry of withToken) take(entry);
    const leader = table.get(pid);
    const hasLeader = this.#isLeader(leader, () => leader?.tokens);
    if (hasLeader) take(leader!);
    for (const entry of hasLeader || leader === undefined ? sessions(pid) : []) {
      // While the leader was there, no other session could have its number. A process does not come into a session later.
      const isOurs = hasLeader || Number(entry.startTime) <= this.#seenAt;
      if (isOurs && entry.pid !== pid && !this.#members.has(entry.pid)) take(entry);
    }
    for (const old of before.values()) {
      const entry = table.get(old.pid);
      if (entry?.startTime === old.startTime && !this.#members.has(old.pid)) take(entry);
    }
    // The loop goes on with those that it adds.
    for (const member of this.#members.values()) {
      for (const entry of children(member.pid)) if (!this.#members.has(entry.pid)) take(entry);
    }
  }

  /**
   * Takes the children of its known processes, before these get a signal. A child that has left the session and has no token cannot be
   * found after its parent has gone.
   */
  findChildren(): void {
    for (const member of this.#members.values()) {
      // A process that cannot be told may be a stranger that has the PID now, and its children are not ours.
      for (const { pid, startTime } of runs(member, false) ? childrenOf(member.pid) : []) {
        if (!this.#members.has(pid)) this.#members.set(pid, { pid, startTime });
      }
    }
  }

  /** Those that have to get the signal. */
  *untold(signal: Ending): Generator<Member> {
    for (const member of this.#members.values()) if (mustHear(member, signal)) yield member;
  }

  /**
   * Sends a signal to one process. Right before that, it makes sure that the process is the one it knows. It does not look for the token
   * again, because `exec()` may have thrown the token away.
   */
  tell(member: Member, signal: Ending): void {
    if (!mustHear(member, signal)) return;
    const { pid } = member;
    const isLeader = pid === this.leader.pid;
    if ((isLeader && this.leader.kinship() === 'child') || isRunning(pid, member.startTime)) {
      if (signal === 'SIGKILL' && isLeader) this.hasKilledLeader = true;
      else if (signal === 'SIGKILL') this.killed.add(pid);
      try {
        process.kill(pid, signal);
      } catch {
        // It has gone in this moment, or it belongs to another user.
      }
    }
    member.told = signal;
  }
}

/** @param ifUnknown the answer when nothing can be told of it */
function runs({ pid, startTime }: Member, ifUnknown: boolean): boolean {
  try {
    return isRunning(pid, startTime);
  } catch {
    return ifUnknown;
  }
}

/** Each signal is sent once, and none after SIGKILL. */
const mustHear = ({ told }: Member, signal: Ending) => told !== signal && told !== 'SIGKILL';

/** How processes belong together in one table. */
export interface Kin {
  readonly withToken: readonly Stat[];
  children(pid: number): readonly Stat[];
  sessions(pid: number): readonly Stat[];
}
