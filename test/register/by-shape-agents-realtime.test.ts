/** `node --import hangup/register` and OpenAI's agents: a session and its transport are of two modules. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentsRealtime } from '../../overlays/agents-realtime/sdk.ts';
import { startedVersions } from '../contract/played.ts';
import { installAgents } from '../support/agents.ts';
import { outcomeOf } from '../support/patching.ts';
import { app, buildHangup, start } from './hooked-app.ts';

buildHangup();

/** An app that has Cartesia, as every app of these tests, and OpenAI's agents. */
function agentsApp(version: string): { dir: string; sdk: string } {
  const { dir } = app();
  return { dir, sdk: installAgents(version, join(dir, 'node_modules')) };
}

const names = 'RealtimeAgent, RealtimeSession, OpenAIRealtimeWebSocket';
const imports = `import { ${names} } from '@openai/agents-realtime';`;
const requires = `const { ${names} } = require('@openai/agents-realtime');`;
const verified = `const { verify, assertPatched } = await import('hangup/verify');
  for (const Class of [RealtimeSession, OpenAIRealtimeWebSocket]) assertPatched(Class);
  const session = new RealtimeSession(new RealtimeAgent({ name: 'a' }), { transport: 'websocket' });
  const { outcome } = await session.disconnect();
  const { ok, error, copies } = await verify();
  const own = copies.filter((copy) => copy.package === '@openai/agents-realtime');
  console.log(outcome, session.connected, ok, error?.code, own.map(({ delivery }) => delivery).join());`;
const well = { code: 0, stderr: '', stdout: 'graceful false true undefined load hook\n' };

describe.each(startedVersions(agentsRealtime))('@openai/agents-realtime %s', (version) => {
  test('both builds get their members as they are loaded, and verify() says so', async () => {
    const { dir } = agentsApp(version);
    expect(await start(dir, 'a.mjs', `${imports} ${verified}`)).toMatchObject(well);
    expect(await start(dir, 'b.cjs', `${requires} (async () => { ${verified} })();`)).toMatchObject(well);
  });

  test('verify({ probe: true }) looks how its classes behave', async () => {
    const { dir } = agentsApp(version);
    const source = `${imports} import { verify } from 'hangup/verify';
      console.log(JSON.stringify(await verify({ probe: true })));`;
    const outcome = outcomeOf(await start(dir, 'a.mjs', source));
    expect(outcome.copies.find((copy) => copy.package === '@openai/agents-realtime')?.probe).toEqual([
      { build: 'cjs', patched: true },
      { build: 'esm', patched: true },
    ]);
    expect(outcome).toMatchObject({ ok: true });
  });
});

test('a module that lacks its class is refused', async () => {
  const { dir, sdk } = agentsApp('0.20.0');
  const file = join(sdk, 'dist/realtimeSession.js');
  writeFileSync(file, readFileSync(file, 'utf8').replace('class RealtimeSession ', 'class Other '));
  const source = "try { require('@openai/agents-realtime') } catch ({ code }) { console.log(code) }";
  expect(await start(dir, 'b.cjs', source)).toMatchObject({ stdout: 'ERR_PATCH_UNSUPPORTED\n' });
});
