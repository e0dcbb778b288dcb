/** `node --import hangup/register` and the SDKs that have no patches on disk: their classes are told by their shape. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { satisfies } from 'semver';
import { describe, expect, test } from 'vitest';
import { deepgram } from '../../overlays/deepgram/sdk.ts';
import { googleGenai } from '../../overlays/google-genai/sdk.ts';
import { openai } from '../../overlays/openai/sdk.ts';
import type { Format, Sdk } from '../../overlays/sdk.ts';
import { formatsOf, versionsOf } from '../../overlays/sdk.ts';
import { sdks } from '../../overlays/sdks.ts';
import { isLong, startedVersions } from '../contract/played.ts';
import { linkDependencies, linkModules, replaceFile } from '../support/link-folder.ts';
import { outcomeOf } from '../support/patching.ts';
import { barePackage } from '../support/sdk.ts';
import { app, buildHangup, start } from './hooked-app.ts';

buildHangup();

/** One SDK has 6,000 modules, which a test loads twice. */
const timeout = 60_000;

/** An app that has Cartesia, as every app of these tests, and another SDK with all that it depends on. */
function appWith(sdk: Sdk, version: string): { dir: string; sdk: string } {
  const { dir } = app();
  const folder = join(dir, 'node_modules', sdk.packageName);
  linkModules(barePackage(version, sdk), folder);
  linkDependencies(barePackage(version, sdk), dir);
  return { dir, sdk: folder };
}

const unchanged = new Map<string, string>();

/** The same app for all tests that change nothing in it. One SDK has 6,000 modules. @returns its folder */
function sharedApp(sdk: Sdk, version: string): string {
  const key = `${sdk.name} ${version}`;
  const dir = unchanged.get(key) ?? appWith(sdk, version).dir;
  unchanged.set(key, dir);
  return dir;
}

/** Names the module and the class of every target that the load hook has to reach in this version. */
function reached(sdk: Sdk, version: string, format: Format): [importFrom: string, className: string][] {
  const isThere = (file: string) => existsSync(join(barePackage(version, sdk), file));
  return sdk.targets.flatMap(({ builds, range, importFrom, isLocal, className, importedAs = className }) =>
    !isLocal && satisfies(version, range!) && builds.some((build) => build.format === format && isThere(build.file))
      ? [[importFrom, importedAs]]
      : [],
  );
}

/** The hook finds the classes of each SDK in one and the same way. A short run plays an SDK of each of two generators. */
const isPlayed = (sdk: Sdk) => isLong || sdk === openai || sdk === deepgram;

describe.each(sdks.filter((sdk) => sdk.isByShape && isPlayed(sdk)))('$packageName', (sdk) => {
  describe.each(startedVersions(sdk))('%s', (version) => {
    const isOther = `({ package: name }) => name === '${sdk.packageName}'`;
    /** Checks every class, however it is loaded. */
    const check = (format: Format, load: string) => `(async () => {
      const { assertPatched, verify } = await import('hangup/verify');
      for (const [module, name] of ${JSON.stringify(reached(sdk, version, format))}) {
        const Class = (${load}(module))[name];
        assertPatched(Class);
        console.log(name, typeof Class.prototype.disconnect);
      }
      const { ok, error, copies } = await verify();
      console.log(ok, error?.code, copies.filter(${isOther}).map(({ delivery }) => delivery).join());
    })();`;
    const well = (format: Format) => ({
      code: 0,
      stderr: '',
      stdout: `${reached(sdk, version, format)
        .map(([, name]) => `${name} function\n`)
        .join('')}true undefined load hook\n`,
    });

    const formats = formatsOf(sdk, version);

    // The hook reaches each format in a way of its own, which is the same for each SDK.
    test.each(isLong || sdk === openai ? formats : formats.slice(0, 1))(
      '%s: the classes get their members as they are loaded, and verify() says so',
      { timeout },
      async (format) => {
        const dir = sharedApp(sdk, version);
        expect(reached(sdk, version, format)).not.toEqual([]);
        const [file, load] = format === 'esm' ? ['a.mjs', 'await import'] : ['b.cjs', 'require'];
        expect(await start(dir, file, check(format, load))).toMatchObject(well(format));
      },
    );

    // It starts two more programs for each.
    test.runIf(isLong || sdk === openai)(
      'verify({ probe: true }) looks how its classes behave',
      { timeout },
      async () => {
        const dir = sharedApp(sdk, version);
        const source = `for (const [module] of ${JSON.stringify(reached(sdk, version, formats[0]!))}) await import(module);
        const { verify } = await import('hangup/verify');
        console.log(JSON.stringify(await verify({ probe: true })));`;
        const outcome = outcomeOf(await start(dir, 'a.mjs', source));
        expect(outcome.copies.find((copy) => copy.package === sdk.packageName)?.probe).toEqual(
          formats.map((build) => ({ build, patched: true })),
        );
        expect(outcome).toMatchObject({ ok: true });
      },
    );
  });
});

test('Google GenAI: the hook reaches the sessions of a client before one is open', async () => {
  const dir = sharedApp(googleGenai, versionsOf(googleGenai).at(-1)!);
  const source = `import { GoogleGenAI } from '@google/genai';
    const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: 'https://127.0.0.1:9' } });
    const connecting = client.live.connect({ model: 'm', callbacks: { onmessage() {} } });
    console.log((await client.disconnect()).members.length);
    await connecting.catch(({ code }) => console.log(code));`;
  expect(await start(dir, 'a.mjs', source)).toMatchObject({ code: 0, stderr: '', stdout: '1\nERR_DISCONNECTED\n' });
});

test('Deepgram: the hook reaches the sockets, whose classes nobody can import', async () => {
  const dir = sharedApp(deepgram, versionsOf(deepgram).at(-1)!);
  const source = `import { DeepgramClient } from '@deepgram/sdk';
    const client = new DeepgramClient({ apiKey: 'k' });
    const socket = await client.listen.v1.connect({ model: 'nova-3' });
    console.log(typeof socket.disconnect, socket.connected);
    await client.disconnect(true);`;
  expect(await start(dir, 'a.mjs', source)).toMatchObject({ code: 0, stderr: '', stdout: 'function false\n' });
});

describe('a copy that cannot be taken by its shape', () => {
  const newest = versionsOf(openai).at(-1)!;
  const warn = { env: { HANGUP_ON_UNPATCHED: 'warn' } };
  const loads = `const { OpenAI } = require('openai'); const { OpenAIRealtimeWS } = require('openai/realtime/ws');`;
  const tell = `console.log(typeof OpenAIRealtimeWS.prototype.createResponse, typeof new OpenAI({ apiKey: 'k' }).disconnect);`;
  const told = `const { verify } = await import('hangup/verify'); const { ok, error } = await verify();
    console.log(ok, error?.code);`;

  test('a class that was loaded before the hook: verify() is not ok', async () => {
    const dir = sharedApp(openai, newest);
    writeFileSync(join(dir, 'before.cjs'), loads);
    const args = ['--require', './before.cjs', '--import', 'hangup/register'];
    const source = `${loads} (async () => { ${told} })();`;
    const warned = await start(dir, 'b.cjs', source, { ...warn, args });
    expect(warned).toMatchObject({ code: 0, stdout: 'false ERR_PATCH_LATE\n' });
    expect(warned.stderr).toContain('was loaded before hangup/register');
    const refused = await start(dir, 'b.cjs', source, { args });
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('Put "--import hangup/register" before');
    // The SDK has no patch on disk.
    expect(warned.stderr + refused.stderr).not.toContain('hangup apply');
  });

  test.each([
    ['a module without the class', (text: string) => text.replace('class OpenAIRealtimeWS ', 'class Other ')],
    ['a module with two of them', (text: string) => `${text}\nclass OpenAIRealtimeWS {}\n`],
  ])('%s is refused', async (_name, change) => {
    const { dir, sdk } = appWith(openai, newest);
    const file = join(sdk, 'realtime/ws.js');
    replaceFile(file, change(readFileSync(file, 'utf8')));
    const source = "try { require('openai/realtime/ws') } catch ({ code }) { console.log(code) }";
    expect(await start(dir, 'b.cjs', source)).toMatchObject({ stdout: 'ERR_PATCH_UNSUPPORTED\n' });
  });

  test('a module that lacks one of its several classes is refused', async () => {
    const assemblyai = sdks.find(({ name }) => name === 'assemblyai')!;
    const { dir, sdk } = appWith(assemblyai, versionsOf(assemblyai).at(-1)!);
    const file = join(sdk, 'dist/node.cjs');
    replaceFile(file, readFileSync(file, 'utf8').replace('class RealtimeTranscriber ', 'class Other '));
    const source = "try { require('assemblyai') } catch ({ code }) { console.log(code) }";
    expect(await start(dir, 'b.cjs', source)).toMatchObject({ stdout: 'ERR_PATCH_UNSUPPORTED\n' });
  });

  test('a version out of range is refused, or warned of', async () => {
    const { dir, sdk } = appWith(openai, newest);
    const file = join(sdk, 'package.json');
    replaceFile(file, readFileSync(file, 'utf8').replace(`"version": "${newest}"`, '"version": "8.0.0"'));
    const source = `${loads} ${tell} (async () => { ${told} })();`;
    const refused = await start(dir, 'b.cjs', source);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('ERR_PATCH_UNSUPPORTED');
    expect(refused.stderr).toContain('openai 8.0.0, which has no patch: this hangup knows >=4.97.0');
    expect(await start(dir, 'b.cjs', source, warn)).toMatchObject({
      code: 0,
      stdout: 'undefined undefined\nfalse ERR_PATCH_LATE\n',
    });
  });

  test('an app without the SDK pays nothing: its runtime is not read', async () => {
    const { dir } = app();
    mkdirSync(join(dir, 'node_modules/hangup/patches/openai'), { recursive: true });
    replaceFile(join(dir, 'node_modules/hangup/patches/openai/runtime.cjs'), 'throw new Error("read");');
    expect(await start(dir, 'a.mjs', "console.log('well');")).toMatchObject({ code: 0, stdout: 'well\n', stderr: '' });
  });
});
