/** examples/deepgram.ts does what docs/deepgram.md says, without a key. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/patching.ts';
import { root } from '../support/sdk.ts';

test('examples/deepgram.ts loses the connection in a loop, connects again, and hangs up', async () => {
  const example = join(root, 'examples/deepgram.ts');
  const result = await run(process.execPath, ['--import', 'tsx', example], { env: { DEEPGRAM_API_KEY: '' } });
  expect(result).toMatchObject({
    code: 0,
    stderr: '',
    stdout: [
      'lost: ERR_STREAM_ENDED 1000 idle for too long',
      'so far: hello',
      'so far: hello world',
      'final: hello world',
      'the loop has ended',
      'graceful drain ok, close ok, force skipped',
      '',
    ].join('\n'),
  });
}, 30_000);
