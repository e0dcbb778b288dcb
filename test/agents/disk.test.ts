/** The embedded store when its process is killed, when its disk is full, and when others have been at its folder. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type AgentRecord, fileStore } from '../../lifecycle/agents/index.ts';
import { isLong } from '../contract/played.ts';
import { runFolderVariable } from '../support/sdk.ts';
import { newFolder } from './processes.ts';

const program = (name: string) => fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url));
const environment = (FOLDER: string) => ({
  PATH: process.env.PATH,
  AGENTS: join(process.env[runFolderVariable]!, 'agents.mjs'),
  FOLDER,
});

/** Runs the writer until a random moment. @returns the last line that it has said of each id */
async function killedWriter(folder: string): Promise<Map<string, string>> {
  const writer = spawn(process.execPath, [program('writer')], {
    env: environment(folder),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(writer.stdout, 'data');
  await sleep(Math.random() * 100);
  writer.kill('SIGKILL');
  await once(writer, 'close');
  return new Map(
    output
      .trim()
      .split('\n')
      .map((line) => [line.split(' ')[1]!, line]),
  );
}

const moments = isLong ? 100 : 6;

it(`keeps what it has acknowledged when its process is killed at ${moments} random moments`, {
  timeout: 120_000,
}, async () => {
  for (let moment = 0; moment < moments; moment++) {
    const folder = newFolder();
    const said = await killedWriter(folder);
    const store = fileStore(folder);
    // All of them can be read: none is half written.
    const records = new Map((await store.list()).map((record) => [record.id, record]));
    for (const [id, line] of said) {
      const [what, , round] = line.split(' ');
      const record = records.get(id);
      if (what === 'put') {
        // A later write may have been done, and not been said; so may the removal after the ninth round.
        if (record === undefined) expect(Number(round) % 10).toBe(8);
        else expect(record.pid).toBeGreaterThanOrEqual(Number(round));
        expect(record?.labels?.text?.length ?? 20_000).toBe(20_000);
      } else if (what === 'removed' && record !== undefined) expect(record.pid % 10).toBe(0);
    }
  }
});

const nameOf = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 32);

const recordOf = (id: string): AgentRecord => ({
  ...{ id, host: 'a', boot: 'b', namespace: 'pid:[1]', pid: 1, startTime: '1' },
  ...{ token: `token-of-${id}`, state: 'ready', spawnedAt: 1 },
});
const plantRecord = (folder: string, changes: object) =>
  writeFileSync(join(folder, `${nameOf('one')}.json`), JSON.stringify({ ...recordOf('one'), token: 'x', ...changes }));

it.for([
  ['an empty file', (folder: string) => writeFileSync(join(folder, 'a.json'), '')],
  ['null', (folder: string) => writeFileSync(join(folder, 'a.json'), 'null')],
  ['half of a record', (folder: string) => writeFileSync(join(folder, 'a.json'), '{"id":"x"}')],
  ['a folder', (folder: string) => mkdirSync(join(folder, 'a.json'))],
  ['a link to itself', (folder: string) => symlinkSync('a.json', join(folder, 'a.json'))],
  ['a record that has lost its content', (folder: string) => writeFileSync(join(folder, `${nameOf('one')}.json`), '')],
  ['a record whose PID is a text', (folder: string) => plantRecord(folder, { pid: '1' })],
  ['a record without a known state', (folder: string) => plantRecord(folder, { state: 'gone' })],
  ['a mark that says nothing', (folder: string) => writeFileSync(join(folder, `${nameOf('one')}.ended`), 'null')],
] as const)('takes no harm from what else stands in its folder: %s', async ([, plant]) => {
  const folder = newFolder();
  const store = fileStore(folder);
  await store.put(recordOf('two'), 1000);
  plant(folder);
  expect(await store.list()).toEqual([recordOf('two')]);
  expect(await store.put(recordOf('one'), 1000)).toBe('stored');
  expect(await store.get('one')).toEqual(recordOf('one'));
  await store.remove('one', 'token-of-one', 'exited');
  expect(await store.ended('one')).toBe('exited');
  expect(await store.list()).toEqual([recordOf('two')]);
});

it('agents end, and nothing is rejected that nobody sees, while no file can be opened', () => {
  const command = `ulimit -n 40; exec '${process.execPath}' '${program('no-files')}'`;
  const output = execFileSync('bash', ['-c', command], { env: environment(newFolder()), encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual({
    looked: { ended: [], forgotten: [], pending: [] },
    results: ['alreadyDead', 'exited', 'ERR_AGENT_ENDED'],
  });
});

const inNamespace = ['--user', '--map-root-user', '--mount'];
const mount = (folder: string, command: string) => `mount -t tmpfs -o size=256k none '${folder}' && ${command}`;
const canMount = spawnSync('unshare', [...inNamespace, 'sh', '-c', mount(newFolder(), 'true')]).status === 0;
const reason = canMount ? '' : ' (skipped: needs the right to make a mount namespace)';

describe.skipIf(!canMount)(`on a full disk${reason}`, () => {
  it('agents end, nothing starts without a record, and records stay whole', () => {
    const folder = newFolder();
    const run = mount(folder, `exec '${process.execPath}' '${program('full-disk')}'`);
    const output = execFileSync('unshare', [...inNamespace, 'sh', '-c', run], {
      env: environment(folder),
      encoding: 'utf8',
    });
    expect(JSON.parse(output)).toEqual({
      refused: 'ERR_AGENT_STORE',
      result: 'exited',
      kept: true,
      names: [],
      pending: [],
      again: 'spawned',
      left: ['four', 'two'],
    });
  });
});
