/** `hangup/register` among others: what else is loaded before it, and where it does not reach. */
import { cpSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { hasSyncHooks } from '../../register/sync.ts';
import { applyTo } from '../../scripts/commands/apply.ts';
import { name, run } from '../support/patching.ts';
import { app, buildHangup, cjs, esm, start, told } from './hooked-app.ts';

buildHangup();
const require = createRequire(import.meta.url);
const hook = ['--import', 'hangup/register'];

describe('reaches', () => {
  test('what runs under NODE_OPTIONS', async () => {
    const { dir } = app();
    const env = { NODE_OPTIONS: '--import hangup/register' };
    expect(await start(dir, 'a.mjs', `${esm} ${told}`, { env, args: [] })).toMatchObject({
      stdout: expect.stringMatching(/^function function\ntrue undefined load hook patched/),
      stderr: '',
    });
  });

  test('what is started through a link, or without its extension', async () => {
    const { dir } = app();
    writeFileSync(join(dir, 'a.cjs'), `${cjs} (async () => { ${told} })();`);
    symlinkSync('a.cjs', join(dir, 'b.js'));
    const linked = await run(process.execPath, [...hook, 'b'], { cwd: dir });
    expect(linked.stdout).toMatch(/^function function\ntrue undefined load hook patched/);
  });

  test('what is run under --watch', async () => {
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

test('a second copy of hangup/register leaves the work to the first', async () => {
  const { dir } = app();
  cpSync(join(dir, 'node_modules/hangup'), join(dir, 'node_modules/other'), { recursive: true });
  const args = [...hook, '--import', './node_modules/other/dist/register/index.js'];
  const many = `for (let n = 0; n < 200; n++) try { require('./none-' + n); } catch {}`;
  const { code, stdout } = await start(dir, 'a.cjs', `${many} ${cjs}`, { args });
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'function function\n' });
});

describe('comes too late', () => {
  const bare = 'undefined undefined\n';

  const late = 'it was loaded before hangup/register';

  test.each([
    ['after it', `import 'hangup/register'; ${esm}`],
    ['before it', `${esm} import 'hangup/register';`],
  ])('for what the app imports %s: refused, or warned of', async (_, imports) => {
    const { dir } = app();
    const refused = await start(dir, 'a.mjs', `${imports} ${told}`, { args: [] });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(late) });
    const options = { args: [], env: { HANGUP_ON_UNPATCHED: 'warn' } };
    const warned = await start(dir, 'a.mjs', `${imports} ${told}`, options);
    expect(warned).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^undefined undefined\nfalse ERR_PATCH_LATE none late/),
    });
    expect(warned.stderr).toContain(late);
    expect(warned.stderr).toContain('HangupWarning: hangup/register is imported by the app itself');
  });

  test('for what was required before: refused, or warned of', async () => {
    const { dir } = app();
    const source = `${cjs} import('hangup/register').then(async () => { ${told} }, ({ code }) => console.log(code));`;
    expect(await start(dir, 'a.cjs', source, { args: [] })).toMatchObject({ stdout: `${bare}ERR_PATCH_LATE\n` });
    const warned = await start(dir, 'a.cjs', source, { args: [], env: { HANGUP_ON_UNPATCHED: 'warn' } });
    expect(warned.stdout).toMatch(/^undefined undefined\nfalse ERR_PATCH_LATE none late/);
    expect(warned.stderr).toContain('it was loaded before hangup/register');
  });

  test('when a preload before it has loaded the SDK', async () => {
    const { dir } = app();
    writeFileSync(join(dir, 'before.cjs'), `require('${name}/resources/tts/ws');`);
    const args = ['--require', './before.cjs', ...hook];
    const refused = await start(dir, 'a.mjs', told, { args });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('it was loaded before hangup/register');
    const warned = await start(dir, 'a.mjs', told, { args, env: { HANGUP_ON_UNPATCHED: 'warn' } });
    expect(warned.stdout).toMatch(/^false ERR_PATCH_LATE none late/);
  });

  test.each([
    ['before.mjs', `import '${name}'; import '${name}/resources/tts/ws';`],
    ['before-hangup.mjs', `import '${name}'; import '${name}/resources/tts/ws';`],
    ['a-part.mjs', `import '${name}/resources/tts/ws';`],
    ['later.mjs', `await import('${name}/resources/tts/ws');`],
  ])('when a preload before it has imported the SDK: %s', async (file, source) => {
    const { dir } = app();
    writeFileSync(join(dir, file), source);
    const args = ['--import', `./${file}`, ...hook];
    const refused = await start(dir, 'a.mjs', `${esm} ${told}`, { args });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(late);
    expect(refused.stderr).toContain('Put "--import hangup/register" before what loads it');
    const warned = await start(dir, 'a.mjs', `${esm} ${told}`, { args, env: { HANGUP_ON_UNPATCHED: 'warn' } });
    expect(warned.stdout).toMatch(/^undefined (undefined|function)\nfalse ERR_PATCH_LATE none late/);
    expect(warned.stderr).toContain(late);
  });

  test('not for an app whose other preload imports nothing of the SDK, or imports one that is patched on disk', async () => {
    const { dir, sdk } = app();
    writeFileSync(join(dir, 'before.mjs'), `import 'node:fs';`);
    const args = ['--import', './before.mjs', ...hook];
    expect(await start(dir, 'a.mjs', esm, { args })).toMatchObject({ code: 0, stdout: 'function function\n' });
    applyTo(sdk);
    writeFileSync(join(dir, 'before.mjs'), `import '${name}';`);
    expect(await start(dir, 'a.mjs', esm, { args })).toMatchObject({ code: 0, stdout: 'function function\n' });
  });

  test('when what was required has loaded it, wherever that stands in the command', async () => {
    const { dir } = app();
    writeFileSync(join(dir, 'before.mjs'), `import '${name}'; import '${name}/resources/tts/ws';`);
    writeFileSync(join(dir, 'before.cjs'), `require('./before.mjs');`);
    const args = [...hook, '--require', './before.cjs'];
    const refused = await start(dir, 'a.mjs', `${esm} ${told}`, { args });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(late);
  });

  test('for nothing, when a dynamic import comes after it', async () => {
    const { dir } = app();
    writeFileSync(join(dir, 'app.mjs'), `${esm} ${told}`);
    const source = `await import('hangup/register'); await import('./app.mjs');`;
    const { stdout } = await start(dir, 'a.mjs', source, { args: [] });
    expect(stdout).toMatch(/^function function\ntrue undefined load hook patched/);
  });
});

describe('verify() does not vouch for what went past the hook', () => {
  const failed = /false ERR_PATCH_LATE none/;

  test('into an ES module that is required, which is patched or said to be bare', async () => {
    const { dir } = app();
    writeFileSync(join(dir, 'sdk.mjs'), `${esm} export {};`);
    const source = `require('./sdk.mjs'); (async () => { ${told} })();`;
    const { stdout } = await start(dir, 'a.cjs', source);
    const [behaves, says] = stdout.split('\n');
    if (behaves === 'function function') expect(says).toMatch(/^true undefined load hook/);
    else expect([behaves, says]).toEqual(['undefined undefined', expect.stringMatching(failed)]);
  });

  test('into an ES module that tsx compiles to CommonJS', async () => {
    const { dir, sdk } = app();
    const source = `const { TTSWS } = require(${JSON.stringify(join(sdk, 'internal/lib/tts/ws.mjs'))});
      console.log(typeof TTSWS.prototype.disconnect); (async () => { ${told} })();`;
    const tsx = ['--import', pathToFileURL(require.resolve('tsx')).href];
    for (const args of [
      [...tsx, ...hook],
      [...hook, ...tsx],
    ])
      expect((await start(dir, 'a.cjs', source, { args })).stdout).toMatch(/^undefined\nfalse ERR_PATCH_LATE none/);
  });

  test.each(['--preserve-symlinks', '--no-preserve-symlinks'])(
    'because it came before, by the name of a link: %s',
    async (option) => {
      const { dir, sdk } = app();
      mkdirSync(join(dir, 'store'));
      renameSync(sdk, join(dir, 'store/sdk'));
      symlinkSync(join(dir, 'store/sdk'), sdk);
      writeFileSync(join(dir, 'before.cjs'), `require('${name}/resources/tts/ws');`);
      const args = [option, '--require', './before.cjs', ...hook];
      const { stdout } = await start(dir, 'a.mjs', told, { args, env: { HANGUP_ON_UNPATCHED: 'warn' } });
      expect(stdout).toMatch(failed);
    },
  );

  const answering = `const answer = (url, source) => ({ format: url.endsWith('.mjs') ? 'module' : 'commonjs', source, shortCircuit: true });`;
  /** For what the app loads, and not for the other build, which verify() looks at too. */
  const isSdk = (extension: string) => `/cartesia-js.internal.lib.tts.ws.${extension}$/.test(url)`;

  test.each([
    ['a.mjs', esm, isSdk('mjs')],
    ['b.cjs', cjs, isSdk('js')],
  ])('because another hook answers for it, %s', async (file, source, condition) => {
    const { dir } = app();
    const sync = `import { registerHooks } from 'node:module'; import { readFileSync } from 'node:fs'; ${answering}
      registerHooks({ load: (url, context, next) => ${condition} ? answer(url, readFileSync(new URL(url))) : next(url, context) });`;
    const inThread = `import { readFile } from 'node:fs/promises'; ${answering}
      export const load = async (url, context, next) => ${condition} ? answer(url, await readFile(new URL(url))) : next(url, context);`;
    const register = `import { register } from 'node:module'; register('./thread.mjs', import.meta.url);`;
    writeFileSync(join(dir, 'thread.mjs'), inThread);
    // Elsewhere Node does not start CommonJS when there are hooks of both kinds, with or without hangup.
    writeFileSync(join(dir, 'later.mjs'), hasSyncHooks(process.versions.node) ? sync : register);
    const { stdout } = await start(dir, file, `${source} (async () => { ${told} })();`, {
      args: [...hook, '--import', './later.mjs'],
    });
    const [behaves, says] = stdout.split('\n');
    if (behaves === 'function function') expect(says).toMatch(/^true undefined load hook/);
    else expect([behaves, says]).toEqual(['undefined function', expect.stringMatching(failed)]);
  });

  test('with what verify() loads itself, when nothing has', async () => {
    const { dir } = app();
    expect((await start(dir, 'a.mjs', told)).stdout).toMatch(/^true undefined load hook/);
    const { stdout } = await start(
      dir,
      'b.mjs',
      `${told} ${esm.replaceAll(/import (.+?) from ('.+?');/g, 'const $1 = await import($2);')}`,
    );
    expect(stdout).toMatch(/function function\n$/);
  });
});

describe('verify() vouches for', () => {
  const covered = /^true undefined load hook/;

  test('a class of which the app has replaced a method since', async () => {
    const { dir } = app();
    const source = `import { TTSWS } from '${name}/resources/tts/ws'; const { send } = TTSWS.prototype;
      TTSWS.prototype.send = function (...args) { return send.apply(this, args); }; ${told}`;
    expect((await start(dir, 'a.mjs', source)).stdout).toMatch(covered);
  });

  test('a copy of which a module is there, and nothing in it, because it could not be loaded', async () => {
    const { dir, sdk } = app();
    const file = JSON.stringify(join(sdk, 'internal/lib/tts/ws.js'));
    const source = `const Module = require('node:module'); Module._cache[${file}] = new Module(${file});
      (async () => { ${told} })();`;
    expect((await start(dir, 'a.cjs', source)).stdout).toMatch(covered);
  });
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
