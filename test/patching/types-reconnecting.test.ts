/** The SDK's own `disconnect()` is declared to return nothing; in a patched copy the declarations tell the truth. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyTo } from '../../scripts/commands/apply.ts';
import { install, name, root, run, scratch } from '../support/patching.ts';
import { tsc } from './typed-app.ts';

const use = (type: string, from: string) => `
import ${from};
export async function end(ws: ${type}): Promise<void> {
  const connected: boolean = ws.connected;
  const report = await ws.disconnect(true);
  const outcome: 'graceful' | 'forced' = report.outcome;
  await ws.disconnect({ timeout: 100, signal: AbortSignal.abort() });
  await using held = ws;
  console.log(connected, outcome, held.connect);
  // @ts-expect-error -- a budget is a number
  await ws.disconnect({ timeout: '1s' });
}
export class Mine extends ${type} {
  override disconnect(force?: boolean) {
    return super.disconnect(force);
  }
}`;

const cells: readonly [version: string, file: string, text: string][] = [
  // Before that the class cannot be imported.
  ['1.0.1', 'a.mts', use('WebSocket', `{ WebSocket } from '${name}'`)],
  ['1.3.0', 'a.mts', use('WebSocket', `{ WebSocket } from '${name}'`)],
  ['2.1.0', 'a.cts', use('Websocket', `Websocket from '${name}/wrapper/Websocket'`)],
  ['2.2.9', 'a.cts', use('Websocket', `Websocket from '${name}/wrapper/Websocket'`)],
  ['2.2.9', 'b.cts', use('SttWebsocket', `{ SttWebsocket } from '${name}'`)],
];

function prepare(version: string, file: string, text: string, isPatched: boolean): string {
  const dir = scratch();
  const sdk = install(join(dir, 'node_modules', name), version, 'whole');
  if (isPatched) applyTo(sdk);
  mkdirSync(join(dir, 'node_modules/@types'), { recursive: true });
  for (const types of ['@types/node', '@types/ws', 'undici-types', 'emittery', 'partysocket']) {
    symlinkSync(join(root, 'node_modules', types), join(dir, 'node_modules', types));
  }
  writeFileSync(join(dir, file), text);
  return dir;
}

async function check(dir: string, file: string) {
  const module = ['--module', 'nodenext', '--moduleResolution', 'nodenext', '--esModuleInterop'];
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--types', 'node', '--ignoreConfig', '--skipLibCheck'];
  return run(process.execPath, [tsc, ...options, ...module, file], { cwd: dir });
}

test.each(cells)('%s, %s: a patched copy declares its members as they are', async (version, file, text) => {
  expect(await check(prepare(version, file, text, true), file)).toMatchObject({ code: 0, stdout: '' });
});

test('control: as published, disconnect() takes and returns nothing', async () => {
  const [version, file, text] = cells[3]!;
  const { stdout } = await check(prepare(version, file, text, false), file);
  expect(stdout).toMatch(/Property 'connected' does not exist/);
  expect(stdout).toMatch(/Property 'outcome' does not exist on type 'void'|Expected 0 arguments/);
});
