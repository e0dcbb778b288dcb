/** patches/upstream/ for AssemblyAI: the patch fits the published sources, and mends what its description says. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { assemblyai } from '../../overlays/assemblyai/sdk.ts';
import type { TranscriberClass } from '../contract/drivers/transcriber.ts';
import { transcribers } from '../contract/families/transcriber/index.ts';
import { TranscriberStage } from '../contract/families/transcriber/stage.ts';
import { playOn } from '../contract/play.ts';
import { endless } from '../contract/stage.ts';
import { socketCells } from '../support/cells.ts';
import { barePackage, root, runFolderVariable } from '../support/sdk.ts';
import type { Behaviour } from '../support/voice-server.ts';

const patience = 4_000;
const cell = socketCells('bare').findLast(
  ({ sdk, target }) => sdk === assemblyai && target.opened === 'client.streaming.transcriber()',
)!;
const folder = join(process.env[runFolderVariable]!, 'upstream/assemblyai');
/** The class as it is built from the published sources, and from the patched ones. */
let pristine: TranscriberClass;
let patched: TranscriberClass;

beforeAll(async () => {
  pristine = await buildFrom('pristine', () => {});
  patched = await buildFrom('patched', (sources) => {
    const patch = join(root, `patches/upstream/assemblyai-${cell.version}.patch`);
    // As if there were no repository around it: git skips what one ignores.
    const env = { ...process.env, GIT_DIR: join(sources, 'none') };
    execFileSync('git', ['apply', '--whitespace=error', patch], { cwd: sources, env, stdio: 'pipe' });
  });
});

async function buildFrom(name: string, change: (sources: string) => void): Promise<TranscriberClass> {
  const sources = join(folder, name);
  const bare = barePackage(cell.version, assemblyai);
  for (const part of ['src', 'package.json']) cpSync(join(bare, part), join(sources, part), { recursive: true });
  change(sources);
  const outfile = join(sources, 'built.cjs');
  const entryPoints = [join(sources, 'src/exports/streaming.ts')];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', external: ['ws'] });
  return (createRequire(import.meta.url)(outfile) as { StreamingTranscriber: TranscriberClass }).StreamingTranscriber;
}

const play = (run: (stage: TranscriberStage) => Promise<void>, Class = patched) =>
  playOn(new TranscriberStage(cell, Class, patience), run);

/** The first attempt fails by itself, or is under way; the next one would succeed. */
const first = (behaviour: Behaviour) => (connection: number) => (connection === 0 ? behaviour : {});
const params = { maxConnectionRetries: 2, connectionRetryDelay: 50, connectTimeout: 200 };

const ends: readonly [when: string, greeting: Behaviour, message: RegExp][] = [
  ['between two attempts', { greeting: 'reset' }, /ECONNRESET|socket hang up/],
  ['during an attempt', { greeting: 'upgrade-stall' }, /^close\(\) was called before the session began$/],
  ['before the session begins', { greets: false }, /^close\(\) was called before the session began$/],
];

async function endsFor(stage: TranscriberStage, behaviour: Behaviour): Promise<Error> {
  await stage.serve(first(behaviour));
  const ws = stage.make({ params });
  const { connecting } = await stage.attempt(ws);
  if (behaviour.greeting === 'reset') await stage.ready(() => ws.socket === undefined, 'the end of the first attempt');
  if (behaviour.greets === false) await stage.ready(() => ws.socket?.readyState === 1, 'the handshake');
  await stage.within(ws.close(false), 'close()');
  const error = await stage.fails(() => connecting, 'connect()');
  await stage.dialled(1);
  await stage.gone();
  return error;
}

test.each(ends)('close() %s: connect() rejects, and nothing is dialled', async (_when, behaviour, message) => {
  await play(async (stage) => expect((await endsFor(stage, behaviour)).message).toMatch(message));
  await assert.rejects(
    play((stage) => endsFor(stage, behaviour).then(() => {}), pristine),
    /connect\(\) did not fail|the server has seen \d+ connections/,
  );
});

test('close() in the tick in which an attempt fails, without a wait before the next one', async () => {
  await play(async (stage) => {
    await stage.serve(first({ greeting: 'reset' }));
    const ws = stage.make({ params: { ...params, connectionRetryDelay: 0 } });
    const { warn } = console;
    // The SDK tells of the failure here, right before it dials again.
    console.warn = () => void ws.close(false);
    await stage
      .fails(() => ws.connect(), 'connect()')
      .finally(() => {
        console.warn = warn;
      });
    await stage.dialled(1);
  });
});

test('two closes at the same time resolve', async () => {
  const run = async (stage: TranscriberStage) => {
    const ws = await stage.speaking(endless);
    await stage.resolves(() => Promise.all([ws.close(true, 100), ws.close(true, 200)]), 'close()');
    await stage.gone();
  };
  await play(run);
  await assert.rejects(play(run, pristine), /reading 'close'/);
});

/** Scenarios of the contract that the SDK as published keeps, and has to keep with the patch. */
const kept = ['retry-works', 'connect-after-a-drop', 'last-transcript', 'close-without-a-wait', 'already-connected'];

test.each(kept)('the scenario %s passes, as before', async (id) => {
  await play(transcribers.scenarios.find((one) => one.id === id)!.run);
});

test('the patch changes one file', () => {
  const text = readFileSync(join(root, `patches/upstream/assemblyai-${cell.version}.patch`), 'utf8');
  expect(text.match(/^\+\+\+ .*/gm)).toEqual(['+++ b/src/services/streaming/service.ts']);
});
