/** The SDK of Speechmatics sets a timer of 10 s in `start()` and in `stopRecognition()`, and clears none of them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'vitest';
import { versionsOf } from '../../overlays/sdk.ts';
import { speechmatics as sdk } from '../../overlays/speechmatics/sdk.ts';
import { type Delivery, packageOf } from '../support/sdk.ts';
import { startVoiceServer } from '../support/voice-server.ts';
import { type ChildResult, programs, runProgram } from './run-child.ts';

/** A bare child that is alive so long after the end is believed to wait for its timers. */
const cap = 3_000;

/** Runs a child whose recognition is stopped by the SDK's own call. */
async function stopped(delivery: Delivery): Promise<ChildResult> {
  const server = await startVoiceServer({}, { tls: false });
  try {
    const PACKAGE = packageOf({ sdk, version: versionsOf(sdk).at(-1)!, delivery });
    const SERVER = `${server.url.replace('http', 'ws')}/v2`;
    return await runProgram(join(programs, 'recognize.mjs'), { PACKAGE, SERVER }, { cap });
  } finally {
    await server.close();
  }
}

test('after stopRecognition() the process ends at once', async () => {
  const result = await stopped('patched');
  const story = JSON.stringify(result);
  assert.deepEqual([result.code, result.stderr], [0, ''], story);
  assert.ok(result.ms < 1_000, story);
}, 30_000);

test('control: with the bare SDK it goes on until the timers have run out', async () => {
  const result = await stopped('bare');
  assert.equal(result.signal, 'SIGKILL', JSON.stringify(result));
}, 30_000);
