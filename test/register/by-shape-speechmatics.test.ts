/** `node --import hangup/register` and Speechmatics: CommonJS and ES modules load one file. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { versionsOf } from '../../overlays/sdk.ts';
import { speechmatics } from '../../overlays/speechmatics/sdk.ts';
import { isLong } from '../contract/played.ts';
import { outcomeOf } from '../support/patching.ts';
import { barePackage, root } from '../support/sdk.ts';
import { app, buildHangup, start } from './hooked-app.ts';

buildHangup();

const { packageName } = speechmatics;

/** An app that has Cartesia, as every app of these tests, and Speechmatics. */
function speechmaticsApp(version: string): { dir: string; sdk: string } {
  const { dir } = app();
  const sdk = join(dir, 'node_modules', packageName);
  cpSync(barePackage(version, speechmatics), sdk, { recursive: true });
  const target = 'typescript-event-target';
  cpSync(join(root, 'node_modules', target), join(dir, 'node_modules', target), { recursive: true });
  return { dir, sdk };
}

const imports = `import { RealtimeClient } from '${packageName}';`;
const requires = `const { RealtimeClient } = require('${packageName}');`;
const verified = `const { verify, assertPatched } = await import('hangup/verify');
  assertPatched(RealtimeClient);
  console.log(typeof new RealtimeClient().disconnect);
  const { ok, error, copies } = await verify();
  console.log(ok, error?.code, copies.filter((copy) => copy.package === '${packageName}').map(({ delivery }) => delivery).join());`;
const well = { code: 0, stderr: '', stdout: 'function\ntrue undefined load hook\n' };

/** With HANGUP_LONG=1, all of them. */
const versions = isLong ? versionsOf(speechmatics) : versionsOf(speechmatics).slice(-1);

describe.each(versions)('speechmatics %s', (version) => {
  test('ES modules and CommonJS get its members as they are loaded, and verify() says so', async () => {
    const { dir } = speechmaticsApp(version);
    expect(await start(dir, 'a.mjs', `${imports} ${verified}`)).toMatchObject(well);
    expect(await start(dir, 'b.cjs', `${requires} (async () => { ${verified} })();`)).toMatchObject(well);
  });

  test('verify({ probe: true }) looks how its class behaves', async () => {
    const { dir } = speechmaticsApp(version);
    const source = `${imports} import { verify } from 'hangup/verify';
      console.log(JSON.stringify(await verify({ probe: true })));`;
    const outcome = outcomeOf(await start(dir, 'a.mjs', source));
    const probe = outcome.copies.find((copy) => copy.package === packageName)?.probe;
    expect(probe).toEqual([{ build: 'cjs', patched: true }]);
    expect(outcome).toMatchObject({ ok: true });
  });
});

test('a module of another shape is refused', async () => {
  const { dir, sdk } = speechmaticsApp('8.5.1');
  const file = join(sdk, 'dist/index.js');
  writeFileSync(file, readFileSync(file, 'utf8').replace('class RealtimeClient ', 'class Other '));
  const source = `try { require('${packageName}') } catch ({ code }) { console.log(code) }`;
  expect(await start(dir, 'b.cjs', source)).toMatchObject({ stdout: 'ERR_PATCH_UNSUPPORTED\n' });
});
