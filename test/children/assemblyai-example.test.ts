/** examples/assemblyai.ts does what docs/assemblyai.md says, without a key. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/patching.ts';
import { root } from '../support/sdk.ts';

test('examples/assemblyai.ts transcribes, loses the connection, connects again, and hangs up', async () => {
  const example = join(root, 'examples/assemblyai.ts');
  const result = await run(process.execPath, ['--import', 'tsx', example], { env: { ASSEMBLYAI_API_KEY: '' } });
  expect(result).toMatchObject({
    code: 0,
    stderr: '',
    stdout: [
      'lost: 1011 overloaded',
      'so far: hello',
      'so far: hello world',
      'turn: hello world',
      'graceful drain ok, terminate skipped, close ok, force skipped',
      '',
    ].join('\n'),
  });
}, 30_000);
