/** NODE_DEBUG=hangup prints the course of every end, once, also where several copies of hangup are in a process. */
import assert from 'node:assert/strict';
import { test } from 'vitest';
import { startVoiceServer } from '../support/voice-server.ts';
import { runChild } from './run-child.ts';

/** With options, the child has the overlay beside the patch. */
const cell = { version: '4.2.0', delivery: 'patched', format: 'cjs' } as const;

async function run(env: Record<string, string>): Promise<string[]> {
  const server = await startVoiceServer({ chunks: Number.POSITIVE_INFINITY, onClose: 'ignore' });
  try {
    const result = await runChild('mid-stream', cell, server, { cap: 10_000, env, options: { timeout: 1_500 } });
    assert.equal(result.code, 0, result.stderr);
    return result.stderr.split('\n').filter((line) => line !== '');
  } finally {
    await server.close();
  }
}

test('each step is a line on stderr', async () => {
  const lines = await run({ NODE_DEBUG: 'net-of-another,hangup' });
  const texts = lines.map((line) => line.replace(/^HANGUP \d+: /, '').replace(/\d+ ms/g, 'N ms'));
  assert.ok(
    lines.every((line) => line.startsWith('HANGUP ')),
    lines.join('\n'),
  );
  assert.deepEqual(texts, [
    'socket tts #1: end begins, N ms',
    'socket tts #1: cancel ok in N ms',
    'socket tts #1: loops skipped',
    'socket tts #1: close timeout in N ms',
    'socket tts #1: force ok in N ms',
    'socket tts #1: forced (deadline) in N ms',
  ]);
});

test('without it nothing is printed', async () => {
  assert.deepEqual(await run({}), []);
  assert.deepEqual(await run({ NODE_DEBUG: 'net-of-another' }), []);
});
