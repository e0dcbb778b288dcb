import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { applyBelow } from '../../scripts/commands/apply.ts';
import { hangup, name, tree } from '../support/patching.ts';
import { file, Project } from './init-project.ts';

describe('hangup is not where the scripts need it', () => {
  test.each([
    ['npm@11.21.2', 'npm install --save-prod hangup'],
    ['npm@12.2.0', 'npm install --save-prod hangup'],
    ['bun@1.4.5', 'bun remove hangup && bun add hangup'],
    ['yarn@1.22.22', 'yarn remove hangup && yarn add hangup'],
  ])('%s: in devDependencies, and the message has the command', async (manager, command) => {
    const project = new Project(manager, { dependencies: {}, devDependencies: { hangup: '1.0.0' } });
    await project.expectRefused(1, 'ERR_PATCH_CONFIG', 'hangup is in "devDependencies"');
    await project.expectRefused(1, 'ERR_PATCH_CONFIG', `"${command}"`);
  });

  // hangup may come from no registry.
  test.each([
    ['npm@11.21.2', 'file:hangup-0.1.0.tgz', 'npm install --save-prod hangup@file:hangup-0.1.0.tgz'],
    ['yarn@1.22.22', './hangup-0.1.0.tgz', 'yarn remove hangup && yarn add hangup@./hangup-0.1.0.tgz'],
  ])('%s: in devDependencies as %s, and the command keeps that', async (manager, hangup, command) => {
    const project = new Project(manager, { dependencies: {}, devDependencies: { hangup } });
    await project.expectRefused(1, 'ERR_PATCH_CONFIG', `"${command}"`);
  });

  test.each(['git+ssh://git@host/a/hangup.git#v0.1.0', 'git@host:a/hangup.git'])(
    '%s is in the command too',
    async (hangup) => {
      const project = new Project('npm@11.21.2', { dependencies: {}, devDependencies: { hangup } });
      await project.expectRefused(1, 'ERR_PATCH_CONFIG', `"npm install --save-prod hangup@${hangup}"`);
    },
  );

  // A shell would split or change it, and an error must have no secret.
  test.each([
    'file:../my packages/hangup.tgz',
    'file:$HOME/hangup.tgz',
    'https://host/hangup.tgz?a=1&b=2',
    'github:a/hangup#semver:^0.1.0',
    'workspace:*',
    'git+https://a-secret@host/hangup.git',
    'git+https://git:a-secret@host/hangup.git',
  ])('%s is in no command', async (hangup) => {
    const project = new Project('npm@11.21.2', { dependencies: {}, devDependencies: { hangup } });
    const { error } = await project.init();
    expect(error!.message).toContain('Move it to "dependencies" and install, then run the command again');
    expect(error!.message).not.toContain(hangup);
  });

  test('a project that an earlier release has set up so', async () => {
    const project = new Project('npm@11.21.2', {
      dependencies: {},
      devDependencies: { hangup: '1.0.0' },
      scripts: { postinstall: 'hangup apply', dependencies: 'hangup apply' },
    });
    await project.expectRefused(1, 'ERR_PATCH_CONFIG', 'hangup is in "devDependencies"');
    expect(await project.init({ remove: true })).toMatchObject({ state: 'written' });
  });

  test('pnpm applies the patch without hangup', async () => {
    const project = new Project('pnpm@12.21.0', { dependencies: {}, devDependencies: { hangup: '1.0.0' } });
    expect(await project.init()).toMatchObject({ state: 'written' });
  });
});

describe('the files of the project', () => {
  test('a byte order mark in package.json stays', async () => {
    const project = new Project(undefined);
    const manifest = { packageManager: 'npm@12.2.0', dependencies: { hangup: '1.0.0' } };
    project.write('package.json', `\uFEFF${JSON.stringify(manifest)}`);
    const before = tree(project.dir);
    expect(await project.init()).toMatchObject({ state: 'written', manager: { name: 'npm' } });
    expect(project.read('package.json').startsWith('\uFEFF{"packageManager"')).toBe(true);
    await project.expectUndoable(before);
  });

  test('a byte order mark in pnpm-workspace.yaml stays', async () => {
    const project = new Project('pnpm@12.21.0', {}, { 'pnpm-workspace.yaml': '\uFEFFpackages:\n  - a\n' });
    const before = tree(project.dir);
    await project.init();
    expect(project.read('pnpm-workspace.yaml')).toMatch(/^\uFEFFpackages:/);
    await project.expectUndoable(before);
  });

  test.each(['echo hi;', 'exit 0', 'a || b'])(
    'a postinstall %j, to which nothing can just be appended',
    async (old) => {
      const project = new Project('npm@11.21.2', { scripts: { postinstall: old } });
      const before = tree(project.dir);
      await project.init();
      expect(project.packageJson.scripts!.postinstall).toBe(`( ${old} ) && hangup apply`);
      await project.expectUndoable(before);
    },
  );

  test('a postinstall that ends in a comment is refused, unless the user adds the command', async () => {
    const project = new Project('yarn@1.22.22', { scripts: { postinstall: 'husky # hooks' } });
    await project.expectRefused(1, 'ERR_PATCH_CONFIG', 'it ends in a comment');
    await project.expectRefused(1, 'ERR_PATCH_CONFIG', 'Add "hangup apply" to it as the last command');
  });

  test('the lines that a patch changes in the SDK are counted apart from those of hangup/', async () => {
    const { changes } = await new Project('bun@1.4.5').init({ mode: 'show' });
    const told = changes.find(({ path }) => path.endsWith('.patch'))!.diff.join();
    const [, all, own] = /\((\d+) lines: (\d+) change files of the SDK/.exec(told)!;
    expect(Number(all)).toBeGreaterThan(3000);
    expect(Number(own)).toBeLessThan(60);
  });
});

describe('the project and its manager', () => {
  test('a second run says when the SDK is not patched yet, and by which command it will be', async () => {
    const project = new Project('npm@11.21.2');
    await project.init();
    expect(await project.init()).toMatchObject({ state: 'unchanged', next: ['npx hangup apply'] });
    const { stdout } = await hangup(['init', '--yes'], { cwd: project.dir });
    expect(stdout).toContain('nothing to write; the SDK is not patched yet\nnext: npx hangup apply');
    applyBelow(project.dir);
    expect(await project.init()).toMatchObject({ state: 'unchanged', next: [] });
  });

  test('in a workspace: its root', async () => {
    const project = new Project(
      undefined,
      { workspaces: ['apps/*'] },
      {
        'package-lock.json': '{\n  "name": "x",\n  "lockfileVersion": 4\n}',
        'apps/a/package.json': '{}',
      },
    );
    expect(await project.init({ dir: join(project.dir, 'apps/a') })).toMatchObject({
      state: 'written',
      manager: { name: 'npm', version: '12.0.0' },
    });
    expect(project.packageJson.patchedDependencies).toBeDefined();
  });

  test('a project inside the project does not count', async () => {
    const project = new Project('npm@12.2.0', {}, { 'demo/package.json': '{}', 'demo/package-lock.json': '{}' });
    project.install('4.2.0', `demo/node_modules/${name}`);
    await project.init();
    expect(Object.keys(project.packageJson.patchedDependencies!)).toEqual([`${name}@3.5.1`]);
  });

  test.each([
    ['packageManager, with a hash', { packageManager: 'npm@11.21.2+sha512.abc' }, {}, 'npm', '11.21.2'],
    ['devEngines', { devEngines: { packageManager: { name: 'pnpm', version: '^11.2.0' } } }, {}, 'pnpm', '11.2.0'],
    ['the lockfile of Yarn 1', {}, { 'yarn.lock': '# yarn lockfile v1\n' }, 'yarn', '1.22.22'],
  ])('%s', async (_, manifest, files, manager, version) => {
    const project = new Project(undefined, manifest, files);
    expect(await project.init({ mode: 'show' })).toMatchObject({ manager: { name: manager, version } });
  });

  test('two lockfiles: the manager has to be named', async () => {
    const project = new Project(undefined, {}, { 'yarn.lock': '', 'pnpm-lock.yaml': '' });
    await project.expectRefused(2, 'ERR_PATCH_USAGE', 'pnpm-lock.yaml and yarn.lock');
    expect(await project.init({ manager: 'pnpm@11' })).toMatchObject({ state: 'written' });
  });

  test('the message names the manager of the project, and no version that somebody could copy', async () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('npm_config_user_agent', undefined);
    const locked = new Project(undefined, {}, { 'pnpm-lock.yaml': '' });
    await locked.expectRefused(2, 'ERR_PATCH_USAGE', 'Install pnpm, or name its version: --manager pnpm@<version>,');
    const bare = new Project(undefined);
    await bare.expectRefused(
      2,
      'ERR_PATCH_USAGE',
      'Install the packages first, or name the package manager: --manager <',
    );
    const both = new Project(undefined, {}, { 'package-lock.json': '', 'pnpm-lock.yaml': '' });
    await both.expectRefused(2, 'ERR_PATCH_USAGE', 'Remove the lockfiles that you do not use, or name');
    for (const manager of ['pnpm@next', 'cargo']) {
      const { error } = await locked.init({ manager });
      expect(error!.message).toMatch(/--manager (pnpm|<name>)@<version>/);
    }
  });
});

describe('nothing is written', () => {
  test('without a terminal and without --yes', async () => {
    const project = new Project('npm@11.21.2');
    const before = tree(project.dir);
    for (const [how, ...options] of [
      ['with --yes'],
      ['with --yes, and without --dry-run,', '--dry-run'],
      ['with --yes, and without --dry-run,', '--dry-run', '--yes'],
    ]) {
      const ran = await hangup(['init', ...options], { cwd: project.dir });
      expect(ran).toMatchObject({
        code: 1,
        stderr: `nothing was written; the same command ${how} writes these changes\n`,
      });
      expect(ran.stdout).toContain('+    "postinstall": "hangup apply"');
    }
    const { stdout, code } = await hangup(['init', '--json'], { cwd: project.dir });
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, exitCode: code, state: 'not written' });
    expect(tree(project.dir)).toEqual(before);
  });

  test.each([
    ['npm@12.2.0', { patchedDependencies: { [name]: 'mine.patch' } }],
    ['bun@1.4.5', { patchedDependencies: { [`${name}@3.5.1`]: 'mine.patch' } }],
    ['pnpm@9.15.9', { pnpm: { patchedDependencies: { [`${name}@^3`]: 'mine.patch' } } }],
    ['yarn@4.18.1', { resolutions: { [`agent/${name}`]: '4.2.0' } }],
  ])('%s: the project has a patch of its own for the package', async (manager, manifest) => {
    const lock = `"${name}@npm:3.5.1":\n  version: 3.5.1\n\n"a@workspace:.":\n  dependencies:\n    "${name}": "npm:3.5.1"\n`;
    const project = new Project(manager, manifest, { 'mine.patch': '--- a/x\n', 'yarn.lock': lock });
    await project.expectRefused(4, 'ERR_PATCH_FOREIGN', 'which hangup did not write');
    expect(await project.init({ remove: true })).toMatchObject({ state: 'unchanged' });
  });

  test.each([
    ['npm@12.2.0', { patchedDependencies: { [`${name}@3.5.1`]: 'patches/mine.patch' } }],
    ['bun@1.4.5', { patchedDependencies: { [`${name}@3.5.1`]: 'fixes/@cartesia%2Fcartesia-js@3.5.1.patch' } }],
    ['pnpm@9.15.9', { pnpm: { patchedDependencies: { [`${name}@3.5.1`]: 'mine.patch' } } }],
  ])('%s: the same, and the file of that patch is missing', async (manager, manifest) => {
    const project = new Project(manager, manifest);
    await project.expectRefused(4, 'ERR_PATCH_FOREIGN', 'which hangup did not write');
    expect(await project.init({ remove: true })).toMatchObject({ state: 'unchanged' });
  });

  test('patch-package has a patch for the package that hangup did not write', async () => {
    const path = 'patches/@cartesia+cartesia-js+3.5.0.patch';
    const project = new Project('npm@11.21.2', { scripts: { postinstall: 'patch-package' } }, { [path]: 'theirs' });
    await project.expectRefused(4, 'ERR_PATCH_FOREIGN', path);
  });

  test('the name of the patch file is taken', async () => {
    const project = new Project('bun@1.4.5', {}, { [file('bun')]: 'theirs' });
    await project.expectRefused(4, 'ERR_PATCH_FOREIGN', file('bun'));
  });

  test('hangup does not understand package.json or pnpm-workspace.yaml', async () => {
    const broken = new Project('npm@11.21.2');
    broken.write('package.json', '{ "name": "app", }');
    await broken.expectRefused(1, 'ERR_PATCH_CONFIG', 'package.json');
    const braces = new Project('pnpm@11.28.11', {}, { 'pnpm-workspace.yaml': 'patchedDependencies: { a: b } # c\n' });
    await braces.expectRefused(1, 'ERR_PATCH_CONFIG', 'pnpm-workspace.yaml');
  });

  test('the app does not depend on hangup', async () => {
    const project = new Project('npm@11.21.2', { dependencies: {} });
    await project.expectRefused(1, 'ERR_PATCH_CONFIG', 'does not depend on hangup');
  });

  test('a version without a patch, no SDK, an unknown manager or version of it', async () => {
    const project = new Project('npm@11.21.2');
    await project.expectRefused(2, 'ERR_PATCH_USAGE', 'pnpm 8.0.0 takes a patch', { manager: 'pnpm@8.0.0' });
    for (const manager of [
      'npm@6.14.18',
      'npm@99.0.0',
      'pnpm@99.0.0',
      'yarn@3.8.7',
      'yarn@9.0.0',
      'bun@1.3.14',
      'bun@2.0.0',
    ])
      await project.expectRefused(2, 'ERR_PATCH_USAGE', 'takes a patch', { manager });
    await project.expectRefused(1, 'ERR_PATCH_CONFIG', 'no yarn.lock', { manager: 'yarn@4.18.1' });
    await project.expectRefused(2, 'ERR_PATCH_USAGE', '"cargo"', { manager: 'cargo' });
    const manifest = JSON.parse(project.read(`node_modules/${name}/package.json`)) as object;
    project.write(`node_modules/${name}/package.json`, JSON.stringify({ ...manifest, version: '9.9.9' }));
    await project.expectRefused(3, 'ERR_PATCH_UNSUPPORTED', '9.9.9');
    project.write(`node_modules/${name}/package.json`, '{}');
    await project.expectRefused(5, 'ERR_PATCH_NO_SDK', name);
  });
});
