/** The SDK of Speechmatics sets a timer of 10 s in `start()` and in `stopRecognition()`, and clears none of them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'vitest';
import { versionsOf } from '../../overlays/sdk.ts';
import { speechmatics as sdk } from '../../overlays/speechmatics/sdk.ts';
import { linkModules } from '../support/link-folder.ts';
import { barePackage, patchedPackage, runFolderVariable } from '../support/sdk.ts';
import { shapeCopy } from '../support/shape-copy.ts';
import { startVoiceServer } from '../support/voice-server.ts';
import { type ChildResult, programs, runProgram } from './run-child.ts';

/** A bare child that is alive so long after the end is believed to wait for its timers. */
const cap = 3_000;

const version = versionsOf(sdk).at(-1)!;
const patched = patchedPackage(version, join(process.env[runFolderVariable]!, 'recognizer'), sdk);
linkModules(barePackage(version, sdk), patched);
shapeCopy(patched, sdk, version);

/** Runs a child whose recognition is stopped by the SDK's own call. */
async function stopped(PACKAGE: string): Promise<ChildResult> {
  const server = await startVoiceServer({}, { tls: false });
  try {
    const SERVER = `${server.url.replace('http', 'ws')}/v2`;
    return await runProgram(join(programs, 'recognize.mjs'), { PACKAGE, SERVER }, { cap });
  } finally {
    await server.close();
  }
}

test('after stopRecognition() the process ends at once', async () => {
  const result = await stopped(patched);
  const story = JSON.stringify(result);
  assert.deepEqual([result.code, result.stderr], [0, ''], story);
  assert.ok(result.ms < 1_000, story);
}, 30_000);

test('control: with the bare SDK it goes on until the timers have run out', async () => {
  const result = await stopped(barePackage(version, sdk));
  assert.equal(result.signal, 'SIGKILL', JSON.stringify(result));
}, 30_000);
