import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyBelow } from '../../scripts/commands/apply.ts';
import { diagnose } from '../../scripts/commands/doctor.ts';
import { init } from '../../scripts/commands/init.ts';
import { hangup, identities, name, newest, project, scratch } from '../support/patching.ts';

function app(manifest: object = {}) {
  const made = project();
  const text = { packageManager: 'npm@11.21.2', dependencies: { hangup: '1.0.0', [name]: newest }, ...manifest };
  writeFileSync(join(made.dir, 'package.json'), JSON.stringify(text));
  return made;
}

test('from an installed SDK to a complete set-up: each step names the next one, and nothing is written', async () => {
  const { dir, sdk } = app();
  const before = identities(dir);
  expect(await diagnose(dir)).toMatchObject({
    ok: false,
    exitCode: 1,
    project: { root: dir, folders: [dir] },
    dependency: 'dependencies',
    manager: { name: 'npm', version: '11.21.2' },
    copies: [{ path: sdk, version: newest, state: 'pristine' }],
    setup: { delivery: 'scripts in package.json', toWrite: ['package.json'] },
    install: { command: 'npm ci', effect: expect.stringContaining('without the patch') },
    next: ['npx hangup init'],
  });
  expect(identities(dir)).toEqual(before);
  await init({ dir, mode: 'write', remove: false });
  expect(await diagnose(dir)).toMatchObject({
    ok: false,
    setup: { toWrite: [] },
    install: { effect: expect.stringContaining('its script patches it') },
    next: ['npx hangup apply'],
  });
  applyBelow(dir);
  expect(await diagnose(dir)).toMatchObject({ ok: true, exitCode: 0, next: [] });
});

test('a manager with patches of its own', async () => {
  const { dir } = app({ packageManager: 'pnpm@12.21.0' });
  expect(await diagnose(dir)).toMatchObject({ next: ['pnpm hangup init'] });
  await init({ dir, mode: 'write', remove: false });
  expect(await diagnose(dir)).toMatchObject({
    install: { command: 'pnpm install', effect: expect.stringContaining('patchedDependencies in pnpm-workspace.yaml') },
    next: ['pnpm hangup apply', 'pnpm install'],
  });
});

test('the load hook, other patches, and a set-up that is refused', async () => {
  const { dir } = app({
    dependencies: {},
    devDependencies: { hangup: '1.0.0' },
    scripts: { start: 'node --import hangup/register app.js' },
  });
  mkdirSync(join(dir, 'patches'));
  writeFileSync(join(dir, 'patches/ws+8.0.0.patch'), '--- a/x\n');
  expect(await diagnose(dir)).toMatchObject({
    dependency: 'devDependencies',
    hook: ['scripts.start of package.json'],
    otherPatches: ['patches/ws+8.0.0.patch'],
    error: {
      code: 'ERR_PATCH_CONFIG',
      message: expect.stringContaining('Run "npm install --save-prod hangup" in that folder'),
    },
    install: { effect: expect.stringContaining('not known') },
    next: [],
  });
});

test('no SDK; no project', async () => {
  const dir = scratch();
  expect(await diagnose(dir)).toMatchObject({ exitCode: 2, copies: [], error: { code: 'ERR_PATCH_USAGE' } });
  const write = (dependencies: object) =>
    writeFileSync(join(dir, 'package.json'), JSON.stringify({ packageManager: 'npm@11.21.2', dependencies }));
  write({ voice: `npm:${name}@${newest}` });
  expect(await diagnose(dir)).toMatchObject({ exitCode: 5, error: { code: 'ERR_PATCH_NO_SDK' }, next: ['npm ci'] });
  // An install would not bring it.
  write({ hangup: '1.0.0' });
  expect(await diagnose(dir)).toMatchObject({ exitCode: 5, error: { code: 'ERR_PATCH_NO_SDK' }, next: [] });
});

test('as text: a workspace of one package, and hangup where it must not be', async () => {
  const { dir } = app({ workspaces: ['web'], dependencies: {}, devDependencies: { hangup: '1.0.0' } });
  mkdirSync(join(dir, 'web'));
  writeFileSync(join(dir, 'web/package.json'), '{"name":"web"}');
  const { stdout } = await hangup(['doctor'], { cwd: dir });
  expect(stdout).toContain(`${dir}, a workspace of 1 package\n`);
  expect(stdout).toContain('run next       do what the error says\n');
});

test('a file that somebody changed: no command is named that would refuse it', async () => {
  const { dir, sdk } = app();
  await init({ dir, mode: 'write', remove: false });
  appendFileSync(join(sdk, 'client.js'), '// changed\n');
  expect(await diagnose(dir)).toMatchObject({ exitCode: 4, error: { code: 'ERR_PATCH_FOREIGN' }, next: [] });
});

test('on one screen', async () => {
  const { dir } = app();
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    version: string;
  };
  const { stdout, code } = await hangup(['doctor'], { cwd: dir });
  expect(code).toBe(1);
  expect(stdout.split('\n').length).toBeLessThan(24);
  for (const line of [
    `versions       hangup ${version}, Node ${process.versions.node}`,
    `project        ${dir}`,
    'manager        npm 11.21.2, known from packageManager',
    'hangup is in   dependencies',
    `SDK            node_modules/${name} ${newest} cjs+esm pristine, delivery: none`,
    'set-up         scripts in package.json, not complete: init would write package.json',
    'load hook      none',
    'other patches  none',
    'npm ci         installs the SDK without the patch',
    'run next       npx hangup init',
  ])
    expect(stdout).toContain(line);
});
