import { readdirSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { environTimeout, slice } from '../limits.ts';
import { isAlive, type Stat, statOf, tokensNow, tokensOf } from './proc.ts';

/** A process that has not exited, and the tokens of the agents that it belongs to. */
export interface Entry extends Stat {
  readonly tokens: readonly string[];
}

/** All processes of this PID namespace at one time. */
export type Table = ReadonlyMap<number, Entry>;

const numbers = () => readdirSync('/proc').map(Number).filter(Number.isInteger);

/** The tokens that were read before, by PID and start time. A process that has its token keeps it; one that has none may get one by `exec()`. */
let known = new Map<string, readonly string[]>();
const keyOf = ({ pid, startTime }: Stat) => `${pid} ${startTime}`;

/**
 * Looks at all processes. It takes a few ms of each turn of the event loop: to have other threads read these files takes three times as
 * long, and more on a busy machine.
 *
 * @param since a start time: processes that are older have no tokens, because none is looked for
 */
export async function readTable(since: number): Promise<Table> {
  const stats: Stat[] = [];
  const waiting: Stat[] = [];
  let until = performance.now() + slice;
  for (const pid of numbers()) {
    const stat = statOf(pid);
    if (isAlive(stat)) {
      stats.push(stat);
      if (stat.state === 'D') waiting.push(stat);
      else if (Number(stat.startTime) >= since) remember(stat, known.get(keyOf(stat)) ?? tokensNow(pid));
    }
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + slice;
  }
  await Promise.all(waiting.map(readWaiting));
  return tableOf(stats);
}

/** A process that waits in the kernel may let its reader wait, too. */
async function readWaiting(stat: Stat): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, environTimeout, undefined);
  });
  remember(stat, await Promise.race([tokensOf(stat.pid), late]));
  clearTimeout(timer);
}

/** The same in this tick, for what runs last in a process. */
export function readTableNow(): Table {
  const stats = numbers().map(statOf).filter(isAlive);
  for (const stat of stats) remember(stat, known.get(keyOf(stat)) ?? tokensNow(stat.pid));
  return tableOf(stats);
}

function remember(stat: Stat, tokens: readonly string[] | undefined): void {
  if (tokens?.length) known.set(keyOf(stat), tokens);
}

function tableOf(stats: readonly Stat[]): Table {
  const next: typeof known = new Map();
  const table = new Map<number, Entry>();
  for (const stat of stats) {
    const key = keyOf(stat);
    const tokens = known.get(key);
    if (tokens !== undefined) next.set(key, tokens);
    table.set(stat.pid, { ...stat, tokens: tokens ?? [] });
  }
  known = next;
  return table;
}
