/** examples/openai-realtime.ts does what docs/openai.md says, without a key. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/patching.ts';
import { root } from '../support/sdk.ts';

test('examples/openai-realtime.ts speaks, is interrupted, and hangs up', async () => {
  const example = join(root, 'examples/openai-realtime.ts');
  const result = await run(process.execPath, ['--import', 'tsx', example], { env: { OPENAI_API_KEY: '' } });
  expect(result).toMatchObject({
    code: 0,
    stderr: '',
    stdout: [
      'resp_1: cancelled after some audio',
      'again: idle',
      'ERR_VOICE_LOCKED',
      'graceful socket realtime: graceful',
      '',
    ].join('\n'),
  });
}, 30_000);
