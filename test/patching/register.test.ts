/** `node --import hangup/register`: the patches in memory, seen by what an app loads. Nothing on disk may change. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyTo } from '../../scripts/apply.ts';
import { install, name, newest, outcomeOf, root, run, scratch, tree } from './support.ts';

const require = createRequire(import.meta.url);
let hangup: string;

/** The published layout: compiled files, patches, package.json. */
beforeAll(async () => {
  hangup = join(scratch(), 'hangup');
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  const built = await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', join(hangup, 'dist')]);
  expect(built).toMatchObject({ code: 0 });
  for (const part of ['package.json', 'patches']) cpSync(join(root, part), join(hangup, part), { recursive: true });
});

/** An app with one whole copy of the SDK, and `ws` where the SDK finds it. */
function app(folder = name): { dir: string; sdk: string } {
  const dir = scratch();
  for (const dependency of ['ws', 'semver'])
    cpSync(join(root, 'node_modules', dependency), join(dir, 'node_modules', dependency), { recursive: true });
  cpSync(hangup, join(dir, 'node_modules/hangup'), { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{"name":"app","private":true}');
  return { dir, sdk: install(join(dir, 'node_modules', folder), newest, 'whole') };
}

const tell = `console.log(typeof TTSWS.prototype.disconnect, typeof Cartesia.prototype.disconnect);`;
const esm = `import { Cartesia } from '${name}'; import { TTSWS } from '${name}/resources/tts/ws'; ${tell}`;
const cjs = `const { Cartesia } = require('${name}'); const { TTSWS } = require('${name}/resources/tts/ws'); ${tell}`;

function start(dir: string, file: string, source: string, { env = {}, args = [] as string[] } = {}) {
  writeFileSync(join(dir, file), source);
  return run(process.execPath, [...args, '--import', 'hangup/register', file], { cwd: dir, env });
}

describe('hangup/register', () => {
  test('patches both builds as they are loaded, and nothing on disk', async () => {
    const { dir, sdk } = app();
    const before = tree(sdk);
    expect(await start(dir, 'a.mjs', esm)).toMatchObject({ code: 0, stdout: 'function function\n', stderr: '' });
    expect(await start(dir, 'b.cjs', cjs)).toMatchObject({ code: 0, stdout: 'function function\n', stderr: '' });
    expect(tree(sdk)).toEqual(before);
    const bare = await run(process.execPath, ['a.mjs'], { cwd: dir });
    expect(bare).toMatchObject({ code: 0, stdout: 'undefined undefined\n' });
  });

  test('finds ws from where the SDK is, as the patch on disk does', async () => {
    const { dir } = app();
    const source = `import { Cartesia } from '${name}';
      const client = new Cartesia({ apiKey: 'sk_car_TESTKEYdonotprint', baseURL: 'https://127.0.0.1:1' });
      client.tts.websocket().catch((error) => console.log(error.code));`;
    expect(await start(dir, 'a.mjs', source)).toMatchObject({ code: 0, stdout: 'ECONNREFUSED\n', stderr: '' });
  });

  test('an aliased copy is known by its package.json', async () => {
    const { dir } = app('voice');
    expect(await start(dir, 'b.cjs', cjs.replaceAll(name, 'voice'))).toMatchObject({ stdout: 'function function\n' });
    expect(await start(dir, 'a.mjs', esm.replaceAll(name, 'voice'))).toMatchObject({ stdout: 'function function\n' });
  });

  test('a copy that is patched on disk is left as it is, and said to be', async () => {
    const { dir, sdk } = app();
    applyTo(sdk);
    const status = `${esm} import { loadStatus } from 'hangup/verify';
      setTimeout(() => console.log([...new Set(loadStatus().map(({ state }) => state))].join()), 50);`;
    expect(await start(dir, 'a.mjs', status)).toMatchObject({ code: 0, stdout: 'function function\non-disk\n' });
  });

  test('verify() in the process counts what the hook patches; without it the same copy is pristine', async () => {
    const { dir } = app();
    const source = `import { verify } from 'hangup/verify'; const { ok, copies } = await verify();
      console.log(ok, copies[0].state, copies[0].delivery);`;
    expect(await start(dir, 'a.mjs', source)).toMatchObject({ stdout: 'true pristine load hook\n' });
    expect(await run(process.execPath, ['a.mjs'], { cwd: dir })).toMatchObject({
      stdout: 'false pristine none\n',
    });
  });

  test('verify --probe loads the copy under the hook that it runs under itself, by option or by environment', async () => {
    const { dir } = app();
    const verdict = { ok: true, copies: [{ delivery: 'load hook', probe: [{ patched: true }, { patched: true }] }] };
    const source = `import { verify } from 'hangup/verify'; console.log(JSON.stringify(await verify({ probe: true })));`;
    expect(outcomeOf(await start(dir, 'a.mjs', source))).toMatchObject(verdict);
    const cli = (env = {}) =>
      run(process.execPath, ['node_modules/hangup/dist/scripts/cli.js', 'verify', '--probe', '--json'], {
        cwd: dir,
        env,
      });
    expect(outcomeOf(await cli({ NODE_OPTIONS: '--import hangup/register' }))).toMatchObject(verdict);
    const without = [{ delivery: 'none', probe: [{ patched: false }, { patched: false }] }];
    expect(outcomeOf(await cli())).toMatchObject({ ok: false, exitCode: 1, copies: without });
  });

  const source = { 'a.mjs': esm, 'b.cjs': cjs };
  test.each(['a.mjs', 'b.cjs'] as const)('%s: a foreign copy stops the import, or is warned of', async (file) => {
    const { dir, sdk } = app();
    for (const build of ['js', 'mjs']) {
      const changed = join(sdk, `internal/lib/tts/ws.${build}`);
      writeFileSync(changed, `// by hand\n${readFileSync(changed, 'utf8')}`);
    }
    const refused = await start(dir, file, source[file]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/ERR_PATCH_FOREIGN|is neither as published nor as hangup makes it/);
    const warned = await start(dir, file, source[file], { env: { HANGUP_ON_UNPATCHED: 'warn' } });
    expect(warned).toMatchObject({ code: 0, stdout: 'undefined function\n' });
    expect(warned.stderr).toContain('HangupWarning');
  });

  test.each(['a.mjs', 'b.cjs'] as const)(
    '%s: an unsupported version stops the import, or is warned of',
    async (file) => {
      const { dir, sdk } = app();
      const manifest = readFileSync(join(sdk, 'package.json'), 'utf8');
      writeFileSync(join(sdk, 'package.json'), manifest.replace(/"version": "[^"]+"/, '"version": "99.0.0"'));
      const refused = await start(dir, file, source[file]);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toContain('99.0.0');
      const warned = await start(dir, file, source[file], { env: { HANGUP_ON_UNPATCHED: 'warn' } });
      expect(warned).toMatchObject({ code: 0, stdout: 'undefined undefined\n' });
      expect(warned.stderr.match(/99\.0\.0\) cannot be patched/g)).toHaveLength(1);
    },
  );

  test('an unknown policy is an error at once', async () => {
    const { dir } = app();
    const run = await start(dir, 'a.mjs', esm, { env: { HANGUP_ON_UNPATCHED: 'ignore' } });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('"ignore" is no policy');
  });

  test('covers worker threads', async () => {
    const { dir } = app();
    writeFileSync(join(dir, 'worker.mjs'), esm);
    const source = `import { Worker } from 'node:worker_threads'; new Worker('./worker.mjs');`;
    expect(await start(dir, 'a.mjs', source)).toMatchObject({ code: 0, stdout: 'function function\n', stderr: '' });
  });

  test.each([
    ['a.mts', esm],
    ['b.cts', cjs],
  ])('covers TypeScript through tsx, registered before or after: %s', async (file, source) => {
    const { dir } = app();
    const tsx = ['--import', pathToFileURL(require.resolve('tsx')).href];
    writeFileSync(join(dir, file), `${source} const done: boolean = true; console.log(done);`);
    const us = ['--import', 'hangup/register'];
    for (const args of [
      [...tsx, ...us],
      [...us, ...tsx],
    ]) {
      const both = await run(process.execPath, [...args, file], { cwd: dir });
      expect(both).toMatchObject({ code: 0, stdout: 'function function\ntrue\n' });
    }
  });

  test('works under --watch', async () => {
    const { dir } = app();
    writeFileSync(join(dir, 'a.mjs'), `${esm} process.kill(process.ppid);`);
    const run_ = await run(process.execPath, ['--watch', '--import', 'hangup/register', 'a.mjs'], { cwd: dir });
    expect(run_.stdout).toContain('function function');
  });
});

test('importing the hook twice registers it once', async () => {
  const { dir } = app();
  mkdirSync(join(dir, 'empty'));
  const status = `${esm} import 'hangup/register'; import { loadStatus } from 'hangup/verify';
    setTimeout(() => console.log(loadStatus().filter(({ file }) => file.endsWith('tts/ws.mjs')).length), 50);`;
  expect(await start(dir, 'a.mjs', status)).toMatchObject({ stdout: 'function function\n1\n' });
});
