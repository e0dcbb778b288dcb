/** `hangup/types/…` declares for an SDK as published what a patched one declares itself. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { cartesia } from '../../overlays/cartesia/sdk.ts';
import { sdks } from '../../overlays/sdks.ts';
import { augmentationsOf, writeAugmentation } from '../../tools/augmentations.ts';
import { install, name, root, run, scratch } from '../support/patching.ts';

const compilers = [import.meta.url, join(root, 'node_modules/@arethetypeswrong/core/package.json')].map((from) =>
  join(dirname(createRequire(from).resolve('typescript/package.json')), 'bin/tsc'),
);
const [newest, older] = compilers as [string, string];

const ends = (object: string) => `
  {
    const connected: boolean = ${object}.connected;
    const report = await ${object}.disconnect();
    const outcome: 'graceful' | 'forced' = report.outcome;
    await ${object}.disconnect({ timeout: 100, signal: AbortSignal.abort() });
    await using held = ${object};
    console.log(connected, outcome, report.steps, held);
    // @ts-expect-error -- a budget is a number
    await ${object}.disconnect({ timeout: '1s' });
  }`;
const lists = (client: string) => `
  for (const { name, state, ageMs, streams } of ${client}.connections) console.log(name, state, ageMs.toFixed(), streams.length);`;

// Most apps import the client alone: no file of such a program names the modules of the other classes.
const clientOf100 = `
import Cartesia from '${name}';
export async function end(client: Cartesia) {${lists('client')}
  ${ends('client')}
}`;
const clientOf1 = `${clientOf100}
export async function endSocket(client: Cartesia) {
  ${ends("client.tts.websocket({ container: 'raw', encoding: 'pcm_f32le', sampleRate: 16000 })")}
}`;
const clientOf2 = `
import { CartesiaClient } from '${name}';
export async function end(client: CartesiaClient) {${lists('client')}
  ${['client', "client.tts.websocket({ container: 'raw', encoding: 'pcm_s16le', sampleRate: 16000 })"].map(ends).join('')}
}`;
const clientOf2WithStt = `${clientOf2}
export async function endStt(client: CartesiaClient) {
  ${ends("client.stt.websocket({ model: 'ink-whisper', encoding: 'pcm_s16le', sampleRate: 16000 })")}
}`;
const clientOf3 = `
import Cartesia from '${name}';
export async function end(client: Cartesia) {${lists('client')}
  const ws = await client.tts.websocket();
  ${['client', 'ws'].map(ends).join('')}
}`;
const clientOf4 = `${clientOf3}
export async function endStt(client: Cartesia) {
  const parameters = { model: 'ink-2', encoding: 'pcm_s16le', sample_rate: 16000 } as const;
  ${['auto', 'manual'].map((mode) => ends(`client.stt.${mode}Finalize.websocket(parameters)`)).join('')}
}`;

const three = `
import Cartesia, { Cartesia as Named } from '${name}';
import { CartesiaClient } from '${name}/backcompat/index';
import { WebSocketWrapper } from '${name}/backcompat/tts-wrapper';
import { TTSWS } from '${name}/resources/tts/ws';
export async function end(client: Cartesia, named: Named, compat: CartesiaClient, wrapper: WebSocketWrapper, given: TTSWS) {
  const ws = await client.tts.websocket();
  for await (const event of ws.generate({} as Parameters<TTSWS['generate']>[0], { timeout: 100 })) console.log(event.type);
  ${['client', 'named', 'compat', 'wrapper', 'given', 'ws', "compat.tts.websocket({ container: 'raw', encoding: 'pcm_s16le', sampleRate: 1 })"].map(ends).join('')}
}`;
const four = `${three}
import { AutoFinalizeWS } from '${name}/resources/stt/auto-finalize/ws';
import { ManualFinalizeWS } from '${name}/resources/stt/manual-finalize/ws';
export async function endStt(client: Cartesia, auto: AutoFinalizeWS, manual: ManualFinalizeWS) {
  const parameters = { model: 'ink-2', encoding: 'pcm_s16le', sample_rate: 16000 } as const;
  const closed = await client.stt.autoFinalize.websocket(parameters).close();
  console.log(closed.outcome);
  ${['auto', 'manual', 'client.stt.manualFinalize.websocket(parameters)'].map(ends).join('')}
}`;
const two = `
import { CartesiaClient } from '${name}';
import Websocket from '${name}/wrapper/Websocket';
export async function end(client: CartesiaClient, given: Websocket) {
  const ws = client.tts.websocket({ container: 'raw', encoding: 'pcm_s16le', sampleRate: 16000 });
  ${['client', 'given', 'ws'].map(ends).join('')}
}`;
const twoWithStt = `${two}
import { SttWebsocket } from '${name}';
export async function endStt(client: CartesiaClient, given: SttWebsocket) {
  ${['given', "client.stt.websocket({ model: 'ink-whisper', encoding: 'pcm_s16le', sampleRate: 16000 })"].map(ends).join('')}
}`;
const one = `
import { WebSocket } from '${name}';
export async function endSocket(given: WebSocket) {
  ${ends('given')}
}`;

interface App {
  version: string;
  types: string;
  /** The text of a module that imports the client alone. */
  client: string;
  /** The text of a module that imports all classes that it can import. */
  named: string;
  /** The modules that can import them: a CommonJS and an ES module. */
  files: readonly ('a.cts' | 'b.mts')[];
}

const both = ['a.cts', 'b.mts'] as const;
const apps: readonly App[] = [
  // Before 1.0.1 the class of connections cannot be imported, so nothing can be added to its type.
  { version: '1.0.0', types: 'cartesia-1.0', client: clientOf100, named: clientOf100, files: both },
  { version: '1.3.0', types: 'cartesia-1.0', client: clientOf1, named: one, files: both },
  // Its ES modules import the class of connections as a namespace.
  { version: '2.1.0', types: 'cartesia-2.1', client: clientOf2, named: two, files: ['a.cts'] },
  { version: '2.2.9', types: 'cartesia-2.1', client: clientOf2WithStt, named: twoWithStt, files: ['a.cts'] },
  { version: '3.0.0', types: 'cartesia-3.0', client: clientOf3, named: three, files: both },
  { version: '3.1.0', types: 'cartesia-3.0', client: clientOf3, named: three, files: both },
  { version: '3.2.0', types: 'cartesia', client: clientOf4, named: four, files: both },
  { version: '4.2.0', types: 'cartesia', client: clientOf4, named: four, files: both },
];

function prepare({ version, types, client, named }: App): string {
  const dir = scratch();
  const modules = join(dir, 'node_modules');
  install(join(modules, name), version, 'whole');
  mkdirSync(join(modules, '@types'));
  for (const other of ['@types/node', '@types/ws', 'undici-types', 'emittery', 'partysocket', 'event-target-shim']) {
    symlinkSync(join(root, 'node_modules', other), join(modules, other));
  }
  const hangup = join(modules, 'hangup');
  for (const [name, text] of augmentationsOf(cartesia)) writeAugmentation(join(hangup, 'dist/types', name), text);
  cpSync(join(root, 'package.json'), join(hangup, 'package.json'));
  const runtime = `patches/${name}/runtime.d.cts`;
  cpSync(join(root, runtime), join(hangup, runtime), { recursive: true });
  const imported = `import type {} from 'hangup/types/${types}';`;
  for (const file of both) writeFileSync(join(dir, file), `${imported}\n${named}`);
  for (const file of ['client.cts', 'client.mts']) writeFileSync(join(dir, file), `${imported}\n${client}`);
  writeFileSync(join(dir, 'bare.mts'), client);
  return dir;
}

function check(dir: string, tsc: string, options: string, files: readonly string[]) {
  const common = [
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom',
    '--types',
    'node',
    '--skipLibCheck',
    'false',
  ];
  const ignore = tsc === newest ? ['--ignoreConfig'] : [];
  return run(process.execPath, [tsc, ...common, ...ignore, '--esModuleInterop', ...options.split(' '), ...files], {
    cwd: dir,
  });
}

test.each(apps)('$version: an app that loads the published SDK sees the members', async (app) => {
  const dir = prepare(app);
  for (const files of [app.files, ['client.cts'], ['client.mts']]) {
    expect((await check(dir, newest, '--module nodenext', files)).stdout).toBe('');
  }
});

describe('4.2.0 with each kind of resolution', () => {
  const app = apps.at(-1)!;
  let dir: string;
  beforeAll(() => {
    dir = prepare(app);
    cpSync(join(dir, 'a.cts'), join(dir, 'c.ts'));
    cpSync(join(dir, 'client.cts'), join(dir, 'client.ts'));
  });

  // The resolutions of bundlers and of Node 10 take the format of every file from the options.
  test.each([
    ['TypeScript 7', '--module node16', newest, app.files],
    ['TypeScript 7', '--module esnext --moduleResolution bundler', newest, ['c.ts']],
    ['TypeScript 7, the client alone', '--module esnext --moduleResolution bundler', newest, ['client.ts']],
    ['TypeScript 5', '--module nodenext', older, app.files],
    ['TypeScript 5, the client alone', '--module nodenext', older, ['client.mts']],
    // TypeScript 7 has dropped this one.
    ['TypeScript 5', '--module commonjs', older, ['c.ts']],
    ['TypeScript 5, the client alone', '--module commonjs', older, ['client.ts']],
  ])('%s, %s', async (_, options, tsc, files) => {
    expect((await check(dir, tsc, options, files)).stdout).toBe('');
  });
});

test('control: without it, the published SDK has no such members', async () => {
  const { stdout } = await check(prepare(apps.at(-1)!), newest, '--module nodenext', ['bare.mts']);
  expect(stdout).toMatch(/Property 'connected' does not exist on type 'TTSWS'/);
});

test('package.json exports each, and no other', () => {
  const { exports, typesVersions } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, unknown>;
    typesVersions: { '*': Record<string, unknown> };
  };
  const made = sdks.flatMap((sdk) => [...augmentationsOf(sdk).keys()].map((name) => `types/${name}`)).sort();
  const listed = (keys: string[]) => keys.filter((key) => key.startsWith('types/')).sort();
  expect(listed(Object.keys(exports).map((key) => key.slice(2)))).toEqual(made);
  expect(listed(Object.keys(typesVersions['*']))).toEqual(made);
});
