/** `node --import hangup/register` and ElevenLabs: a package with CommonJS modules only, one of which the main one does not export. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { elevenlabs } from '../../overlays/elevenlabs/sdk.ts';
import { startedVersions } from '../contract/played.ts';
import { barePackage } from '../support/sdk.ts';
import { app, buildHangup, start } from './hooked-app.ts';

buildHangup();

/** An app that has Cartesia, as every app of these tests, and ElevenLabs: 100 MB, so that it is a link. */
function elevenLabsApp(version: string): string {
  const { dir } = app();
  const sdk = join(dir, 'node_modules', elevenlabs.packageName);
  mkdirSync(dirname(sdk), { recursive: true });
  symlinkSync(barePackage(version, elevenlabs), sdk);
  return dir;
}

const { packageName } = elevenlabs;
const conversations = `${packageName}/api/resources/conversationalAi/conversation/index.js`;
const imports = `import { ElevenLabsClient, RealtimeConnection } from '${packageName}'; import { Conversation } from '${conversations}';`;
const requires = `const { ElevenLabsClient, RealtimeConnection } = require('${packageName}'); const { Conversation } = require('${conversations}');`;
/** @param probe looks how the classes behave, too */
const verified = (probe: boolean) => `const { verify, assertPatched } = await import('hangup/verify');
  for (const Class of [ElevenLabsClient, RealtimeConnection, Conversation]) assertPatched(Class);
  console.log(typeof new ElevenLabsClient({ apiKey: 'k' }).disconnect, typeof new RealtimeConnection(16000).disconnect);
  const { ok, error, copies } = await verify({ probe: ${probe} });
  const copy = copies.find((copy) => copy.package === '${packageName}');
  console.log(ok, error?.code, copy.delivery, JSON.stringify(copy.probe));`;
const well = (probe: string) => ({
  code: 0,
  stderr: '',
  stdout: `function function\ntrue undefined load hook ${probe}\n`,
});

test.each(startedVersions(elevenlabs))(
  'elevenlabs %s: modules of both formats get their members as they are loaded, and verify() says so',
  async (version) => {
    const dir = elevenLabsApp(version);
    const probed = await start(dir, 'a.mjs', `${imports} ${verified(true)}`);
    expect(probed).toMatchObject(well('[{"build":"cjs","patched":true}]'));
    const required = await start(dir, 'b.cjs', `${requires} (async () => { ${verified(false)} })();`);
    expect(required).toMatchObject(well('undefined'));
  },
);
