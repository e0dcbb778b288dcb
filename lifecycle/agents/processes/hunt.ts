import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { pollEvery, signalsPerTurn } from '../limits.ts';
import { type Entry, readTable, readTableNow, type Table } from './table.ts';
import type { Ending, Kin, Tree } from './tree.ts';

/** A tree that has to end. */
export interface Prey {
  readonly tree: Tree;
  /** The signal that all its processes have to get. */
  signal: Ending;
  /** Hears that no process of it is left. */
  onGone(): void;
}

/**
 * Ends trees of processes. All that end at the same time share every look at the processes of the machine, and the signals go out a few
 * in each turn of the event loop.
 */
class Hunt {
  readonly #prey = new Set<Prey>();
  /** Those that have got a signal that not all of their processes have. */
  readonly #fresh = new Set<Prey>();
  #isRunning = false;
  #wake: (() => void) | undefined;

  /** Begins to end a tree, or goes on with another signal. */
  add(prey: Prey): void {
    this.#prey.add(prey);
    this.#fresh.add(prey);
    this.look();
    if (!this.#isRunning) void this.#run();
  }

  remove(prey: Prey): void {
    this.#prey.delete(prey);
    this.#fresh.delete(prey);
    this.look();
  }

  /** Something has changed. */
  look(): void {
    this.#wake?.();
  }

  /** Sends SIGKILL to all processes of a tree in this tick. */
  killNow({ tree }: Prey): void {
    const kill = () => {
      for (const member of tree.untold('SIGKILL')) tree.tell(member, 'SIGKILL');
    };
    kill();
    lastTable ??= readTableNow();
    setImmediate(() => {
      lastTable = undefined;
    });
    findAll(lastTable, [tree]);
    kill();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#prey.size > 0) {
      const start = performance.now();
      try {
        await this.#round();
        // At the most half of the time goes into looks.
        await this.#pause(performance.now() - start);
      } catch {
        // Nothing can be told while no file can be opened, for example.
        await sleep(pollEvery);
      }
    }
    this.#isRunning = false;
  }

  async #round(): Promise<void> {
    // Those that are known get their signal before the look, which takes a while.
    await this.#tell([...this.#fresh]);
    const prey = [...this.#prey];
    for (const one of prey) this.#fresh.delete(one);
    // A process that could fork during the look might leave a child that the look does not see.
    const still = prey.filter(({ tree }) => !tree.hasKnown());
    findAll(
      await readTable(oldest(prey)),
      prey.map(({ tree }) => tree),
    );
    for (const one of still) {
      if (one.tree.size > 0 || !this.#prey.delete(one)) continue;
      this.#fresh.delete(one);
      one.onGone();
    }
    await this.#tell(prey);
  }

  async #tell(prey: Iterable<Prey>): Promise<void> {
    let sent = 0;
    for (const { tree, signal } of prey) {
      for (const member of tree.untold(signal)) {
        tree.tell(member, signal);
        sent++;
        if (sent % signalsPerTurn === 0) await nextTurn();
      }
    }
  }

  /** Waits until a tree seems to be gone, or one has to get a signal. */
  async #pause(least: number): Promise<void> {
    const until = performance.now() + least;
    for (;;) {
      if (this.#fresh.size > 0 || this.#prey.size === 0) return;
      if (performance.now() >= until && (await this.#isOneGone())) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollEvery);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
  }

  async #isOneGone(): Promise<boolean> {
    let seen = 0;
    for (const { tree } of this.#prey) {
      if (!tree.hasKnown()) return true;
      if (++seen % signalsPerTurn === 0) await nextTurn();
    }
    return false;
  }
}

/** One look serves for all that are killed in one tick. */
let lastTable: Table | undefined;

const oldest = (prey: readonly Prey[]) => Math.min(...prey.map(({ tree }) => Number(tree.leader.startTime)));

function findAll(table: Table, trees: readonly Tree[]): void {
  const byToken = new Map<string, Entry[]>();
  const byParent = new Map<number, Entry[]>();
  const bySession = new Map<number, Entry[]>();
  for (const entry of table.values()) {
    push(byParent, entry.parent, entry);
    push(bySession, entry.session, entry);
    for (const token of entry.tokens) push(byToken, token, entry);
  }
  const none: Entry[] = [];
  for (const tree of trees) {
    const kin: Kin = {
      withToken: byToken.get(tree.token) ?? none,
      children: (pid) => byParent.get(pid) ?? none,
      sessions: (pid) => bySession.get(pid) ?? none,
    };
    tree.find(table, kin);
  }
}

function push<K>(map: Map<K, Entry[]>, key: K, entry: Entry): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [entry]);
  else list.push(entry);
}

/** All registries of the process hunt together. */
export const hunt = new Hunt();
