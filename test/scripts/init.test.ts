import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyBelow } from '../../scripts/commands/apply.ts';
import { patchPackage } from '../../scripts/managers/patch-package.ts';
import { hangup, name, tree } from '../support/patching.ts';
import { complete, file, Project } from './init-project.ts';

describe('each package manager', () => {
  test.each([
    ['npm@10.9.9', ['postinstall', 'dependencies']],
    ['npm@11.21.2', ['postinstall', 'dependencies']],
    ['yarn@1.22.22', ['postinstall']],
  ])('%s: scripts, appended to those of the project', async (manager, events) => {
    const project = new Project(manager, { scripts: { postinstall: 'husky || true', test: 'true' } });
    const before = tree(project.dir);
    expect(await project.init()).toMatchObject({ state: 'written', exitCode: 0 });
    const { postinstall, test, ...others } = project.packageJson.scripts!;
    expect({ postinstall, test }).toEqual({ postinstall: '( husky || true ) && hangup apply', test: 'true' });
    expect(others).toEqual(events.includes('dependencies') ? { dependencies: 'hangup apply' } : {});
    await project.expectUndoable(before);
  });

  test.each([
    ['npm@12.2.0', 'npm', { postinstall: 'hangup verify', dependencies: 'hangup verify' }],
    ['bun@1.4.5', 'bun', { postinstall: 'hangup verify' }],
  ])('%s: a key, the file, and scripts that run hangup verify', async (manager, tool, scripts) => {
    const project = new Project(manager);
    const before = tree(project.dir);
    expect(await project.init()).toMatchObject({ state: 'written', delivery: 'patchedDependencies in package.json' });
    expect(project.packageJson).toMatchObject({ scripts, patchedDependencies: { [`${name}@3.5.1`]: file(tool) } });
    expect(project.read(file(tool))).toBe(complete('3.5.1'));
    await project.expectUndoable(before);
  });

  test('npm 12 knows an alias by its own name, Bun by the package', async () => {
    for (const [manager, key] of [
      ['npm@12.2.0', 'old@3.2.0'],
      ['bun@1.4.5', `${name}@3.2.0`],
    ] as const) {
      const project = new Project(manager);
      project.install('3.2.0', 'node_modules/old');
      await project.init();
      expect(Object.keys(project.packageJson.patchedDependencies!).sort()).toEqual([`${name}@3.5.1`, key].sort());
    }
  });

  test.each([
    ['pnpm@9.15.9', 'package.json'],
    ['pnpm@10.4.1', 'package.json'],
    ['pnpm@10.34.9', 'pnpm-workspace.yaml'],
    ['pnpm@11.28.11', 'pnpm-workspace.yaml'],
    ['pnpm@12.21.0', 'pnpm-workspace.yaml'],
  ])('%s reads %s', async (manager, place) => {
    const project = new Project(manager);
    const before = tree(project.dir);
    expect(await project.init()).toMatchObject({ state: 'written' });
    expect(project.read(place)).toContain(file('pnpm'));
    expect(project.packageJson.scripts).toBeUndefined();
    await project.expectUndoable(before);
  });

  test('pnpm 10 ignores the other file where package.json has patches', async () => {
    const project = new Project('pnpm@10.34.9', { pnpm: { patchedDependencies: { 'ws@8.0.0': 'ws.patch' } } });
    const before = tree(project.dir);
    await project.init();
    expect(project.packageJson.pnpm!.patchedDependencies).toEqual({
      'ws@8.0.0': 'ws.patch',
      [`${name}@3.5.1`]: file('pnpm'),
    });
    await project.expectUndoable(before);
  });

  test('Yarn 4: every range that yarn.lock has, and aliases by their names', async () => {
    const lock = `__metadata:\n  version: 10\n
"${name}@npm:3.5.1, ${name}@npm:^3.5.0":\n  version: 3.5.1\n  resolution: "${name}@npm:3.5.1"\n
"app@workspace:.":\n  version: 0.0.0-use.local\n  dependencies:\n    "${name}": "npm:3.5.1"\n    old: "npm:${name}@3.2.0"
  peerDependencies:\n    "${name}": ">=1"\n
"agent@npm:1.0.0":\n  version: 1.0.0\n  dependencies:\n    "${name}": "npm:^3.5.0"\n
"old@npm:${name}@3.2.0":\n  version: 3.2.0\n  resolution: "${name}@npm:3.2.0"\n`;
    const project = new Project('yarn@4.18.1', {}, { 'yarn.lock': lock });
    project.install('3.2.0', 'node_modules/old');
    const before = tree(project.dir);
    expect(await project.init()).toMatchObject({ state: 'written' });
    const to = (version: string) => `patch:${name}@npm%3A${version}#~/${file('yarn', version)}`;
    expect(project.packageJson.resolutions).toEqual({
      [`${name}@npm:3.5.1`]: to('3.5.1'),
      [`${name}@npm:^3.5.0`]: to('3.5.1'),
      old: to('3.2.0'),
    });
    expect(project.packageJson.scripts).toEqual({ postinstall: 'hangup verify' });
    await project.expectUndoable(before);
  });

  test.each([
    ['npm@11.21.2', 'patch-package', 'patches'],
    ['npm@12.2.0', 'npx patch-package --patch-dir ./fixes --error-on-fail', 'fixes'],
    ['yarn@1.22.22', 'patch-package && husky', 'patches'],
  ])('%s with "%s": the patch beside its others', async (manager, postinstall, folder) => {
    const project = new Project(manager, { scripts: { postinstall } }, { [`${folder}/ws+8.0.0.patch`]: '' });
    const before = tree(project.dir);
    expect(await project.init()).toMatchObject({ state: 'written', delivery: 'patch-package' });
    const path = `${folder}/${patchPackage.fileName(name, '3.5.1')}`;
    expect(project.read(path)).toBe(patchPackage.convert!(complete('3.5.1'), name));
    expect(project.packageJson.scripts).toEqual({ postinstall: `${postinstall} && hangup verify` });
    await project.expectUndoable(before);
  });

  test('patch-package cannot tell nested copies apart: the scripts instead', async () => {
    const project = new Project('npm@11.21.2', { scripts: { postinstall: 'patch-package' } });
    project.install('3.2.0', `node_modules/agent/node_modules/${name}`);
    await project.init();
    expect(project.packageJson.scripts!.postinstall).toBe('patch-package && hangup apply');
  });
});

describe('a later run', () => {
  test.each(['npm@12.2.0', 'pnpm@9.15.9', 'pnpm@12.21.0', 'bun@1.4.5'])('%s: the SDK was updated', async (manager) => {
    const project = new Project(manager);
    await project.init();
    project.install('4.2.0');
    expect(await project.init()).toMatchObject({ state: 'written' });
    const tool = manager.split('@')[0]!;
    const text = project.read('package.json') + (manager === 'pnpm@12.21.0' ? project.read('pnpm-workspace.yaml') : '');
    expect(text).toContain(file(tool, '4.2.0'));
    expect(text).not.toContain(file(tool, '3.5.1'));
    expect(project.patchFiles()).toEqual([file(tool, '4.2.0')]);
  });

  test('patch-package: the SDK was updated', async () => {
    const project = new Project('npm@11.21.2', { scripts: { postinstall: 'patch-package' } });
    await project.init();
    project.install('4.2.0');
    await project.init();
    expect(project.patchFiles()).toEqual([file('patch-package', '4.2.0')]);
  });

  test('hangup was updated: the file is written again', async () => {
    const project = new Project('bun@1.4.5');
    await project.init();
    const older = complete('3.5.1').replace('+/*! hangup 0.1.0', '+/*! hangup 0.0.1');
    project.write(file('bun'), older);
    expect(await project.init()).toMatchObject({ changes: [{ path: file('bun') }] });
    expect(project.read(file('bun'))).toBe(complete('3.5.1'));
  });

  test.each(['npm@12.2.0', 'pnpm@12.21.0', 'bun@1.4.5'])('%s: somebody has deleted patches/', async (manager) => {
    const project = new Project(manager);
    await project.init();
    const before = tree(project.dir);
    rmSync(join(project.dir, 'patches'), { recursive: true });
    expect(await project.init()).toMatchObject({ state: 'written' });
    expect(tree(project.dir)).toEqual(before);
  });

  test('npm was updated to 12: the key instead of the patching scripts', async () => {
    const project = new Project('npm@11.21.2');
    await project.init();
    expect(await project.init({ manager: 'npm@12.2.0' })).toMatchObject({ state: 'written' });
    expect(project.packageJson.scripts).toEqual({ postinstall: 'hangup verify', dependencies: 'hangup verify' });
    expect(Object.keys(project.packageJson.patchedDependencies!)).toEqual([`${name}@3.5.1`]);
  });

  test('a call that the user wrote is enough, and stays', async () => {
    const project = new Project('yarn@1.22.22', { scripts: { postinstall: 'npx hangup apply --json' } });
    expect(await project.init()).toMatchObject({ state: 'unchanged' });
    expect(await project.init({ remove: true })).toMatchObject({ state: 'unchanged' });
  });
});

describe('the line ends of patches', () => {
  const ours = '# hangup: git must not change the line ends of patches\n*.patch -text\n';

  test.each(['npm@12.2.0', 'pnpm@12.21.0', 'bun@1.4.5'])(
    '%s: .gitattributes beside the patch keeps git from changing them; --remove takes it out',
    async (manager) => {
      const project = new Project(manager);
      const before = tree(project.dir);
      await project.init();
      expect(project.read('patches/.gitattributes')).toBe(ours);
      await project.expectUndoable(before);
    },
  );

  test.each([
    ['* text=auto\n', `* text=auto\n${ours}`],
    ['*.patch -text\n', '*.patch -text\n'],
    ['*.patch linguist-generated -text\r\n', '*.patch linguist-generated -text\r\n'],
    ['*.patch binary', '*.patch binary'],
  ])('the project has %j already', async (present, expected) => {
    const project = new Project('bun@1.4.5', {}, { 'patches/.gitattributes': present });
    const before = tree(project.dir);
    await project.init();
    expect(project.read('patches/.gitattributes')).toBe(expected);
    await project.expectUndoable(before);
  });

  test('patch-package: in its own folder', async () => {
    const project = new Project('npm@11.21.2', { scripts: { postinstall: 'patch-package --patch-dir fixes' } });
    await project.init();
    expect(project.read('fixes/.gitattributes')).toBe(ours);
  });

  test('scripts alone need none', async () => {
    const project = new Project('npm@11.21.2');
    await project.init();
    expect(Object.keys(tree(project.dir)).filter((path) => path.includes('patches'))).toEqual([]);
  });

  test('a manager has applied a patch with CRLF: verify names the patch file, and init writes it again', async () => {
    const project = new Project('pnpm@10.34.9');
    await project.init();
    applyBelow(project.dir);
    const path = file('pnpm');
    const crlf = (path: string) => project.write(path, project.read(path).replaceAll('\n', '\r\n'));
    for (const one of [path, 'patches/.gitattributes', `node_modules/${name}/hangup/runtime.cjs`]) crlf(one);
    const verified = await hangup(['verify'], { cwd: project.dir });
    expect(verified.code).toBe(4);
    expect(verified.stderr).toContain(`"npx hangup init --yes", which writes ${path} again`);
    expect(verified.stderr).not.toContain('Nothing was changed');
    expect(await project.init()).toMatchObject({
      changes: [{ path }],
      // pnpm 10 and 11 take a patch with other line ends for the same patch, and leave the folder as it is.
      next: [`rm -r "node_modules/${name}"`, 'pnpm install', 'pnpm hangup verify'],
    });
    expect(project.read(path)).toBe(complete('3.5.1'));
  });
});
