/** Files of /proc that cannot be read for a moment, as when a thread exits or no more files can be opened. */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { AgentError, AgentRegistry, fileStore } from '../../lifecycle/agents/index.ts';
import * as proc from '../../lifecycle/agents/processes/proc.ts';
import { Tree } from '../../lifecycle/agents/processes/tree.ts';
import { whyAlive } from '../../lifecycle/index.ts';
import { newFolder } from './processes.ts';

vi.mock('node:fs', { spy: true });
vi.mock('../../lifecycle/agents/processes/proc.ts', { spy: true });

const noFiles = () => Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });

afterEach(() => vi.resetAllMocks());

function sleeping(token: string): proc.Stat {
  const child = spawn('sleep', ['1000'], { detached: true, env: { PATH: process.env.PATH, HANGUP_AGENT: token } });
  return proc.statOf(child.pid!)!;
}

it('the children of a process are found though one of its threads has gone', () => {
  const { pid } = sleeping('none');
  const threads = readdirSync(`/proc/${process.pid}/task`);
  vi.mocked(readdirSync).mockReturnValueOnce(['999999999', ...threads] as never);
  const found = proc.childrenOf(process.pid).map((child) => child.pid);
  process.kill(pid, 'SIGKILL');
  expect(found).toContain(pid);
});

it('no child is taken from a process that cannot be told', () => {
  const stranger = sleeping('none');
  const tree = new Tree({ ...proc.statOf(process.pid)!, kinship: () => 'child' }, 'token');
  vi.mocked(proc.isRunning).mockImplementation(() => {
    throw noFiles();
  });
  vi.mocked(proc.childrenOf).mockReturnValue([stranger]);
  tree.findChildren();
  process.kill(stranger.pid, 'SIGKILL');
  expect(tree.size).toBe(1);
});

it('an end that cannot look at the recorded process rejects, leaves nothing alive, and can be asked again', async () => {
  const token = `scope.1.0.${randomUUID()}.one`;
  const { pid, startTime } = sleeping(token);
  const store = fileStore(newFolder());
  await store.put(
    { id: 'one', host: 'a', ...proc.here(), pid, startTime, token, state: 'ready', spawnedAt: Date.now() },
    1000,
  );
  await using agents = new AgentRegistry({ store, host: 'a', grace: 300, logger: false });
  vi.mocked(proc.statOf).mockImplementation(() => {
    throw noFiles();
  });
  const error: unknown = await agents.end('one').catch((failure: unknown) => failure);
  vi.mocked(proc.statOf).mockReset();
  expect(error).toBeInstanceOf(AgentError);
  expect(error).toMatchObject({ code: 'ERR_AGENT_STORE', cause: { code: 'EMFILE' } });
  expect(whyAlive()).not.toContain('agent one');
  expect(await agents.end('one')).toMatchObject({ result: 'exited' });
});
