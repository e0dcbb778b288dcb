import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyTo } from '../../scripts/commands/apply.ts';
import { install, name, newest, root, run, scratch } from '../support/patching.ts';
import { tsc } from './typed-app.ts';

const uses = `
export async function end(ws: TTSWS): Promise<void> {
  const connected: boolean = ws.connected;
  const report = await ws.disconnect(true);
  const outcome: 'graceful' | 'forced' = report.outcome;
  const names: string[] = report.steps.map((step) => step.name);
  await ws.disconnect({ force: false, timeout: 100, signal: AbortSignal.abort() });
  await using held = ws;
  console.log(connected, outcome, names, held.url);
  for await (const event of ws.generate({} as Parameters<TTSWS['generate']>[0], { timeout: 100 })) console.log(event.type);
  // @ts-expect-error -- a budget is a number
  await ws.disconnect({ timeout: '1s' });
}`;

const client = `
import Cartesia from '${name}';
export const viaClient = async () => (await new Cartesia({ apiKey: 'key' }).tts.websocket()).disconnect();
export async function transcribe(): Promise<number> {
  const parameters = { model: 'ink-2', encoding: 'pcm_s16le', sample_rate: 16000 } as const;
  const { stt } = new Cartesia({ apiKey: 'key' });
  await using auto = stt.autoFinalize.websocket(parameters);
  const manual = stt.manualFinalize.websocket(parameters);
  const connected: boolean = auto.connected && manual.connected;
  for await (const event of auto.stream()) console.log(event.type, connected);
  const forced = await manual.disconnect(true);
  const closed = await auto.close({ code: 1000, reason: 'bye' });
  return forced.durationMs + closed.durationMs;
}`;

/** As published its disconnect() takes and returns nothing. In CommonJS only: see `broken` in targets.ts. */
const wrapper = `
import { WebSocketWrapper } from '${name}/backcompat/tts-wrapper';
export async function endWrapper(ws: WebSocketWrapper): Promise<'graceful' | 'forced'> {
  const connected: boolean = ws.connected;
  const report = await ws.disconnect(true);
  await using held = ws;
  console.log(connected, report.steps.map((step) => step.name), held.connect);
  return (await ws.disconnect()).outcome;
}`;

let dir: string;

beforeAll(() => {
  dir = scratch();
  applyTo(install(join(dir, 'node_modules', name), newest, 'whole'));
  for (const types of ['node', 'ws']) {
    mkdirSync(join(dir, 'node_modules/@types'), { recursive: true });
    symlinkSync(join(root, 'node_modules/@types', types), join(dir, 'node_modules/@types', types));
  }
  cpSync(join(root, 'node_modules/undici-types'), join(dir, 'node_modules/undici-types'), { recursive: true });
  const from = `from '${name}/resources/tts/ws';`;
  writeFileSync(join(dir, 'a.cts'), `import { TTSWS } ${from}${uses}${client}${wrapper}`);
  writeFileSync(join(dir, 'b.mts'), `import { TTSWS } ${from}${uses}${client}`);
  writeFileSync(join(dir, 'unpatched.mts'), `import { TTSWS } ${from}\nexport const f = (ws: TTSWS) => ws.hangup();\n`);
});

const check = (files: string[], options: string[]) => {
  const common = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022', '--types', 'node', '--ignoreConfig'];
  return run(process.execPath, [tsc, ...common, ...options, ...files], { cwd: dir });
};

describe.each(['true', 'false'])('skipLibCheck %s', (skipLibCheck) => {
  test.each([
    ['nodenext', 'nodenext', ['a.cts', 'b.mts']],
    ['esnext', 'bundler', ['b.mts']],
  ])(
    'module %s, resolution %s: CommonJS and ES module consumers see the new members',
    async (module, resolution, files) => {
      const options = ['--module', module, '--moduleResolution', resolution, '--skipLibCheck', skipLibCheck];
      expect(await check(files, options)).toMatchObject({ code: 0, stdout: '' });
    },
  );
});

test('the check would notice a member that is not there', async () => {
  const result = await check(['unpatched.mts'], ['--module', 'nodenext', '--skipLibCheck', 'true']);
  expect(result.stdout).toContain("Property 'hangup' does not exist on type 'TTSWS'");
});

test('the types are those of core/disconnectable.ts', () => {
  const types = readFileSync(join(dir, 'node_modules', name, 'hangup/runtime.d.cts'), 'utf8');
  expect(types).toContain(readFileSync(join(root, 'core/disconnectable.ts'), 'utf8'));
});
