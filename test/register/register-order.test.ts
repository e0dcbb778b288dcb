/** `hangup/register` comes too late for an SDK that was loaded before it. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyTo } from '../../scripts/commands/apply.ts';
import { name } from '../support/patching.ts';
import { app, buildHangup, cjs, esm, hook, start, told } from './hooked-app.ts';

buildHangup();

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

test('a second copy of hangup/register leaves the work to the first', async () => {
  const { dir } = app();
  cpSync(join(dir, 'node_modules/hangup'), join(dir, 'node_modules/other'), { recursive: true });
  const args = [...hook, '--import', './node_modules/other/dist/register/index.js'];
  const many = `for (let n = 0; n < 200; n++) try { require('./none-' + n); } catch {}`;
  const { code, stdout } = await start(dir, 'a.cjs', `${many} ${cjs}`, { args });
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'function function\n' });
});
