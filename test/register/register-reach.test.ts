/** The programs and modules that `hangup/register` reaches, and those that it does not reach. */
import { symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { name, run } from '../support/patching.ts';
import { app, buildHangup, cjs, esm, hook, start, told } from './hooked-app.ts';

buildHangup();
const require = createRequire(import.meta.url);

describe('reaches', () => {
  test('programs that run under NODE_OPTIONS', async () => {
    const { dir } = app();
    const env = { NODE_OPTIONS: '--import hangup/register' };
    expect(await start(dir, 'a.mjs', `${esm} ${told}`, { env, args: [] })).toMatchObject({
      stdout: expect.stringMatching(/^function function\ntrue undefined load hook patched/),
      stderr: '',
    });
  });

  test('programs that are started through a link, or without their extension', async () => {
    const { dir } = app();
    writeFileSync(join(dir, 'a.cjs'), `${cjs} (async () => { ${told} })();`);
    symlinkSync('a.cjs', join(dir, 'b.js'));
    const linked = await run(process.execPath, [...hook, 'b'], { cwd: dir });
    expect(linked.stdout).toMatch(/^function function\ntrue undefined load hook patched/);
  });

  test('programs that run under --watch', async () => {
    const { dir } = app();
    const watched = await start(dir, 'a.mjs', `${esm} process.kill(process.ppid);`, { args: ['--watch', ...hook] });
    expect(watched.stdout).toContain('function function');
  });

  test.each([
    ['a.mts', esm],
    ['b.cts', cjs],
  ])('TypeScript through tsx, registered before or after: %s', async (file, source) => {
    const { dir } = app();
    const tsx = ['--import', pathToFileURL(require.resolve('tsx')).href];
    for (const args of [
      [...tsx, ...hook],
      [...hook, ...tsx],
    ]) {
      const both = await start(dir, file, `${source} const done: boolean = true; console.log(done);`, { args });
      expect(both).toMatchObject({ code: 0, stdout: 'function function\ntrue\n' });
    }
  });

  test('TypeScript that a program has tsx load, which gives CommonJS names of its own', async () => {
    const { dir } = app();
    const typed = `${cjs} const done: boolean = true; console.log(done);`;
    writeFileSync(join(dir, 'config.cts'), typed);
    const byApi = `require(${JSON.stringify(require.resolve('tsx/cjs/api'))}).require('./config.cts', __filename);
      (async () => { ${told} })();`;
    const { stdout } = await start(dir, 'a.cjs', byApi);
    expect(stdout).toMatch(/^function function\ntrue\ntrue undefined load hook patched/);
  });

  test.each([
    ['a.mjs', esm],
    ['b.cjs', cjs],
  ])("what a loader in a thread resolves without a format, as that of Plug'n'Play does: %s", async (file, source) => {
    const { dir } = app();
    const loader = `import { readFile } from 'node:fs/promises';
      export async function resolve(specifier, context, next) {
        return { url: (await next(specifier, context)).url, shortCircuit: true };
      }
      export async function load(url, context, next) {
        if (!url.endsWith('.mjs')) return next(url, context);
        return { format: 'module', source: await readFile(new URL(url)), shortCircuit: true };
      }`;
    writeFileSync(join(dir, 'loader.mjs'), loader);
    const args = ['--no-warnings', '--experimental-loader', './loader.mjs', ...hook];
    expect(await start(dir, file, source, { args })).toMatchObject({
      code: 0,
      stdout: 'function function\n',
      stderr: '',
    });
  });
});

describe('reaches CommonJS that Node compiles itself', () => {
  test('because a loader in a thread gives it a source', async () => {
    const { dir } = app();
    const loader = `import { readFile } from 'node:fs/promises';
      export async function load(url, context, next) {
        const loaded = await next(url, context);
        if (loaded.format !== 'commonjs' || loaded.source != null) return loaded;
        return { ...loaded, source: await readFile(new URL(url)) };
      }`;
    writeFileSync(join(dir, 'loader.mjs'), loader);
    const source = `import { TTSWS } from '${name}/resources/tts/ws.js'; import { Cartesia } from '${name}/client.js';
      console.log(typeof TTSWS.prototype.disconnect, typeof Cartesia.prototype.disconnect); ${told}`;
    const args = ['--no-warnings', '--experimental-loader', './loader.mjs', ...hook];
    const { stdout } = await start(dir, 'a.mjs', source, { args });
    expect(stdout).toMatch(/^function function\ntrue undefined load hook patched/);
  });

  test.skipIf(!('typescript' in process.features && process.features.typescript))(
    'because TypeScript without its types requires it',
    async () => {
      const { dir } = app();
      const { stdout } = await start(dir, 'b.cts', `${cjs} const done: boolean = true; (async () => { ${told} })();`);
      expect(stdout).toMatch(/^function function\ntrue undefined load hook patched/);
    },
  );
});

describe('does not reach', () => {
  test('worker threads that are given other options; their verify() says so', async () => {
    const { dir } = app();
    writeFileSync(join(dir, 'worker.mjs'), `${esm} ${told}`);
    const withOptions = (options: string) => `import { Worker } from 'node:worker_threads';
      new Worker('./worker.mjs', ${options});`;
    const covered = /^function function\ntrue undefined load hook patched/;
    expect((await start(dir, 'a.mjs', withOptions('{}'))).stdout).toMatch(covered);
    expect((await start(dir, 'a.mjs', withOptions('{ env: {} }'))).stdout).toMatch(covered);
    const own = withOptions(`{ execArgv: ${JSON.stringify(hook)} }`);
    expect((await start(dir, 'a.mjs', own, { args: [] })).stdout).toMatch(covered);
    const bare = 'undefined undefined\nfalse undefined none undefined\n';
    expect((await start(dir, 'a.mjs', withOptions('{ execArgv: [] }'))).stdout).toBe(bare);
    const inEnv = { args: [], env: { NODE_OPTIONS: hook.join(' ') } };
    expect((await start(dir, 'a.mjs', withOptions('{ env: {} }'), inEnv)).stdout).toBe(bare);
  });

  test('a bundle; assertPatched() says so', async () => {
    const { dir } = app();
    const contents = `import { TTSWS } from '${name}/resources/tts/ws'; import { assertPatched } from 'hangup/verify';
      try { assertPatched(TTSWS); console.log('patched'); } catch (error) { console.log(error.code); }`;
    const stdin = { contents, resolveDir: dir };
    const outfile = join(dir, 'bundle.mjs');
    await build({ stdin, outfile, bundle: true, format: 'esm', platform: 'node', external: ['ws'] });
    expect(await run(process.execPath, [...hook, 'bundle.mjs'], { cwd: dir })).toMatchObject({
      stdout: 'ERR_PATCH_MISSING\n',
    });
    expect(await start(dir, 'plain.mjs', contents)).toMatchObject({ stdout: 'patched\n' });
  });

  test.skipIf('registerHooks' in require('node:module'))('--require on Node 20: refused', async () => {
    const { dir } = app();
    const refused = await start(dir, 'a.mjs', esm, { args: ['--require', 'hangup/register'] });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('Use node --import hangup/register');
  });
});
