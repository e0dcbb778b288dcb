import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPatch } from '../../patching/complete-patch.ts';
import { applyBelow } from '../../scripts/commands/apply.ts';
import { type InitOptions, init } from '../../scripts/commands/init.ts';
import { forms } from '../../scripts/managers/index.ts';
import { patchPackage } from '../../scripts/managers/patch-package.ts';
import { hangup, install, name, patchSet, scratch, tree } from '../support/patching.ts';

const complete = (version: string) => readPatch(patchSet, version);

interface PackageJson {
  scripts?: Record<string, string>;
  patchedDependencies?: Record<string, string>;
  pnpm?: { patchedDependencies?: Record<string, string> };
  resolutions?: Record<string, string>;
}

/** A project after an install, with some files of its own. */
class Project {
  readonly dir = scratch();

  constructor(manager: string | undefined, manifest: object = {}, files: Record<string, string> = {}) {
    const text = { packageManager: manager, dependencies: { hangup: '1.0.0', [name]: '3.5.1' }, ...manifest };
    this.write('package.json', `${JSON.stringify(text, null, 2)}\n`);
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    this.install('3.5.1');
  }

  install(version: string, path = `node_modules/${name}`): void {
    install(join(this.dir, path), version);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.dir, path)), { recursive: true });
    writeFileSync(join(this.dir, path), text);
  }

  read = (path: string) => readFileSync(join(this.dir, path), 'utf8');

  get packageJson(): PackageJson {
    return JSON.parse(this.read('package.json')) as PackageJson;
  }

  patchFiles = () => Object.keys(tree(this.dir)).filter((path) => /^patches\/.*\.patch$/.test(path));

  init = (options: Partial<InitOptions> = {}) => init({ dir: this.dir, mode: 'write', remove: false, ...options });

  /** Expects that a second run changes nothing, and that `--remove` restores the files of before. */
  async expectUndoable(before: Record<string, string>): Promise<void> {
    const after = tree(this.dir);
    expect(await this.init()).toMatchObject({ ok: true, exitCode: 0, state: 'unchanged', changes: [] });
    expect(tree(this.dir)).toEqual(after);
    expect(await this.init({ remove: true })).toMatchObject({ ok: true, state: 'written' });
    expect(tree(this.dir)).toEqual(before);
  }

  /** Expects a run that fails and writes nothing. */
  async expectRefused(exitCode: number, code: string, message: string, options: Partial<InitOptions> = {}) {
    const before = tree(this.dir);
    const result = await this.init(options);
    expect(result).toMatchObject({ ok: false, exitCode, state: 'not written', error: { code } });
    expect(result.error!.message).toContain(message);
    expect(tree(this.dir)).toEqual(before);
  }
}

const fileName = (tool: string, version: string) => forms.find((form) => form.name === tool)!.fileName(name, version);
const file = (tool: string, version = '3.5.1') => `patches/${fileName(tool, version)}`;

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
    expect(await project.init()).toMatchObject({ changes: [{ path }] });
    expect(project.read(path)).toBe(complete('3.5.1'));
  });
});

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
});

describe('nothing is written', () => {
  test('without a terminal and without --yes', async () => {
    const project = new Project('npm@11.21.2');
    const before = tree(project.dir);
    for (const args of [['init'], ['init', '--dry-run'], ['init', '--dry-run', '--yes']]) {
      const ran = await hangup(args, { cwd: project.dir });
      expect(ran).toMatchObject({
        code: 1,
        stderr: 'nothing was written; the same command with --yes, and without --dry-run, writes these changes\n',
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
    for (const manager of ['npm@6.14.18', 'npm@99.0.0', 'pnpm@99.0.0', 'yarn@3.8.7', 'yarn@9.0.0', 'bun@2.0.0'])
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
