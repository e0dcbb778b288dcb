import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { execa } from 'execa';
import fkill from 'fkill';
import treeKill from 'tree-kill';
import { AgentRegistry, fileStore } from '../lifecycle/agents/index.ts';
import type { Result } from './result.ts';
import { estimate } from './stats.ts';

const command = ['sleep', '1000'] as const;

/** Starts so many sleeping processes, and returns a function that ends them all. */
type Way = (count: number) => Promise<() => Promise<unknown>>;

/** Those of the peers outlive a bench that is interrupted. */
const all = new Set<ChildProcess>();
const folder = mkdtempSync(join(tmpdir(), 'hangup-bench-'));
process.once('exit', () => {
  for (const child of all) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function children(count: number): Promise<ChildProcess[]> {
  const started: ChildProcess[] = [];
  for (let index = 0; index < count; index++) {
    const child = spawn(command[0], command.slice(1), { detached: true, stdio: 'ignore' });
    await once(child, 'spawn');
    all.add(child);
    child.once('exit', () => all.delete(child));
    started.push(child);
  }
  return started;
}

const exits = (started: readonly ChildProcess[]) => Promise.all(started.map((child) => once(child, 'exit')));

const ways: Record<string, Way> = {
  hangup: async (count) => {
    const store = fileStore(mkdtempSync(join(folder, 'store-')));
    const registry = new AgentRegistry({ store, logger: false });
    const ids = Array.from({ length: count }, (_, index) => `agent-${index}`);
    await Promise.all(ids.map((id) => registry.spawn(id, command, { ready: false })));
    return () => registry.endAll();
  },
  'tree-kill': async (count) => {
    const started = await children(count);
    return () => {
      for (const { pid } of started) treeKill(pid!, 'SIGTERM');
      return exits(started);
    };
  },
  fkill: async (count) => {
    const started = await children(count);
    return () =>
      Promise.all([
        fkill(
          started.map(({ pid }) => pid!),
          { forceAfterTimeout: 2000 },
        ),
        exits(started),
      ]);
  },
  execa: async (count) => {
    const started = Array.from({ length: count }, () =>
      execa(command[0], command.slice(1), { reject: false, forceKillAfterDelay: 2000 }),
    );
    return () => {
      for (const one of started) one.kill();
      return Promise.all(started);
    };
  },
};

interface Measured {
  ms: number;
  /** The longest time for which the event loop stood still. */
  lag: number;
}

async function measure(way: Way, count: number): Promise<Measured> {
  const end = await way(count);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const start = performance.now();
  await end();
  const ms = performance.now() - start;
  delay.disable();
  return { ms, lag: delay.max / 1e6 };
}

/** Ends many agents that sleep, with hangup and with the peers. The target is that each of 1,000 takes little longer than each of 100. */
export async function* measureAgents(samples: number, quick: boolean): AsyncGenerator<Result> {
  const [few, many] = quick ? [10, 100] : [100, 1000];
  for (const [name, way] of Object.entries(ways)) {
    const measured: { few: Measured; many: Measured }[] = [];
    // The peers take up to a minute for one sample.
    for (let index = -1; index < (name === 'hangup' ? samples : 1); index++) {
      const pair = { few: await measure(way, few), many: await measure(way, many) };
      if (index >= 0) measured.push(pair);
    }
    const ms = (side: 'few' | 'many') => Math.round(estimate(measured.map((pair) => pair[side].ms)).median);
    yield {
      what: `${name}: end of ${many} agents, per agent, against ${few}`,
      value: estimate(measured.map((pair) => pair.many.ms / many / (pair.few.ms / few))),
      unit: 'x',
      ...(name === 'hangup' && { target: 1.5 }),
      detail: `${ms('few')} ms for ${few}, ${ms('many')} ms for ${many}`,
    };
    yield {
      what: `${name}: longest stop of the event loop, ${many} agents`,
      value: estimate(measured.map(({ many }) => many.lag)),
      unit: 'ms',
    };
  }
}
