/** `node --import hangup/register` and AssemblyAI: one module defines several classes, and each gets its seams. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assemblyai } from '../../overlays/assemblyai/sdk.ts';
import { startedVersions } from '../contract/played.ts';
import { outcomeOf } from '../support/patching.ts';
import { barePackage } from '../support/sdk.ts';
import { app, buildHangup, start } from './hooked-app.ts';

buildHangup();

/** An app that has Cartesia, as every app of these tests, and AssemblyAI. */
function assemblyAiApp(version: string): { dir: string; sdk: string } {
  const { dir } = app();
  const sdk = join(dir, 'node_modules/assemblyai');
  cpSync(barePackage(version, assemblyai), sdk, { recursive: true });
  return { dir, sdk };
}

const names = 'AssemblyAI, StreamingTranscriber, RealtimeTranscriber';
const imports = `import { ${names} } from 'assemblyai'; import * as alone from 'assemblyai/streaming';`;
const requires = `const { ${names} } = require('assemblyai'); const alone = require('assemblyai/streaming');`;
const verified = `const { verify, assertPatched } = await import('hangup/verify');
  const { RealtimeTranscriber: Realtime, StreamingTranscriber: Streaming = Realtime } = alone;
  for (const Class of [${names}, Realtime, Streaming]) assertPatched(Class);
  const client = new AssemblyAI({ apiKey: 'k' });
  console.log(typeof client.disconnect, typeof client.streaming.transcriber({ sampleRate: 16000 }).disconnect);
  const { ok, error, copies } = await verify();
  console.log(ok, error?.code, copies.filter((copy) => copy.package === 'assemblyai').map(({ delivery }) => delivery).join());`;
const well = { code: 0, stderr: '', stdout: 'function function\ntrue undefined load hook\n' };

describe.each(startedVersions(assemblyai))('assemblyai %s', (version) => {
  test('both builds get their members as they are loaded, and verify() says so', async () => {
    const { dir } = assemblyAiApp(version);
    expect(await start(dir, 'a.mjs', `${imports} ${verified}`)).toMatchObject(well);
    expect(await start(dir, 'b.cjs', `${requires} (async () => { ${verified} })();`)).toMatchObject(well);
  });

  test('verify({ probe: true }) looks how its classes behave', async () => {
    const { dir } = assemblyAiApp(version);
    const source = `${imports} import { verify } from 'hangup/verify';
      console.log(JSON.stringify(await verify({ probe: true })));`;
    const outcome = outcomeOf(await start(dir, 'a.mjs', source));
    expect(outcome.copies.find((copy) => copy.package === 'assemblyai')?.probe).toEqual([
      { build: 'cjs', patched: true },
      { build: 'esm', patched: true },
    ]);
    expect(outcome).toMatchObject({ ok: true });
  });
});

test('a module that lacks one of its classes is refused', async () => {
  const { dir, sdk } = assemblyAiApp('4.41.5');
  const file = join(sdk, 'dist/node.cjs');
  writeFileSync(file, readFileSync(file, 'utf8').replace('class RealtimeTranscriber ', 'class Other '));
  const source = "try { require('assemblyai') } catch ({ code }) { console.log(code) }";
  expect(await start(dir, 'b.cjs', source)).toMatchObject({ stdout: 'ERR_PATCH_UNSUPPORTED\n' });
});
