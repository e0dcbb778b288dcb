/** `node --import hangup/register` and ElevenLabs: a package with CommonJS modules only, one of which the main one does not export. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { elevenlabs } from '../../overlays/elevenlabs/sdk.ts';
import { startedVersions } from '../contract/played.ts';
import { outcomeOf } from '../support/patching.ts';
import { barePackage, root } from '../support/sdk.ts';
import { app, buildHangup, start } from './hooked-app.ts';

buildHangup();

/** An app that has Cartesia, as every app of these tests, and ElevenLabs. */
function elevenLabsApp(version: string): { dir: string; sdk: string } {
  const { dir } = app();
  const modules = join(dir, 'node_modules');
  const sdk = join(modules, elevenlabs.packageName);
  const bare = barePackage(version, elevenlabs);
  // Thousands of declarations, and a second copy of all modules.
  const isUsed = (path: string) => !path.endsWith('.d.ts') && path !== join(bare, 'dist');
  cpSync(bare, sdk, { recursive: true, filter: isUsed });
  for (const name of ['node-fetch', 'command-exists', 'whatwg-url', 'webidl-conversions', 'tr46'])
    cpSync(join(root, 'node_modules', name), join(modules, name), { recursive: true });
  return { dir, sdk };
}

const { packageName } = elevenlabs;
const conversations = `${packageName}/api/resources/conversationalAi/conversation/index.js`;
const imports = `import { ElevenLabsClient, RealtimeConnection } from '${packageName}'; import { Conversation } from '${conversations}';`;
const requires = `const { ElevenLabsClient, RealtimeConnection } = require('${packageName}'); const { Conversation } = require('${conversations}');`;
const verified = `const { verify, assertPatched } = await import('hangup/verify');
  for (const Class of [ElevenLabsClient, RealtimeConnection, Conversation]) assertPatched(Class);
  console.log(typeof new ElevenLabsClient({ apiKey: 'k' }).disconnect, typeof new RealtimeConnection(16000).disconnect);
  const { ok, error, copies } = await verify();
  console.log(ok, error?.code, copies.filter((copy) => copy.package === '${packageName}').map(({ delivery }) => delivery).join());`;
const well = { code: 0, stderr: '', stdout: 'function function\ntrue undefined load hook\n' };

describe.each(startedVersions(elevenlabs))('elevenlabs %s', (version) => {
  test('modules of both formats get their members as they are loaded, and verify() says so', async () => {
    const { dir } = elevenLabsApp(version);
    expect(await start(dir, 'a.mjs', `${imports} ${verified}`)).toMatchObject(well);
    expect(await start(dir, 'b.cjs', `${requires} (async () => { ${verified} })();`)).toMatchObject(well);
  });

  test('verify({ probe: true }) looks how its classes behave, and a module of another shape is refused', async () => {
    const { dir, sdk } = elevenLabsApp(version);
    const source = `${imports} import { verify } from 'hangup/verify';
      console.log(JSON.stringify(await verify({ probe: true })));`;
    const outcome = outcomeOf(await start(dir, 'a.mjs', source));
    expect(outcome.copies.find((copy) => copy.package === packageName)?.probe).toEqual([
      { build: 'cjs', patched: true },
    ]);
    expect(outcome).toMatchObject({ ok: true });

    const file = join(sdk, 'wrapper/realtime/connection.js');
    writeFileSync(file, readFileSync(file, 'utf8').replace('class RealtimeConnection ', 'class Other '));
    const refused = `try { require('${packageName}') } catch ({ code }) { console.log(code) }`;
    expect(await start(dir, 'b.cjs', refused)).toMatchObject({ stdout: 'ERR_PATCH_UNSUPPORTED\n' });
  });
});
