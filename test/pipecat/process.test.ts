/** A connection in a process of its own: nothing crashes it, and nothing keeps it alive after the end. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runProgram } from '../children/run-child.ts';
import { type Behaviour, startVoiceServer } from '../support/voice-server.ts';
import { addressOf } from './bot.ts';

const program = join(import.meta.dirname, 'programs/process.ts');
const endless = { chunks: Number.POSITIVE_INFINITY };

const claims: [name: string, title: string, behaviour: Behaviour, said: string[]][] = [
  ['ends', 'ends though the bot never closes', { onClose: 'ignore' }, ['forced']],
  ['forced', 'ends at once', { onClose: 'ignore' }, ['forced']],
  ['drained', 'ends after the drain, though the bot never stops speaking', endless, ['graceful']],
  [
    'unawaited',
    'lives on when the bot hangs up and nobody awaits the promises that fail',
    { fault: { kind: 'close', code: 1011 } },
    ['connected: false', 'alive'],
  ],
];

describe.concurrent('a process', () => {
  test.each(claims)('%s: %s', async (name, _title, behaviour, said) => {
    await using server = await startVoiceServer(behaviour, { tls: false });
    const env = { CASE: name, BOT_URL: addressOf(server), NODE_OPTIONS: '--import tsx', PATH: process.env.PATH! };
    const child = await runProgram(program, env, { cap: 20_000 });
    expect(child).toMatchObject({ code: 0, signal: null, said, stderr: '' });
  });
});
