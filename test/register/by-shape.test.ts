/** `node --import hangup/register` and an SDK that has no patches on disk: its classes are told by their shape. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openai } from '../../overlays/openai/sdk.ts';
import { versionsOf } from '../../overlays/sdk.ts';
import { isLong } from '../contract/played.ts';
import { outcomeOf } from '../support/patching.ts';
import { barePackage } from '../support/sdk.ts';
import { app, buildHangup, start } from './hooked-app.ts';

buildHangup();

/** An app that has Cartesia, as every app of these tests, and OpenAI. */
function openAiApp(version: string): { dir: string; sdk: string } {
  const { dir } = app();
  const sdk = join(dir, 'node_modules/openai');
  cpSync(barePackage(version, openai), sdk, { recursive: true, filter: (path) => !path.endsWith('.map') });
  // Dependencies of 4.x, which lie beside it.
  for (const name of version.startsWith('4.')
    ? [
        'node-fetch',
        'agentkeepalive',
        'abort-controller',
        'humanize-ms',
        'ms',
        'event-target-shim',
        'whatwg-url',
        'tr46',
        'webidl-conversions',
        'node-domexception',
        'web-streams-polyfill',
      ]
    : []) {
    cpSync(join(barePackage(version, openai), '..', name), join(dir, 'node_modules', name), { recursive: true });
  }
  return { dir, sdk };
}

const module = (version: string) => (version.startsWith('4.') ? 'openai/beta/realtime/ws' : 'openai/realtime/ws');
const imports = (version: string) =>
  `import { OpenAI } from 'openai'; import { OpenAIRealtimeWS } from '${module(version)}';`;
const requires = (version: string) =>
  `const { OpenAI } = require('openai'); const { OpenAIRealtimeWS } = require('${module(version)}');`;
const tell = `console.log(typeof OpenAIRealtimeWS.prototype.createResponse, typeof new OpenAI({ apiKey: 'k' }).disconnect);`;
const verified = `const { verify, assertPatched, loadStatus } = await import('hangup/verify');
  assertPatched(OpenAIRealtimeWS);
  const { ok, copies, error } = await verify();
  console.log(ok, error?.code, copies.filter((copy) => copy.package === 'openai').map(({ delivery }) => delivery).join());`;

/** A long run starts programs for all versions. */
const started = isLong ? versionsOf(openai) : versionsOf(openai).slice(-1);

describe.each(started)('openai %s', (version) => {
  test('both builds get their members as they are loaded, and verify() says so', async () => {
    const { dir } = openAiApp(version);
    const ofEsm = await start(dir, 'a.mjs', `${imports(version)} ${tell} ${verified}`);
    expect(ofEsm).toMatchObject({ code: 0, stderr: '', stdout: 'function function\ntrue undefined load hook\n' });
    const ofCjs = await start(dir, 'b.cjs', `${requires(version)} ${tell} (async () => { ${verified} })();`);
    expect(ofCjs).toMatchObject({ code: 0, stderr: '', stdout: 'function function\ntrue undefined load hook\n' });
  });

  test('verify({ probe: true }) looks how its classes behave', async () => {
    const { dir } = openAiApp(version);
    const source = `${imports(version)} import { verify } from 'hangup/verify';
      console.log(JSON.stringify(await verify({ probe: true })));`;
    const outcome = outcomeOf(await start(dir, 'a.mjs', source));
    const copy = outcome.copies.find((copy) => copy.package === 'openai');
    expect(copy?.probe).toEqual([
      { build: 'cjs', patched: true },
      { build: 'esm', patched: true },
    ]);
    expect(outcome).toMatchObject({ ok: true });
  });
});

describe('what cannot be taken by its shape', () => {
  const newest = versionsOf(openai).at(-1)!;
  const warn = { env: { HANGUP_ON_UNPATCHED: 'warn' } };
  const told = `const { verify } = await import('hangup/verify'); const { ok, error } = await verify();
    console.log(ok, error?.code);`;

  test('a class that was loaded before the hook: verify() is not ok', async () => {
    const { dir } = openAiApp(newest);
    writeFileSync(join(dir, 'before.cjs'), requires(newest));
    const args = ['--require', './before.cjs', '--import', 'hangup/register'];
    const source = `${requires(newest)} (async () => { ${told} })();`;
    const warned = await start(dir, 'b.cjs', source, { ...warn, args });
    expect(warned).toMatchObject({ code: 0, stdout: 'false ERR_PATCH_LATE\n' });
    expect(warned.stderr).toContain('was loaded before hangup/register');
    expect(await start(dir, 'b.cjs', source, { args })).toMatchObject({ code: 1 });
  });

  test.each([
    ['a module without the class', (text: string) => text.replace('class OpenAIRealtimeWS ', 'class Other ')],
    ['a module with two of them', (text: string) => `${text}\nclass OpenAIRealtimeWS {}\n`],
  ])('%s is refused, or warned of', async (_name, change) => {
    const { dir, sdk } = openAiApp(newest);
    const file = join(sdk, 'realtime/ws.js');
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    const refused = await start(
      dir,
      'b.cjs',
      "try { require('openai/realtime/ws') } catch ({ code }) { console.log(code) }",
    );
    expect(refused).toMatchObject({ stdout: 'ERR_PATCH_UNSUPPORTED\n' });
  });

  test('a version out of range is refused, or warned of', async () => {
    const { dir, sdk } = openAiApp(newest);
    const file = join(sdk, 'package.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(`"version": "${newest}"`, '"version": "8.0.0"'));
    const source = `${requires(newest)} ${tell} (async () => { ${told} })();`;
    const refused = await start(dir, 'b.cjs', source);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('ERR_PATCH_UNSUPPORTED');
    expect(await start(dir, 'b.cjs', source, warn)).toMatchObject({
      code: 0,
      stdout: 'undefined undefined\nfalse ERR_PATCH_LATE\n',
    });
  });

  test('an app without the SDK pays nothing: its runtime is not read', async () => {
    const { dir } = app();
    mkdirSync(join(dir, 'node_modules/hangup/patches/openai'), { recursive: true });
    writeFileSync(join(dir, 'node_modules/hangup/patches/openai/runtime.cjs'), 'throw new Error("read");');
    expect(await start(dir, 'a.mjs', "console.log('well');")).toMatchObject({ code: 0, stdout: 'well\n', stderr: '' });
  });
});
