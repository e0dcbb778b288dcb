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
  /** Those whose processes have to get another signal. */
  readonly #fresh = new Set<Prey>();
  #isRunning = false;
  #isTelling = false;
  /** A tree has come, or its signal has changed, since the last look. */
  #hasChanged = false;
  #wake: (() => void) | undefined;
  #sent = 0;

  /** Begins to end a tree, or goes on with another signal. */
  add(prey: Prey): void {
    this.#prey.add(prey);
    this.#fresh.add(prey);
    this.#hasChanged = true;
    this.#wake?.();
    // Those that are known get the signal at once.
    if (!this.#isTelling) void this.#tellFresh();
    if (!this.#isRunning) void this.#run();
  }

  async #tellFresh(): Promise<void> {
    this.#isTelling = true;
    for (const prey of this.#fresh) {
      this.#fresh.delete(prey);
      prey.tree.findChildren();
      // A process that cannot be told now is told after the next look.
      await this.#tell([prey]).catch(() => {});
    }
    this.#isTelling = false;
  }

  remove(prey: Prey): void {
    this.#prey.delete(prey);
    this.#fresh.delete(prey);
    this.#wake?.();
  }

  /** The process of an agent has exited. */
  wake(): void {
    this.#wake?.();
  }

  /** Sends SIGKILL to all processes of a tree in this tick. */
  killNow({ tree }: Prey): void {
    const kill = () => {
      for (const member of tree.untold('SIGKILL')) tree.tell(member, 'SIGKILL');
    };
    tree.findChildren();
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
      try {
        // Most agents are gone a moment after their signal: then one look is enough.
        if (this.#hasChanged) await this.#untilOneIsGone(pollEvery);
        const start = performance.now();
        await this.#look();
        await this.#pause(performance.now() - start);
      } catch {
        // Nothing can be told while no file can be opened, for example.
        await sleep(pollEvery);
      }
    }
    this.#isRunning = false;
  }

  /** Looks at all processes: it finds those that are not known yet, and the trees of which nothing is left. */
  async #look(): Promise<void> {
    this.#hasChanged = false;
    const prey = [...this.#prey];
    // A process that could fork during the look might leave a child that the look does not see.
    const still = await this.#withoutKnown(prey);
    findAll(
      await readTable(oldest(prey)),
      prey.map(({ tree }) => tree),
    );
    for (const one of still) {
      if (one.tree.size === 0 && this.#prey.delete(one)) one.onGone();
    }
    await this.#tell(prey);
  }

  async #tell(prey: Iterable<Prey>): Promise<void> {
    for (const { tree, signal } of prey) {
      for (const member of tree.untold(signal)) {
        tree.tell(member, signal);
        this.#sent++;
        if (this.#sent % signalsPerTurn === 0) await nextTurn();
      }
    }
  }

  /** Waits until another look is needed. At the most half of the time goes into looks. */
  async #pause(lookMs: number): Promise<void> {
    await sleep(lookMs);
    while (this.#prey.size > 0 && !this.#hasChanged) if (await this.#untilOneIsGone(pollEvery)) return;
  }

  /** @returns false when `ms` have gone by before, or something has changed */
  async #untilOneIsGone(ms: number): Promise<boolean> {
    const isGone = async () => (await this.#withoutKnown([...this.#prey])).length > 0;
    if (await isGone()) return true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return isGone();
  }

  /** Those of which no process that is known is left. */
  async #withoutKnown(prey: readonly Prey[]): Promise<Prey[]> {
    const found: Prey[] = [];
    for (const [index, one] of prey.entries()) {
      if (!one.tree.hasKnown()) found.push(one);
      if ((index + 1) % signalsPerTurn === 0) await nextTurn();
    }
    return found;
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
