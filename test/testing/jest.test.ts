/** Jest, installed for this test: what docs/testing.md shows, mocks of `ws`, and the overlay of a bare SDK. */
import { cpSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { build } from '../../tools/build.ts';
import { installOnDemand } from '../support/on-demand.ts';
import { run } from '../support/patching.ts';
import { barePackage, root } from '../support/sdk.ts';
import { writeExamples } from './examples.ts';

const version = '30.5.2';
const home = join(root, '.cache/jest', version);
const jest = join(home, 'node_modules/jest/bin/jest.js');

const mocked = `
jest.mock('ws');
const { Cartesia } = require('@cartesia/cartesia-js');
const { WebSocket } = require('ws');

test('a patched SDK works with an automatic mock of ws', async () => {
  WebSocket.prototype.addEventListener.mockImplementation((type, listener) => type === 'open' && setTimeout(listener));
  const ws = await new Cartesia({ apiKey: 'test' }).tts.websocket();
  expect(await ws.disconnect(true)).toMatchObject({ outcome: 'forced' });
});
`;

const overlaid = `
const { Cartesia } = require('bare-sdk');
const { DisconnectedError } = require('hangup');
const { overlay } = require('hangup/cartesia');
const { fakeProvider } = require('hangup/testing');

test('overlay() of a bare SDK, with fake timers', async () => {
  jest.useFakeTimers();
  const provider = fakeProvider({ interval: 0 });
  const { target: client } = overlay(new Cartesia({ apiKey: 'test', baseURL: provider.url }));
  const ws = await client.tts.websocket();
  const types = [];
  for await (const { type } of ws.generate({ transcript: 'Hi' })) types.push(type);
  expect(types).toEqual(['chunk', 'chunk', 'chunk', 'done']);
  expect(await client.disconnect()).toMatchObject({ outcome: 'graceful' });
  await expect(ws.send({})).rejects.toThrow(DisconnectedError);
  await provider.close();
});
`;

const patched = `
const { TTSWS } = require('@cartesia/cartesia-js/resources/tts/ws');
const { TTSWS: Bare } = require('bare-sdk/resources/tts/ws');
const { assertPatched } = require('hangup/verify');

test('assertPatched', () => {
  assertPatched(TTSWS);
  expect(() => assertPatched(Bare)).toThrow(expect.objectContaining({ code: 'ERR_PATCH_MISSING' }));
});
`;

let folder: string;

beforeAll(async () => {
  if (!existsSync(jest)) await installOnDemand(home, `jest@${version}`);
  folder = writeExamples('jest');
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const modules = join(folder, 'node_modules');
  await build(join(modules, 'hangup/dist'));
  for (const part of ['package.json', 'patches'])
    cpSync(join(root, part), join(modules, 'hangup', part), { recursive: true });
  cpSync(barePackage('4.2.0'), join(modules, 'bare-sdk'), { recursive: true });
  symlinkSync(join(root, 'node_modules/ws'), join(modules, 'ws'));
  for (const [name, text] of Object.entries({ mocked, overlaid, patched }))
    writeFileSync(join(folder, `${name}.jest.js`), text);
}, 300_000);

test('every test passes', async () => {
  const options = ['--testMatch', '**/*.jest.js', '--json', '--no-cache', '--runInBand'];
  const { stdout, stderr } = await run(process.execPath, [jest, ...options, '--rootDir', folder], { cwd: folder });
  const { numPassedTests, numFailedTests } = JSON.parse(stdout) as Record<string, number>;
  expect([numPassedTests, numFailedTests], stderr).toEqual([4, 0]);
}, 120_000);
