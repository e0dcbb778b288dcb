/** A service that somebody else starts and stops: a terminal, npm, tsx, `node --watch`, cluster, PM2. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { isLong } from '../contract/played.ts';
import { root, runFolderVariable } from '../support/sdk.ts';
import { type Faults, startService } from './service.ts';

const run = process.env[runFolderVariable]!;
const program = (name: string) => fileURLToPath(new URL(`programs/${name}`, import.meta.url));

/** The folder of the service. */
const app = join(run, 'app');

/** How each starts the service. */
const starts: Record<string, { node?: string; args: string[] }> = {
  'node --watch': { args: ['--watch'] },
  tsx: { node: join(root, 'node_modules/.bin/tsx'), args: [] },
  'node --import tsx': { args: ['--import', 'tsx'] },
  'npm run': { node: 'npm', args: ['--prefix', app, 'run', '--silent', 'start', '--'] },
};
mkdirSync(app, { recursive: true });
// `node --watch` starts a program again when one of its files gets another link, and other tests link files of node_modules.
cpSync(program('service.mjs'), join(app, 'service.mjs'));
cpSync(join(root, 'node_modules/ws'), join(app, 'node_modules/ws'), { recursive: true });
// Without `exec`, SIGTERM ends npm and the shell, and never comes to Node.
writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true, scripts: { start: 'exec node' } }));

describe.runIf(isLong).concurrent('started by another program', { timeout: 60_000 }, () => {
  for (const [name, options] of Object.entries(starts)) {
    const start = (faults: Faults) => startService(faults, 3, { ...options, isJob: true }, join(app, 'service.mjs'));
    /** npm ends by the signal that it has heard. */
    const exits = (code: number, signal: NodeJS.Signals) => (name === 'npm run' ? [code, signal] : [code]);

    it.for(['SIGINT', 'SIGTERM'] as const)(
      `${name}: ends politely on %s to all processes`,
      async (signal, { expect }) => {
        const service = await start({ cleanup: 200 });
        service.program.killJob(signal);
        const { code, signal: own, codes, report } = await service.over();
        expect({ codes, report }).toMatchObject({ codes: { 1001: 3 }, report: { outcome: 'graceful', exitCode: 0 } });
        expect(exits(0, signal)).toContain(own ?? code);
      },
    );

    it(`${name}: ends politely on SIGTERM, which only that program hears`, async ({ expect }) => {
      const service = await start({ cleanup: 200 });
      const { code, signal, codes, report } = await service.kill('SIGTERM').over();
      expect({ codes, report }).toMatchObject({ codes: { 1001: 3 }, report: { outcome: 'graceful', exitCode: 0 } });
      expect(exits(0, 'SIGTERM')).toContain(signal ?? code);
    });

    it(`${name}: is forced by a second Ctrl+C`, async ({ expect }) => {
      const service = await start({ stuck: 3 });
      service.program.killJob('SIGINT');
      await sleep(500);
      service.program.killJob('SIGINT');
      const { code, signal, codes, report } = await service.over();
      expect({ codes, report }).toMatchObject({ codes: { 1001: 3 }, report: { outcome: 'forced', exitCode: 130 } });
      expect(exits(130, 'SIGINT')).toContain(signal ?? code);
    });
  }
});

describe.concurrent('as a worker of cluster', { timeout: 60_000 }, () => {
  const start = async () => {
    const service = await startService({ cleanup: 200 }, 4, { isJob: true }, program('cluster.mjs'));
    // A worker that has not come so far cannot end politely.
    await service.program.says(/listening.*listening/s);
    return service;
  };
  it('ends politely when the primary is told to', async ({ expect }) => {
    const { code, codes } = await (await start()).kill('SIGTERM').over();
    expect({ code, codes }).toEqual({ code: 0, codes: { 1001: 4 } });
  });

  it('ends politely on Ctrl+C, which all processes hear', async ({ expect }) => {
    const service = await start();
    service.program.killJob('SIGINT');
    const { code, codes } = await service.over();
    expect({ code, codes }).toEqual({ code: 0, codes: { 1001: 4 } });
  });
});

it('ends on the message of PM2', { timeout: 60_000 }, async ({ expect }) => {
  const service = await startService({}, 3, { hasChannel: true });
  service.program.send('shutdown');
  const { code, codes, report } = await service.over();
  expect({ code, codes, cause: report?.cause }).toEqual({ code: 0, codes: { 1001: 3 }, cause: 'pm2' });
});

describe.concurrent('at a terminal that hangs up', { timeout: 60_000 }, () => {
  it.for([0, 3])('ends, also when %i sessions are stuck', async (stuck, { expect, skip }) => {
    // It comes with every Debian, and gives its program a terminal.
    if (spawnSync('script', ['--version']).status !== 0) skip('script of util-linux is missing');
    const exitFile = join(run, `exit-${process.pid}-${stuck}`);
    const command = `'${process.execPath}' '${program('terminal.mjs')}' '${program('service.mjs')}'`;
    const options = {
      node: 'script',
      args: ['--quiet', '--flush', '--command', command],
      env: { EXIT_FILE: exitFile },
    };
    const service = await startService({ stuck, terminal: true }, 3, options, '/dev/null');
    // The terminal is gone with the process that has made it.
    const { codes } = await service.kill('SIGKILL').over();
    while (!existsSync(exitFile)) await sleep(20);
    const { code, signal } = JSON.parse(readFileSync(exitFile, 'utf8'));
    expect(codes).toEqual({ 1001: 3 });
    const right = stuck === 0 ? 0 : 1;
    expect(signal ?? code).toBe(process.versions.node.startsWith('20.') ? 'SIGHUP' : right);
  });
});
