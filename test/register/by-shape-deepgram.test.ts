/** `node --import hangup/register` and Deepgram: of 5.x, one module keeps the classes of sockets to itself. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deepgram } from '../../overlays/deepgram/sdk.ts';
import { versionsOf } from '../../overlays/sdk.ts';
import { isLong } from '../contract/played.ts';
import { outcomeOf } from '../support/patching.ts';
import { barePackage } from '../support/sdk.ts';
import { app, buildHangup, start } from './hooked-app.ts';

buildHangup();

/** The packages that each version of the SDK needs. */
const needs = ['deepmerge', 'cross-fetch', 'node-fetch', 'whatwg-url', 'tr46', 'webidl-conversions', 'events', 'dayjs'];

/** An app that has Cartesia, as every app of these tests, and Deepgram. */
function deepgramApp(version: string): { dir: string; sdk: string } {
  const { dir } = app();
  const modules = join(dir, 'node_modules');
  const sdk = join(modules, '@deepgram/sdk');
  cpSync(barePackage(version, deepgram), sdk, { recursive: true });
  if (version.startsWith('5.')) return { dir, sdk };
  const own = join(barePackage(version, deepgram), '..');
  for (const name of [...needs, '@deepgram/captions'])
    cpSync(join(own, name), join(modules, name), { recursive: true });
  return { dir, sdk };
}

const verified = `const { verify, assertPatched } = await import('hangup/verify');
  for (const Class of classes) assertPatched(Class);
  console.log(typeof client.disconnect, typeof socket.disconnect, socket.connected);
  await client.disconnect(true);
  const { ok, error, copies } = await verify();
  console.log(ok, error?.code, copies.filter((copy) => copy.package === '@deepgram/sdk').map(({ delivery }) => delivery).join());`;
const of5 = `const client = new DeepgramClient({ apiKey: 'k' }); const classes = [DeepgramClient];
  const socket = await client.listen.v1.connect({ model: 'nova-3' });`;
const ofOld = `const client = createClient({ key: 'k', global: { websocket: { options: { url: 'ws://127.0.0.1:9' } } } });
  const classes = [DeepgramClient, ListenLiveClient]; const socket = client.listen.live({}); socket.on('error', () => {});`;
const well = { code: 0, stderr: '', stdout: 'function function false\ntrue undefined load hook\n' };

/** With HANGUP_LONG=1, all of them. */
const all = versionsOf(deepgram);
const versions = isLong ? all : ['4.11.3', '5.13.0'];

describe.each(versions)('@deepgram/sdk %s', (version) => {
  const isOld = !version.startsWith('5.');
  const names = isOld ? 'createClient, DeepgramClient, ListenLiveClient' : 'DeepgramClient';
  const body = `${isOld ? ofOld : of5} ${verified}`;

  test('its builds get their members as they are loaded, and verify() says so', async () => {
    const { dir } = deepgramApp(version);
    const imported = isOld
      ? `import sdk from '@deepgram/sdk'; const { ${names} } = sdk;`
      : `import { ${names} } from '@deepgram/sdk';`;
    expect(await start(dir, 'a.mjs', `${imported} ${body}`)).toMatchObject(well);
    const required = `const { ${names} } = require('@deepgram/sdk');`;
    expect(await start(dir, 'b.cjs', `${required} (async () => { ${body} })();`)).toMatchObject(well);
  });

  test('verify({ probe: true }) looks how its classes behave', async () => {
    const { dir } = deepgramApp(version);
    const source = `import '@deepgram/sdk'; import { verify } from 'hangup/verify';
      console.log(JSON.stringify(await verify({ probe: true })));`;
    const outcome = outcomeOf(await start(dir, 'a.mjs', source));
    const builds = isOld ? ['cjs'] : ['cjs', 'esm'];
    expect(outcome.copies.find((copy) => copy.package === '@deepgram/sdk')?.probe).toEqual(
      builds.map((build) => ({ build, patched: true })),
    );
    expect(outcome).toMatchObject({ ok: true });
  });
});

test('a module that lacks one of its classes is refused', async () => {
  const { dir, sdk } = deepgramApp('5.13.0');
  const file = join(sdk, 'dist/cjs/CustomClient.js');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('class WrappedAgentV1Socket ', 'class Other '));
  const source = "try { require('@deepgram/sdk') } catch ({ code }) { console.log(code) }";
  expect(await start(dir, 'b.cjs', source)).toMatchObject({ stdout: 'ERR_PATCH_UNSUPPORTED\n' });
});
