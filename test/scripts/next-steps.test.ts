import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { applyBelow } from '../../scripts/commands/apply.ts';
import { diagnose } from '../../scripts/commands/doctor.ts';
import { hangup, name, newest, scratch } from '../support/patching.ts';
import { file, Project } from './init-project.ts';

// The tests may run in a script of npm, which names itself in this variable.
beforeEach(() => {
  vi.stubEnv('npm_config_user_agent', undefined);
  return () => void vi.unstubAllEnvs();
});

/** The words behind "run" in the last line of a command. */
async function nextOf(project: Project, ...args: string[]): Promise<string | undefined> {
  const { stdout } = await hangup(args, { cwd: project.dir });
  return /; run (.*)$/m.exec(stdout)?.[1];
}

/** The lockfile of a manager. Only hangup's part for Yarn reads the versions in it. */
function lockfileOf(manager: string, version: string): Record<string, string> {
  const [name] = manager.split('@');
  if (name === 'npm') return { 'package-lock.json': '{}' };
  if (name === 'pnpm') return { 'pnpm-lock.yaml': '' };
  if (name === 'bun') return { 'bun.lock': '' };
  const sdk = `"@cartesia/cartesia-js@npm:*":\n  version: ${version}\n`;
  return { 'yarn.lock': `${sdk}\n"app@workspace:.":\n  dependencies:\n    "@cartesia/cartesia-js": "npm:*"\n` };
}

describe('verify and doctor name the same commands', () => {
  test.each([
    ['npm@11.21.2', 'npx', ['npx hangup apply']],
    ['npm@12.2.0', 'npx', ['npx hangup apply', 'npm install']],
    ['pnpm@10.34.9', 'pnpm', ['pnpm hangup apply', 'pnpm install']],
    ['pnpm@12.21.0', 'pnpm', ['pnpm hangup apply', 'pnpm install']],
    ['yarn@4.18.1', 'yarn', ['yarn hangup apply', 'yarn install']],
    ['bun@1.4.5', 'bunx', ['bunx hangup apply', 'bun install']],
  ])('%s: before init, after apply --revert, after an update of the SDK', async (manager, exec, reverted) => {
    const project = new Project(manager, {}, lockfileOf(manager, '3.5.1'));
    const expectNext = async (commands: string[]) => {
      expect((await diagnose(project.dir)).next).toEqual(commands);
      const words = commands.map((command) => `"${command}"`).join(', then ');
      expect(await nextOf(project, 'verify')).toBe(words);
      expect(await nextOf(project, 'apply', '--check')).toBe(words);
    };
    await expectNext([`${exec} hangup init`]);
    await project.init();
    applyBelow(project.dir);
    expect(await diagnose(project.dir)).toMatchObject({ ok: true, next: [] });
    applyBelow(project.dir, { revert: true });
    await expectNext(reverted);
    project.install(newest);
    for (const [path, text] of Object.entries(lockfileOf(manager, newest))) project.write(path, text);
    const isByScripts = reverted.length === 1;
    await expectNext(isByScripts ? reverted : [`${exec} hangup init`]);
  });

  test('a project that cannot be set up: doctor says why', async () => {
    const manifest = { dependencies: {}, devDependencies: { hangup: '1.0.0' } };
    const project = new Project('yarn@1.22.22', manifest, { 'yarn.lock': '# yarn lockfile v1\n' });
    expect(await nextOf(project, 'verify')).toBe('"yarn hangup doctor"');
  });

  test('apply could not patch a copy in a store outside the project: only an install', async () => {
    const project = new Project('pnpm@12.21.0', {}, { 'pnpm-lock.yaml': '' });
    await project.init();
    const own = join(project.dir, 'node_modules', name);
    const slot = join(scratch(), 'links/slot/node_modules', name);
    mkdirSync(dirname(slot), { recursive: true });
    renameSync(own, slot);
    symlinkSync(slot, own, 'junction');
    expect(await diagnose(project.dir)).toMatchObject({
      error: { code: 'ERR_PATCH_SHARED' },
      next: ['pnpm install', 'pnpm hangup verify'],
    });
  });

  test('a folder without a lockfile may be a build output: only apply', async () => {
    const project = new Project('pnpm@12.21.0');
    expect(await nextOf(project, 'verify')).toBe('"npx hangup apply"');
  });

  test('from another folder', async () => {
    const project = new Project('pnpm@12.21.0', {}, { 'pnpm-lock.yaml': '', 'a/b.txt': '' });
    const { stdout } = await hangup(['verify', '--dir', '..'], { cwd: `${project.dir}/a` });
    expect(stdout).toContain('; run "pnpm hangup init" in ..\n');
  });
});

describe('npm 10 or 11 in a project for npm 12', () => {
  const lockfile = { 'package-lock.json': '{\n  "name": "x",\n  "lockfileVersion": 4\n}' };
  const asNpm = (version: string) => vi.stubEnv('npm_config_user_agent', `npm/${version} node/v22.22.0 linux x64`);

  test.each([
    ['the lockfile says so', undefined, lockfile],
    ['packageManager says so', 'npm@12.2.0', { 'package-lock.json': '{}' }],
  ])('%s: verify and doctor name the option for the older version', async (_, manager, files) => {
    const project = new Project(manager, {}, files);
    const expectNext = async () => {
      expect(await nextOf(project, 'verify')).toBe('"npx hangup init --manager npm@10.9.9", or install with npm 12');
      expect(await diagnose(project.dir)).toMatchObject({
        manager: { name: 'npm', mixed: { older: '10.9.9', newer: 12 } },
        install: { effect: expect.stringContaining('npm 10.9.9 does not read a patch for npm 12') },
        next: ['npx hangup init --manager npm@10.9.9'],
      });
    };
    asNpm('10.9.9');
    await expectNext();
    const { stdout } = await hangup(['init', '--dry-run'], { cwd: project.dir });
    expect(stdout).toContain('If that installs the project too, add --manager npm@10.9.9\n');
    await project.init();
    expect(project.patchFiles()).toEqual([file('npm')]);
    await expectNext();
    asNpm('12.2.0');
    expect((await diagnose(project.dir)).next).toEqual(['npx hangup apply', 'npm install']);
    // The lockfile of npm 12 holds the patch too, and "npm ci" would miss it in package.json.
    expect(await project.init({ manager: 'npm@10.9.9' })).toMatchObject({ next: ['npm install', 'npx hangup verify'] });
    applyBelow(project.dir);
    for (const version of ['10.9.9', '11.21.2', '12.2.0']) {
      asNpm(version);
      expect(await diagnose(project.dir)).toMatchObject({
        ok: true,
        setup: { toWrite: [] },
        install: { effect: expect.stringContaining('its script patches it') },
        next: [],
      });
    }
    expect(await project.init({ manager: 'npm@12.2.0' })).toMatchObject({ state: 'written' });
    expect(project.patchFiles()).toEqual([file('npm')]);
  });

  test.each(['npm/12.2.0', 'pnpm/9.15.9', 'yarn/1.22.22'])('%s mixes nothing', async (agent) => {
    vi.stubEnv('npm_config_user_agent', `${agent} npm/? node/v22.22.0`);
    const project = new Project(undefined, {}, lockfile);
    expect((await diagnose(project.dir)).manager).toEqual({
      name: 'npm',
      version: '12.0.0',
      from: 'the form of its lockfile',
    });
    const modern = new Project('pnpm@12.21.0', {}, { 'pnpm-lock.yaml': '' });
    expect((await diagnose(modern.dir)).manager).not.toHaveProperty('mixed');
  });
});
