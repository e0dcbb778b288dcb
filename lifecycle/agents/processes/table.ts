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

/** Environments that are read at the same time. They take threads of Node's pool of four. */
const readers = 3;

const numbers = () => readdirSync('/proc').map(Number).filter(Number.isInteger);

/** The tokens that were read before, by PID and start time. A process that has its token keeps it; one that has none may get one by `exec()`. */
let known = new Map<string, readonly string[]>();
const keyOf = ({ pid, startTime }: Stat) => `${pid} ${startTime}`;

/**
 * Looks at all processes. It takes a few ms of each turn of the event loop.
 *
 * @param since a start time: processes that are older have no tokens, because none is looked for
 */
export async function readTable(since: number): Promise<Table> {
  const stats: Stat[] = [];
  let until = performance.now() + slice;
  for (const pid of numbers()) {
    const stat = statOf(pid);
    if (isAlive(stat)) stats.push(stat);
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + slice;
  }
  const unread = stats.filter((stat) => Number(stat.startTime) >= since && !known.has(keyOf(stat)));
  await Promise.all(Array.from({ length: readers }, () => readTokens(unread)));
  return tableOf(stats);
}

/** Takes from the list until it is empty. A process whose environment does not come has none this time. */
async function readTokens(stats: Stat[]): Promise<void> {
  for (let stat = stats.pop(); stat !== undefined; stat = stats.pop()) {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, environTimeout, undefined);
    });
    const tokens = await Promise.race([tokensOf(stat.pid), late]);
    clearTimeout(timer);
    if (tokens?.length) known.set(keyOf(stat), tokens);
  }
}

/** The same in this tick, for what runs last in a process. */
export function readTableNow(): Table {
  const stats = numbers().map(statOf).filter(isAlive);
  for (const stat of stats) {
    if (known.has(keyOf(stat))) continue;
    const tokens = tokensNow(stat.pid);
    if (tokens?.length) known.set(keyOf(stat), tokens);
  }
  return tableOf(stats);
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
