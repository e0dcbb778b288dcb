import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyBelow, applyTo } from '../../scripts/commands/apply.ts';
import { exitCodes } from '../../scripts/outcome.ts';
import {
  hangup,
  identities,
  install,
  name,
  newest,
  outcomeOf,
  project,
  root,
  scratch,
  states,
  tree,
  unprivileged,
} from '../support/patching.ts';

describe.concurrent('hangup apply and verify', () => {
  test('the command to run next works on the same copies', async () => {
    const parent = scratch();
    install(join(parent, `my app/node_modules/${name}`), newest);
    const at = { cwd: parent };
    const nextOf = async (...args: string[]) => /run "npx hangup (.*)"/.exec((await hangup(args, at)).stdout)?.[1];
    expect(await nextOf('verify', '--dir', 'my app')).toBe("apply --dir 'my app'");
    expect(await nextOf('verify', '--recursive')).toBe('apply --recursive');
    expect(await nextOf('apply', '--check', '--dir', join(parent, 'my app'))).toBe("apply --dir 'my app'");
    expect(await hangup(['apply', '--recursive'], at)).toMatchObject({ code: 0 });
    expect(await nextOf('apply', '--revert', '--check', '--recursive')).toBe('apply --revert --recursive');
  });

  test('from pristine to patched and back, as text', async () => {
    const { dir } = project();
    install(join(dir, 'node_modules/old'), '3.1.0');
    const at = { cwd: dir };
    expect(await hangup(['verify'], at)).toMatchObject({
      code: 1,
      stdout: `node_modules/${name} ${newest} cjs+esm pristine, delivery: none\nnode_modules/old 3.1.0 cjs+esm pristine, delivery: none\n0 of 2 copies patched; run "npx hangup apply"\n`,
    });
    expect(await hangup(['apply'], at)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: `node_modules/${name} ${newest} pristine -> patched\nnode_modules/old 3.1.0 pristine -> patched\n2 copies patched\n`,
    });
    expect(await hangup(['verify'], at)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^2 copies patched/m),
    });
    expect(await hangup(['apply', '--check'], at)).toMatchObject({ code: 0 });
    expect(await hangup(['apply', '--revert', '--check'], at)).toMatchObject({ code: 1 });
    expect(await hangup(['apply', '--revert'], at)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^2 copies pristine/m),
    });
    expect(await hangup(['apply', '--check'], at)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('to be patched'),
    });
  });

  test('as JSON', async () => {
    const { dir, sdk } = project();
    const run = await hangup(['apply', '--json', '--dir', dir]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const outcome = outcomeOf(run);
    expect(outcome).toMatchObject({
      ok: true,
      exitCode: 0,
      copies: [{ path: sdk, package: name, version: newest, state: 'pristine', action: 'patched' }],
    });
    expect(outcome.copies[0]!.files).toContainEqual({ path: 'internal/lib/tts/ws.js', state: 'pristine' });
    expect(outcome).not.toHaveProperty('error');
  });

  test('a foreign file: exit 4, named, and nothing changed', async () => {
    const { dir, sdk } = project();
    install(join(dir, 'node_modules/old'), '3.1.0');
    writeFileSync(
      join(sdk, 'internal/lib/tts/ws.mjs'),
      `${readFileSync(join(sdk, 'internal/lib/tts/ws.mjs'), 'utf8')}\n`,
    );
    const before = tree(dir);
    const run = await hangup(['apply', '--json', '--dir', dir]);
    expect(run.code).toBe(exitCodes.foreign);
    expect(states(outcomeOf(run))).toEqual(['foreign refused', 'pristine skipped']);
    expect(outcomeOf(run).error!.message).toContain('internal/lib/tts/ws.mjs is neither');
    const text = await hangup(['verify', '--dir', dir]);
    expect(text).toMatchObject({ code: 4, stderr: expect.stringContaining('ERR_PATCH_FOREIGN') });
    expect(tree(dir)).toEqual(before);
  });

  test('an unknown version: exit 3', async () => {
    const { dir, sdk } = project();
    const file = join(sdk, 'package.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(`"version": "${newest}"`, '"version": "4.3.0"'));
    const run = await hangup(['apply', '--dir', dir]);
    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining('4.3.0, which has no patch') });
  });

  test('no SDK: exit 5', async () => {
    const dir = scratch();
    writeFileSync(join(dir, 'package.json'), '{}');
    const run = await hangup(['verify', '--json'], { cwd: dir });
    expect(run.code).toBe(5);
    expect(outcomeOf(run)).toMatchObject({ ok: false, exitCode: 5, copies: [], error: { code: 'ERR_PATCH_NO_SDK' } });
  });

  test('a folder inside node_modules that cannot be read: exit 1', async () => {
    const { dir } = project();
    const secret = join(dir, 'node_modules/secret');
    mkdirSync(secret);
    writeFileSync(join(secret, 'package.json'), '{}');
    chmodSync(dir, 0o755);
    chmodSync(secret, 0o000);
    const run = await hangup(['verify', '--json', '--dir', dir], unprivileged());
    chmodSync(secret, 0o755);
    expect(run.code).toBe(1);
    expect(outcomeOf(run).error).toMatchObject({ code: 'ERR_PATCH_IO', message: expect.stringContaining(secret) });
  });

  test('a source folder that cannot be read is named and does not fail the rest', async () => {
    const { dir } = project();
    applyBelow(dir);
    const data = join(dir, 'data');
    mkdirSync(data);
    chmodSync(dir, 0o755);
    chmodSync(data, 0o000);
    const run = await hangup(['verify', '--recursive', '--json', '--dir', dir], unprivileged());
    chmodSync(data, 0o755);
    expect(outcomeOf(run)).toMatchObject({ ok: true, exitCode: 0, skipped: [data] });
  });

  test.each(['backcompat', 'internal/lib/tts'])('%s cannot be written: exit 1, nothing left behind', async (locked) => {
    const { dir, sdk } = project();
    chmodSync(dir, 0o755);
    // The other folders can be written, so that temporary files are in them when this folder fails.
    for (const folder of ['', 'internal', 'internal/lib', 'backcompat']) chmodSync(join(sdk, folder), 0o777);
    chmodSync(join(sdk, locked), 0o555);
    const before = tree(dir);
    const run = await hangup(['apply', '--json', '--dir', dir], unprivileged());
    expect(run.code).toBe(1);
    expect(outcomeOf(run).error).toMatchObject({
      code: 'ERR_PATCH_IO',
      message: expect.stringMatching(
        new RegExp(`cannot write in .*/${locked}; nothing was changed: EACCES.* become its owner \\(uid`),
      ),
    });
    expect(tree(dir)).toEqual(before);
  });

  test('through a link to the project, and a linked SDK', async () => {
    const { dir, sdk } = project();
    const other = join(scratch(), 'app');
    mkdirSync(join(other, 'node_modules'), { recursive: true });
    symlinkSync(sdk, join(other, 'node_modules/tts'));
    symlinkSync(other, `${other}-link`);
    const run = await hangup(['apply', '--json', '--dir', `${other}-link`]);
    expect(outcomeOf(run)).toMatchObject({ ok: true, copies: [{ path: sdk, action: 'patched' }] });
    expect((await hangup(['verify', '--dir', dir])).code).toBe(0);
  });

  test.each([
    [[], 'no command was given: the commands are init, apply, verify, doctor and export'],
    [['patch'], '"patch" is not a command'],
    [['toString'], '"toString" is not a command'],
    [['apply', '--force'], "Unknown option '--force'"],
    [['verify', '--check'], "Unknown option '--check'"],
    [['apply', 'here'], "Unexpected argument 'here'"],
    [['apply', '--dir'], "'--dir <value>' argument missing"],
    [['apply', '--dir', 'nowhere'], 'is not a directory'],
  ])('usage: %j', async (args, message) => {
    expect(await hangup(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    const json = await hangup([...args.slice(0, 1), '--json', ...args.slice(1)]);
    if (args.length > 0)
      expect(outcomeOf(json)).toMatchObject({ ok: false, exitCode: 2, error: { code: 'ERR_PATCH_USAGE' } });
  });

  test('--help and --version', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await hangup(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
    const overview = await hangup(['--help']);
    expect(overview).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Exit codes:\n  0  every copy is patched'),
    });
    for (const command of ['init', 'apply', 'verify', 'doctor', 'export']) {
      expect(overview.stdout).toMatch(new RegExp(`^  ${command} +\\w+`, 'm'));
      expect(await hangup([command, '--help'])).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(
          new RegExp(`^Usage: hangup ${command} +[<[][^]+\n  --dir D +\\w[^]+\nExit codes:`),
        ),
      });
    }
  });
});

test('hangup/verify: verify() says the same as the command and writes nothing; assertPatched() is there', async () => {
  const { verify, assertPatched } = await import('../../scripts/verify.ts');
  const { dir, sdk } = project();
  const before = identities(dir);
  expect(await verify({ dir })).toMatchObject({ ok: false, exitCode: 1 });
  expect(identities(dir)).toEqual(before);
  applyTo(sdk);
  expect(await verify({ dir })).toMatchObject({ ok: true, exitCode: 0 });
  expect(await verify({ dir: join(dir, 'nowhere') })).toMatchObject({ ok: false, exitCode: 1 });
  expect(() => assertPatched(class Bare {})).toThrow(expect.objectContaining({ code: 'ERR_PATCH_MISSING' }));
});

test('words: verify never says that nothing was changed, and a count fits its noun', async () => {
  const { dir, sdk } = project();
  const file = join(sdk, 'package.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(`"version": "${newest}"`, '"version": "9.9.9"'));
  const verified = await hangup(['verify', '--dir', dir]);
  expect(verified.stdout).toContain('9.9.9 unsupported, delivery: none\n0 of 1 copy patched');
  expect(verified.stderr).toMatch(/npm install @cartesia\/cartesia-js@4\.2\.0/);
  expect(verified.stderr).not.toContain('Nothing was changed');
  expect((await hangup(['apply', '--dir', dir])).stderr).toContain('Nothing was changed');
  expect((await hangup(['apply', '--revert', '--dir', dir])).stdout).toContain('\n0 copies pristine, nothing to do');
  writeFileSync(join(sdk, 'client.js'), '');
  writeFileSync(join(sdk, 'client.mjs'), '');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"9.9.9"', `"${newest}"`));
  expect((await hangup(['verify', '--dir', dir])).stderr).toContain(
    'client.js, client.mjs are neither the published file',
  );
});

test('every command prints the same shape as JSON, refused or not', async () => {
  const { dir } = project();
  for (const cwd of [dir, scratch()]) {
    for (const args of [
      ['init'],
      ['apply'],
      ['verify'],
      ['export', 'npm'],
      ['export'],
      ['nothing'],
      ['apply', '--x'],
    ]) {
      const run = await hangup([...args, '--json'], { cwd });
      const json = JSON.parse(run.stdout) as Record<string, unknown>;
      const { code } = run;
      expect(json, run.stdout).toMatchObject({ version: 1, command: args[0], ok: code === 0, exitCode: code });
      if (cwd !== dir) expect(json.error, args.join()).toMatchObject({ code: 'ERR_PATCH_USAGE' });
    }
  }
});

test('caches of bundlers: named after a change, and only then', async () => {
  const { dir } = project();
  const caches = ['node_modules/.vite/deps', 'node_modules/.cache', '.next/cache'].map((path) => join(dir, path));
  for (const path of caches) mkdirSync(path, { recursive: true });
  mkdirSync(join(dir, 'node_modules/.vite/vitest'));
  const { stdout } = await hangup(['apply'], { cwd: dir });
  expect(stdout).toContain('rm -rf node_modules/.vite/deps node_modules/.cache .next/cache');
  expect(outcomeOf(await hangup(['apply', '--json'], { cwd: dir }))).not.toHaveProperty('caches');
  expect(outcomeOf(await hangup(['verify', '--json'], { cwd: dir }))).not.toHaveProperty('caches');
  expect(outcomeOf(await hangup(['apply', '--revert', '--json'], { cwd: dir }))).toMatchObject({ caches });
});
