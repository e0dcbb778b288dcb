import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findProject } from '../../scripts/managers/project.ts';
import { verify } from '../../scripts/verify.ts';
import { hangup, identities, install, name, newest, outcomeOf, scratch, unlike } from '../support/patching.ts';

function put(file: string, content: object | string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

/** A folder of two projects that have nothing to do with each other. */
function twoProjects() {
  const dir = scratch();
  const sdks = ['p1', 'p2'].map((folder) => {
    put(join(dir, folder, 'package.json'), { name: folder });
    return install(join(dir, folder, 'node_modules', name));
  });
  return { dir, sdks };
}

const paths = (run: { stdout: string }) => outcomeOf(run as never).copies.map(({ path }) => path);

describe.concurrent('a folder of projects', { timeout: 60_000 }, () => {
  test.each([['apply'], ['apply', '--revert'], ['verify']])('%j %j: refused, nothing changed', async (...command) => {
    const { dir } = twoProjects();
    const before = identities(dir);
    const run = await hangup([...command, '--json'], { cwd: dir });
    expect(run.code).toBe(2);
    expect(outcomeOf(run).error).toMatchObject({
      code: 'ERR_PATCH_USAGE',
      message: expect.stringMatching(/is not a project: it has no package.json.*--dir/),
    });
    expect(identities(dir)).toEqual(before);
  });

  test('--recursive patches, verifies and reverts all of them', async () => {
    const { dir, sdks } = twoProjects();
    for (const command of [['apply'], ['verify'], ['apply', '--revert']]) {
      const run = await hangup([...command, '--recursive', '--json'], { cwd: dir });
      expect(run).toMatchObject({ code: 0, stderr: '' });
      expect(paths(run)).toEqual(sdks);
    }
    expect(await verify({ dir, recursive: true })).toMatchObject({ exitCode: 1, copies: [{}, {}] });
  });

  test('inside one of them: only that one; another project in it stays as it is', async () => {
    const { dir, sdks } = twoProjects();
    put(join(dir, 'p1/fixtures/other/package.json'), { name: 'other' });
    const inner = install(join(dir, 'p1/fixtures/other/node_modules', name));
    const run = await hangup(['apply', '--json'], { cwd: join(dir, 'p1') });
    expect(run.code).toBe(0);
    expect(paths(run)).toEqual([sdks[0]]);
    expect(unlike(inner, newest, 'pre')).toEqual([]);
    expect(unlike(sdks[1]!, newest, 'pre')).toEqual([]);
  });

  test('a project without the SDK, in which others have it: the message names one and both ways to reach it', async () => {
    const { dir, sdks } = twoProjects();
    put(join(dir, 'package.json'), {});
    const run = await hangup(['apply'], { cwd: dir });
    expect(run.code).toBe(5);
    expect(run.stderr).toContain(sdks[0]);
    expect(run.stderr).toMatch(/--dir.*--recursive/);
  });

  test('in a folder of a project that has no package.json, the message names the project', async () => {
    const { dir } = twoProjects();
    mkdirSync(join(dir, 'p1/src'));
    for (const command of ['apply', 'verify', 'init']) {
      const run = await hangup([command], { cwd: join(dir, 'p1/src') });
      expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining(`above it is ${join(dir, 'p1')}:`) });
    }
  });

  test('installed packages without the package.json of the app, as in an image', async () => {
    const dir = scratch();
    const sdk = install(join(dir, 'node_modules', name));
    expect(paths(await hangup(['apply', '--json'], { cwd: dir }))).toEqual([sdk]);
  });
});

describe.concurrent('a package of a workspace', { timeout: 60_000 }, () => {
  function workspace(lockfile?: string) {
    const dir = scratch();
    put(join(dir, 'package.json'), { workspaces: ['packages/*'] });
    if (lockfile) put(join(dir, lockfile), '');
    for (const one of ['api', 'web']) {
      put(join(dir, 'packages', one, 'package.json'), { name: one });
      mkdirSync(join(dir, 'node_modules'), { recursive: true });
      symlinkSync(join(dir, 'packages', one), join(dir, 'node_modules', one));
    }
    return { dir, sdk: install(join(dir, 'node_modules', name)), api: join(dir, 'packages/api') };
  }

  test.each(['package-lock.json', 'yarn.lock', undefined])(
    'the SDK is hoisted (lockfile: %s): found from the package, by the command and by verify()',
    async (lockfile) => {
      const { dir, sdk, api } = workspace(lockfile);
      const applied = await hangup(['apply', '--json'], { cwd: api });
      expect(outcomeOf(applied)).toMatchObject({ ok: true, root: dir, copies: [{ path: sdk, action: 'patched' }] });
      expect(await hangup(['verify', '--dir', api])).toMatchObject({ code: 0 });
      expect(await verify({ dir: api })).toMatchObject({ ok: true, copies: [{ path: sdk }] });
      expect(paths(await hangup(['apply', '--revert', '--json'], { cwd: api }))).toEqual([sdk]);
    },
  );

  test('the copy that Node resolves lies above a project that is no workspace', async () => {
    const { dir, sdk } = workspace();
    put(join(dir, 'tools/lint/package.json'), {});
    install(join(dir, 'node_modules/old'), '3.1.0');
    const run = await hangup(['apply', '--json'], { cwd: join(dir, 'tools/lint') });
    expect(paths(run)).toEqual([sdk]);
  });

  test('no copy anywhere above either: exit 5', async () => {
    const dir = scratch();
    put(join(dir, 'a/package.json'), {});
    expect(await hangup(['verify', '--dir', join(dir, 'a')])).toMatchObject({ code: 5 });
  });

  test('build outputs are not part of the project; --recursive or --dir reaches them', async () => {
    const { dir, sdk } = workspace();
    const output = join(dir, 'packages/web/.next/standalone');
    put(join(output, 'package.json'), {});
    const built = install(join(output, 'node_modules', name));
    put(join(built, 'internal/lib/tts/ws.js'), '// made by a bundler');
    expect(paths(await hangup(['apply', '--json'], { cwd: dir }))).toEqual([sdk]);
    expect(await hangup(['apply', '--recursive'], { cwd: dir })).toMatchObject({ code: 4 });
    expect(await hangup(['verify', '--dir', output])).toMatchObject({ code: 4 });
  });
});

describe('the patterns of a workspace', () => {
  function folders(manifest: object, files: Record<string, string>, packages: readonly string[]): string[] {
    const dir = scratch();
    put(join(dir, 'package.json'), manifest);
    for (const [path, text] of Object.entries(files)) put(join(dir, path), text);
    for (const one of packages) put(join(dir, one, 'package.json'), {});
    const { root, folders } = findProject(dir);
    expect(root).toBe(dir);
    return folders.map((folder) => folder.slice(dir.length + 1)).sort();
  }

  const packages = ['apps/a', 'apps/b', 'apps/b/node_modules/x', 'apps/.hidden', 'libs/c', 'libs/deep/d', 'e', 'apps'];

  test.each([
    [{ workspaces: ['apps/*'] }, ['apps/a', 'apps/b']],
    [{ workspaces: ['./apps/*/'] }, ['apps/a', 'apps/b']],
    [{ workspaces: { packages: ['libs/**'] } }, ['libs/c', 'libs/deep/d']],
    [{ workspaces: ['{apps,libs}/*', '!apps/b'] }, ['apps/a', 'libs/c']],
    [{ workspaces: ['e', 'nowhere', 'apps/[ab]'] }, ['apps/a', 'apps/b', 'e']],
    [{ workspaces: ['apps/a?', '**/d'] }, ['libs/deep/d']],
    [{}, []],
  ])('%j', (manifest, expected) => {
    expect(folders(manifest, {}, packages)).toEqual(['', ...expected]);
  });

  test.each([
    [
      'packages:\n  # ours\n  - \'apps/*\'\n  - "!apps/b"\n- e # last\n\npatchedDependencies:\n  a: b\n',
      ['apps/a', 'e'],
    ],
    ["patchedDependencies:\n  a: b\npackages: ['apps/a', e]\n", ['apps/a', 'e']],
    ['packages:\n  [\n    "e",\n  ]\n', ['e']],
    ['patchedDependencies:\n  a: b\n', []],
  ])('pnpm-workspace.yaml: %j', (text, expected) => {
    expect(folders({}, { 'pnpm-workspace.yaml': text }, packages)).toEqual(['', ...expected]);
  });
});
