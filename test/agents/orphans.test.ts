/** The process of the registry dies: its agents die with it, or its successor ends them. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { AgentRegistry, fileStore } from '../../lifecycle/agents/index.ts';
import { Orchestrator, type OrchestratorOptions } from './orchestrator.ts';
import { agentCommand, newFolder, processesWith, until } from './processes.ts';

const host = 'a';
const optionsFor = (...agents: string[][]) => ({
  folder: newFolder(),
  host,
  mark: randomUUID(),
  agents: agents.map((faults, index) => ({ id: `agent-${index}`, command: agentCommand(...faults) })),
});

const successorOf = ({ folder }: { folder: string }, name = host) =>
  new AgentRegistry({ store: fileStore(folder), host: name, grace: 500, logger: false });

describe.concurrent('the process of the registry', () => {
  it('takes its agents along when it is killed, also those that are blocked', async ({ expect }) => {
    const options = optionsFor(['polite'], ['deaf'], ['deaf', 'blocked']);
    const app = await Orchestrator.start(options);
    expect(processesWith(options.mark).length).toBe(4);
    app.kill('SIGKILL');
    await until(() => processesWith(options.mark).length === 0);
    await using successor = successorOf(options);
    expect((await successor.reconcile()).ended.map(({ id, result }) => [id, result]).sort()).toEqual([
      ['agent-0', 'alreadyDead'],
      ['agent-1', 'alreadyDead'],
      ['agent-2', 'alreadyDead'],
    ]);
    await until(async () => (await successor.store.list()).length === 0);
  });

  it('has a successor that ends the grandchildren which are left', async ({ expect }) => {
    const options = optionsFor(['deaf', 'child', 'setsid', 'stubborn'], ['setsid']);
    const app = await Orchestrator.start(options);
    app.tell('end');
    await sleep(100);
    app.kill('SIGKILL');
    await app.exited;
    await sleep(200);
    expect(processesWith(options.mark).length).toBeGreaterThan(1);
    await using successor = successorOf(options);
    const { ended, forgotten } = await successor.reconcile();
    expect(ended.map(({ id }) => id)).toContain('agent-0');
    expect(forgotten).toEqual([]);
    expect(processesWith(options.mark)).toEqual([]);
    await until(async () => (await successor.store.list()).length === 0);
    expect((await successor.reconcile()).ended).toEqual([]);
  });

  it('has a successor that finds them without a record', async ({ expect }) => {
    const options = optionsFor(['setsid', 'stubborn']);
    const app = await Orchestrator.start(options);
    app.kill('SIGKILL');
    await app.exited;
    rmSync(options.folder, { recursive: true });
    await using successor = successorOf(options);
    expect((await successor.reconcile()).ended).toMatchObject([{ id: 'agent-0', result: 'killed' }]);
    expect(processesWith(options.mark)).toEqual([]);
  });

  it('has a successor that ends one of them at once when it is told to', async ({ expect }) => {
    const options = optionsFor(['setsid', 'stubborn']);
    const app = await Orchestrator.start(options);
    app.kill('SIGKILL');
    await app.exited;
    await using successor = successorOf(options);
    expect(await successor.end('agent-0', true)).toMatchObject({ id: 'agent-0', survivors: [] });
    expect(processesWith(options.mark)).toEqual([]);
  });

  it('keeps its agents when it lives, whoever else looks for orphans', async ({ expect }) => {
    const options = optionsFor(['polite']);
    const app = await Orchestrator.start(options);
    await using other = successorOf(options);
    expect(await other.reconcile()).toEqual({ ended: [], forgotten: [], pending: [] });
    await using stranger = successorOf(options, 'another host');
    expect(await stranger.reconcile()).toEqual({ ended: [], forgotten: [], pending: [] });
    expect(await stranger.end('agent-0')).toMatchObject({ result: 'notOurHost' });
    expect(processesWith(options.mark).length).toBe(2);
    expect(await other.end('agent-0')).toMatchObject({ result: 'exited' });
    await until(() => processesWith(options.mark).length === 1);
    app.kill('SIGKILL');
  });

  it.for(['exit', 'block'] as const)('kills them and their children at the last moment: %s', async (fault) => {
    const options: OrchestratorOptions = { ...optionsFor(['deaf', 'child', 'setsid', 'stubborn']), shutdown: true };
    const app = await Orchestrator.start(options);
    app.tell(fault);
    await app.exited;
    await until(() => processesWith(options.mark).length === 0);
  });

  it('ends them as a member of its shutdown', async ({ expect }) => {
    const options = { ...optionsFor(['polite'], ['setsid'], ['deaf']), shutdown: true, grace: 1500 };
    const app = await Orchestrator.start(options);
    app.kill('SIGTERM');
    const report = await app.report();
    await app.exited;
    const [resources] = report.members!;
    expect(resources!.members!.map(({ name }) => name)).toEqual(['agents']);
    const agents = resources!.members![0]!.members!;
    expect(agents.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['agent agent-0', 'graceful'],
      ['agent agent-1', 'graceful'],
      ['agent agent-2', 'forced'],
    ]);
    expect(report).toMatchObject({ exitCode: 1 });
    expect(processesWith(options.mark)).toEqual([]);
  });
});
