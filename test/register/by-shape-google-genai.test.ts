/** `node --import hangup/register` and Google GenAI: two classes get their seams as they are loaded, the others with the client. */
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { googleGenai } from '../../overlays/google-genai/sdk.ts';
import { versionsOf } from '../../overlays/sdk.ts';
import { isLong } from '../contract/played.ts';
import { outcomeOf } from '../support/patching.ts';
import { barePackage } from '../support/sdk.ts';
import { app, buildHangup, start } from './hooked-app.ts';

buildHangup();

const require = createRequire(import.meta.url);

/** An app that has Cartesia, as every app of these tests, and Google GenAI, whose dependencies are those of the tests. */
function genaiApp(version: string): { dir: string; sdk: string } {
  const { dir } = app();
  const [bare, sdk] = [barePackage(version, googleGenai), join(dir, 'node_modules/@google/genai')];
  cpSync(bare, sdk, { recursive: true, filter: (path) => path !== join(bare, 'node_modules') });
  const { resolve } = createRequire(join(bare, 'package.json'));
  for (const name of Object.keys(require(join(bare, 'package.json')).dependencies)) {
    const at = join(dir, 'node_modules', name);
    const [folder] = resolve.paths(name)!.filter((modules) => existsSync(join(modules, name)));
    if (!existsSync(at)) symlinkSync(join(folder!, name), at);
  }
  return { dir, sdk };
}

const imports = `import { GoogleGenAI, Session } from '@google/genai';`;
const requires = `const { GoogleGenAI, Session } = require('@google/genai');`;
/** Nothing listens there. */
const verified = `const { verify, assertPatched } = await import('hangup/verify');
  for (const Class of [GoogleGenAI, Session]) assertPatched(Class);
  const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: 'https://127.0.0.1:9' } });
  const connecting = client.live.connect({ model: 'm', callbacks: { onmessage() {} } });
  console.log(typeof client.disconnect, (await client.disconnect()).members.length);
  await connecting.catch(({ code }) => console.log(code));
  const { ok, error, copies } = await verify();
  console.log(ok, error?.code, copies.filter((copy) => copy.package === '@google/genai').map(({ delivery }) => delivery).join());`;
const well = { code: 0, stderr: '', stdout: 'function 1\nERR_DISCONNECTED\ntrue undefined load hook\n' };

/** With HANGUP_LONG=1, all of them. */
const versions = isLong ? versionsOf(googleGenai) : versionsOf(googleGenai).slice(-1);

describe.each(versions)('@google/genai %s', (version) => {
  test('both builds get their members as they are loaded, and verify() says so', async () => {
    const { dir } = genaiApp(version);
    expect(await start(dir, 'a.mjs', `${imports} ${verified}`)).toMatchObject(well);
    expect(await start(dir, 'b.cjs', `${requires} (async () => { ${verified} })();`)).toMatchObject(well);
  });

  test('verify({ probe: true }) looks how its classes behave', async () => {
    const { dir } = genaiApp(version);
    const source = `${imports} import { verify } from 'hangup/verify';
      console.log(JSON.stringify(await verify({ probe: true })));`;
    const outcome = outcomeOf(await start(dir, 'a.mjs', source));
    expect(outcome.copies.find((copy) => copy.package === '@google/genai')?.probe).toEqual([
      { build: 'cjs', patched: true },
      { build: 'esm', patched: true },
    ]);
    expect(outcome).toMatchObject({ ok: true });
  });
});

test('a module that lacks one of its classes is refused', async () => {
  const { dir, sdk } = genaiApp('3.3.0');
  const file = join(sdk, 'dist/node/index.cjs');
  writeFileSync(file, readFileSync(file, 'utf8').replace('\nclass Session ', '\nclass Other '));
  const source = "try { require('@google/genai') } catch ({ code }) { console.log(code) }";
  expect(await start(dir, 'b.cjs', source)).toMatchObject({ stdout: 'ERR_PATCH_UNSUPPORTED\n' });
});
