/** No process is touched that is not the recorded one. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, it, vi } from 'vitest';
import { type AgentRecord, AgentRegistry, fileStore } from '../../lifecycle/agents/index.ts';
import { Tree } from '../../lifecycle/agents/processes/tree.ts';
import { runFolderVariable } from '../support/sdk.ts';
import { lives, newFolder, until } from './processes.ts';

const innocents: ChildProcess[] = [];
afterEach(() => {
  for (const child of innocents.splice(0)) child.kill('SIGKILL');
});

function innocent(env: Record<string, string> = {}): number {
  const child = spawn('sleep', ['1000'], { env: { PATH: process.env.PATH, ...env }, detached: true });
  innocents.push(child);
  return child.pid!;
}

const startTimeOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ')[19]!;

/** The record of an agent whose registry is gone. */
const recordOf = (pid: number, changes: Partial<AgentRecord> = {}): AgentRecord => ({
  id: 'one',
  host: 'a',
  boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  namespace: readlinkSync('/proc/self/ns/pid'),
  pid,
  startTime: startTimeOf(pid),
  token: `scope.1.0.${randomUUID()}.one`,
  state: 'ready',
  spawnedAt: Date.now(),
  ...changes,
});

async function end(record: AgentRecord) {
  const store = fileStore(newFolder());
  await store.put(record, 1000);
  await using agents = new AgentRegistry({ store, host: 'a', grace: 300, logger: false });
  return { answer: await agents.end('one'), left: await store.list() };
}

describe('a process', () => {
  it('is ended when all of its identity is that of the record', async ({ expect }) => {
    const token = `scope.1.0.${randomUUID()}.one`;
    const pid = innocent({ HANGUP_AGENT: token });
    const { answer, left } = await end(recordOf(pid, { token }));
    expect({ answer, left }).toMatchObject({ answer: { result: 'exited' }, left: [] });
    expect(lives(pid)).toBe(false);
  });

  it('is not touched when it started at another time', async ({ expect }) => {
    const token = `scope.1.0.${randomUUID()}.one`;
    const pid = innocent({ HANGUP_AGENT: `another-${token}` });
    const { answer, left } = await end(recordOf(pid, { token, startTime: '17' }));
    expect({ answer, left }).toMatchObject({ answer: { result: 'pidReused' }, left: [] });
    expect(lives(pid)).toBe(true);
  });

  it('is not touched when it started in the same moment, but has another token or none', async ({ expect }) => {
    for (const env of [{}, { HANGUP_AGENT: `scope.1.0.${randomUUID()}.one` }]) {
      const pid = innocent(env);
      const { answer, left } = await end(recordOf(pid));
      expect({ answer, left }).toMatchObject({ answer: { result: 'pidReused' }, left: [] });
      expect(lives(pid)).toBe(true);
    }
  });

  it.for([{ boot: 'another' }, { namespace: 'pid:[17]' }, { host: 'b' }])(
    'is not touched when the record is of another machine or container: %o',
    async (changes, { expect }) => {
      const token = `scope.1.0.${randomUUID()}.one`;
      const pid = innocent({ HANGUP_AGENT: token });
      const { answer } = await end(recordOf(pid, { token, ...changes }));
      expect(answer).toMatchObject({ result: 'notOurHost' });
      expect(lives(pid)).toBe(true);
    },
  );

  it('is not touched when its agent has started the process of this registry', async ({ expect, onTestFinished }) => {
    const token = `scope.1.0.${randomUUID()}.one`;
    const pid = innocent({ HANGUP_AGENT: token });
    const store = fileStore(newFolder());
    await store.put(recordOf(pid, { token }), 1000);
    vi.stubEnv('HANGUP_AGENT', token);
    onTestFinished(() => void vi.unstubAllEnvs());
    await using agents = new AgentRegistry({ store, host: 'a', grace: 300, logger: false });
    expect((await agents.reconcile()).ended).toEqual([]);
    expect(lives(pid)).toBe(true);
  });

  it('that has exited counts as dead', async ({ expect }) => {
    const pid = innocent();
    const record = recordOf(pid);
    process.kill(pid, 'SIGKILL');
    await until(() => !lives(pid));
    expect(await end(record)).toMatchObject({ answer: { result: 'alreadyDead' }, left: [] });
  });
});

it('a child without a token gets a signal only when it started at the time that is known', async ({ expect }) => {
  const leader = { pid: process.pid, startTime: startTimeOf(process.pid), kinship: () => 'child' as const };
  const tell = (pid: number, startTime: string) => {
    const entry = { state: 'S', parent: 0, session: 0, threads: 1, tokens: [] };
    const table = new Map([leader, { pid, startTime }].map((process) => [process.pid, { ...entry, ...process }]));
    const children = (parent: number) => (parent === process.pid ? [table.get(pid)!] : []);
    const tree = new Tree(leader, 'a token');
    tree.find(table, { withToken: [], children, sessions: () => [] });
    for (const member of tree.untold('SIGKILL')) if (member.pid === pid) tree.tell(member, 'SIGKILL');
  };
  const pid = innocent();
  tell(pid, '17');
  // A signal takes a moment.
  await sleep(200);
  expect(lives(pid)).toBe(true);
  tell(pid, startTimeOf(pid));
  await until(() => !lives(pid));
});

const unshare = ['--pid', '--fork', '--mount-proc', '--kill-child'];
const canUnshare = process.platform === 'linux' && spawnSync('unshare', [...unshare, 'true']).status === 0;
const reason = canUnshare ? '' : ' (skipped: needs the right to make a PID namespace)';

it.skipIf(!canUnshare)(`a process that has got the PID of an agent lives on${reason}`, ({ expect }) => {
  const file = fileURLToPath(new URL('programs/reuse.mjs', import.meta.url));
  const env = { PATH: process.env.PATH, AGENTS: join(process.env[runFolderVariable]!, 'agents.mjs') };
  const output = execFileSync('unshare', [...unshare, process.execPath, file], { env, encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual({ reused: 10, answers: Array(10).fill('pidReused'), alive: 10 });
});
