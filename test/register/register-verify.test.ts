/** `verify()` vouches for the copies that `hangup/register` has patched, and for no others. */
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { hasSyncHooks } from '../../register/sync.ts';
import { name } from '../support/patching.ts';
import { app, buildHangup, cjs, esm, hook, start, told } from './hooked-app.ts';

buildHangup();
const require = createRequire(import.meta.url);

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
