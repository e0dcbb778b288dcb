/** Agents and children that change while they run, so that less of them can be recognized. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { type Agent, AgentRegistry, fileStore } from '../../lifecycle/agents/index.ts';
import { lives, newFolder, processesWith, until } from './processes.ts';

const make = () => new AgentRegistry({ store: fileStore(newFolder()), host: 'a', grace: 500, logger: false });

/** A program of the shell. `$0` is a text by which its processes are found, also when they have no environment. */
const shell = (program: string, mark: string): string[] => ['sh', '-c', program, mark];
const loop = 'while :; do sleep 0.05; done';
const clean = `env -i PATH="$PATH"`;

/** It gets another program and an empty environment when it is asked to end. */
const changes = `trap 'exec ${clean} sh -c "${loop}" "$0"' TERM; ${loop}`;

async function start(agents: AgentRegistry, program: string, mark: string): Promise<Agent> {
  const agent = await agents.spawn('one', shell(`echo Connected to; ${program}`, mark));
  await agent.ready;
  return agent;
}

describe.concurrent('a process is ended with its agent', () => {
  it.for([
    ['that replaces itself and its environment at SIGTERM', changes],
    ['whose child does that', `sh -c '${changes.replaceAll("'", `'\\''`)}' "$0" & sleep 1000`],
    [
      'whose child in a session of its own does that',
      `setsid sh -c '${changes.replaceAll("'", `'\\''`)}' "$0" & sleep 1000`,
    ],
  ])('%s', async ([, program], { expect }) => {
    await using agents = make();
    const mark = randomUUID();
    await start(agents, program!, mark);
    await sleep(300);
    expect(await agents.end('one')).toMatchObject({ survivors: [] });
    expect(processesWith(mark)).toEqual([]);
  });

  it('that was seen before it threw its environment away', async ({ expect }) => {
    await using agents = make();
    const mark = randomUUID();
    await start(agents, `setsid sh -c 'sleep 0.7; exec ${clean} sh -c "${loop}" "$0"' "$0" & sleep 1000`, mark);
    await sleep(200);
    // It looks at all processes.
    await agents.reconcile();
    await sleep(1000);
    expect(processesWith(mark).length).toBeGreaterThan(1);
    expect(await agents.end('one')).toMatchObject({ survivors: [] });
    expect(processesWith(mark)).toEqual([]);
  });

  it('that has no environment, and whose agent has crashed', async ({ expect }) => {
    await using agents = make();
    const mark = randomUUID();
    const agent = await start(agents, `sleep 0.3; ${clean} sh -c '${loop}' "$0" & sleep 0.3; exit 3`, mark);
    await agent.gone;
    expect(processesWith(mark)).toEqual([]);
  });
});

const threads = `
import ctypes, threading, time
def work():
  while True: time.sleep(0.1)
threading.Thread(target=work).start()
print('Connected to', flush=True)
ctypes.CDLL(None).pthread_exit(None)
`;
const hasPython = spawnSync('python3', ['-c', 'import ctypes']).status === 0;
const reason = hasPython ? '' : ' (skipped: needs python3)';

it.skipIf(!hasPython)(`an agent whose first thread has ended is alive, and is ended${reason}`, async ({ expect }) => {
  await using agents = make();
  const agent = await agents.spawn('one', ['python3', '-c', threads]);
  await agent.ready;
  // The process looks like one that has exited.
  await until(() => !lives(agent.pid));
  const end = await agents.end('one');
  expect(end).toMatchObject({ result: 'exited', survivors: [] });
  await agent.exited;
  expect(() => process.kill(agent.pid, 0)).toThrow('ESRCH');
});
