/** The embedded store when its process is killed, and when its disk is full. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fileStore } from '../../lifecycle/agents/index.ts';
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
