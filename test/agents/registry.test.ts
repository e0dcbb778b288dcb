/** Agents as real processes: started, recorded, ready, ended. */
import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import type { Diagnostics } from '../../core/diagnostics.ts';
import { AgentRegistry, type AgentRegistryOptions, fileStore } from '../../lifecycle/agents/index.ts';
import { agentCommand, lives, newFolder, processesWith, sleeper, until } from './processes.ts';

function registry(options: AgentRegistryOptions, finished: (over: () => Promise<void>) => void): AgentRegistry {
  const made = new AgentRegistry({ store: fileStore(newFolder()), logger: false, ...options });
  finished(async () => void (await made.endAll(true)));
  return made;
}

describe.concurrent('an agent', () => {
  it('is recorded at once, ready when it says so, and gone when it was ended', async ({ expect, onTestFinished }) => {
    const folder = newFolder();
    const agents = registry({ store: fileStore(folder), host: 'here' }, onTestFinished);
    const agent = await agents.spawn('one', agentCommand('polite'), { labels: { user: 'Ada' } });
    const stored = await agents.store.get('one');
    expect(stored).toMatchObject({ id: 'one', host: 'here', pid: agent.pid, labels: { user: 'Ada' } });
    await agent.ready;
    expect(agent.state).toBe('ready');
    expect(lives(agent.pid)).toBe(true);
    expect(agents.list()).toEqual([agent.record]);
    const end = await agents.end('one');
    expect(end).toMatchObject({ id: 'one', result: 'exited', descendants: 0, survivors: [] });
    expect(lives(agent.pid)).toBe(false);
    expect(await agent.exited).toEqual({ code: 0, signal: null });
    // A machine that is busy may need longer than an end waits for its store.
    await until(async () => (await agents.store.ended('one')) === 'exited');
    expect(await agents.store.list()).toEqual([]);
    expect(agents.get('one')).toBeUndefined();
    expect(await agents.end('one')).toBe(end);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.ended$/)]);
  });

  it('is not among those that the store has missed while the store is told', async ({ expect, onTestFinished }) => {
    const store = fileStore(newFolder());
    const agents = registry({ store }, onTestFinished);
    await agents.spawn('one', sleeper(), { ready: false });
    await until(async () => (await store.get('one'))?.state === 'ready');
    let hasBeenTold = false;
    store.list = async () => [];
    // Longer than a look at all processes, shorter than the limit of an answer.
    store.put = async () => {
      await sleep(150);
      hasBeenTold = true;
      return 'stored';
    };
    expect(await agents.reconcile()).toEqual({ ended: [], forgotten: [], pending: [] });
    expect(hasBeenTold).toBe(true);
  });

  it('is not started with an invalid option, and its id stays free', async ({ expect, onTestFinished }) => {
    const agents = registry({}, onTestFinished);
    const invalid = [
      { signal: new AbortController() },
      { signal: null },
      { onLine: 'log' },
      { ready: true },
      { env: { A: 1 } },
    ];
    for (const options of invalid) {
      await expect(agents.spawn('one', sleeper(), options as never), JSON.stringify(options)).rejects.toThrow(
        TypeError,
      );
    }
    await agents.spawn('one', sleeper(), { ready: false });
    for (const host of ['', 5]) expect(() => new AgentRegistry({ host: host as string })).toThrow(TypeError);
  });

  it('is ready also when that stands in the middle of a line without an end', async ({ expect, onTestFinished }) => {
    const agents = registry({}, onTestFinished);
    const lines: string[] = [];
    const program = `process.stdout.write('x'.repeat(65_530) + 'Connected to y'); setInterval(() => {}, 1000)`;
    const agent = await agents.spawn('one', [process.execPath, '-e', program], { onLine: (line) => lines.push(line) });
    await agent.ready;
    await agents.end('one');
    await until(() => lines.join('').endsWith('Connected to y'));
    expect(lines.join('').length).toBe(65_544);
  });

  it('is not found while the store is away, which is logged once, and once more when it is back', async ({
    expect,
    onTestFinished,
  }) => {
    const store = fileStore(newFolder());
    const get = store.get.bind(store);
    let isAway = true;
    store.get = (id) => (isAway ? Promise.reject(new Error('away')) : get(id));
    const lines: string[] = [];
    const log = (_: object, line: string) => void lines.push(line);
    const agents = registry({ store, logger: { info: log, warn: log, error: log } }, onTestFinished);
    for (let round = 0; round < 3; round++) {
      await expect(agents.end('none')).rejects.toMatchObject({ code: 'ERR_AGENT_STORE' });
      await sleep(600);
    }
    expect(lines).toEqual([expect.stringContaining('does not answer')]);
    isAway = false;
    expect(await agents.end('none')).toBeUndefined();
    expect(lines).toEqual([expect.anything(), 'agents: the store knows everything again']);
  });

  it('tells each of its states on a channel', async ({ expect, onTestFinished }) => {
    const agents = registry({ host: 'here' }, onTestFinished);
    const states: string[] = [];
    const listen = (message: unknown) => {
      const { id, host, state } = message as Diagnostics['hangup.agent.state'];
      // Other tests run beside this one.
      if (id === 'told') states.push(`${host} ${state}`);
      expect(message).not.toHaveProperty('token');
    };
    subscribe('hangup.agent.state', listen);
    onTestFinished(() => void unsubscribe('hangup.agent.state', listen));
    await (await agents.spawn('told', agentCommand('polite'))).ready;
    await agents.end('told');
    expect(states).toEqual(['here starting', 'here ready', 'here ending']);
  });

  it.for([
    ['obeys', ['polite'], 'exited', 0],
    ['dies of SIGTERM', [], 'exited', 0],
    ['ignores SIGTERM', ['deaf'], 'killed', 0],
    ['is blocked', ['polite', 'blocked'], 'killed', 0],
    ['has a child', ['polite', 'child'], 'exited', 0],
    ['has a child in a session of its own', ['polite', 'setsid'], 'exited', 0],
    ['has a child without its environment', ['polite', 'bare'], 'exited', 0],
    ['has children that ignore SIGTERM', ['polite', 'child', 'setsid', 'stubborn'], 'exited', 2],
    ['has a child without its environment in a session of its own', ['polite', 'far'], 'exited', 0],
    ['has a child without its environment that ignores SIGTERM', ['polite', 'bare', 'stubborn'], 'exited', 1],
    ['ignores SIGTERM with its children', ['deaf', 'child', 'setsid', 'stubborn'], 'killed', 2],
  ] as const)('that %s is gone', async ([, faults, result, least], { expect, onTestFinished }) => {
    const agents = registry({ grace: 1500 }, onTestFinished);
    const mark = randomUUID();
    const agent = await agents.spawn('one', agentCommand(...faults), { env: { MARK: mark } });
    await agent.ready;
    // Its children need a moment to say which signals they ignore.
    await sleep(300);
    await until(() => processesWith(mark).length >= 1 + least);
    const end = await agents.end('one');
    expect(end).toMatchObject({ result, survivors: [] });
    expect(end!.descendants).toBeGreaterThanOrEqual(least);
    if (least === 0) expect(end!.descendants).toBe(0);
    expect(processesWith(mark)).toEqual([]);
    expect(lives(agent.pid)).toBe(false);
  });

  it('is ended by all of several calls, with one answer', async ({ expect, onTestFinished }) => {
    const agents = registry({}, onTestFinished);
    await agents.spawn('one', sleeper(), { ready: false });
    const [first, second] = await Promise.all([agents.end('one'), agents.end('one')]);
    expect(second).toBe(first);
    expect(first?.result).toBe('exited');
  });
});
