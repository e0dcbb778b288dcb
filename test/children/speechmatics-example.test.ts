/** examples/speechmatics.ts does what docs/speechmatics.md says, without a token. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/patching.ts';
import { root } from '../support/sdk.ts';

test('examples/speechmatics.ts transcribes, loses the connection, starts again, and hangs up', async () => {
  const example = join(root, 'examples/speechmatics.ts');
  const result = await run(process.execPath, ['--import', 'tsx', example], { env: { SPEECHMATICS_JWT: '' } });
  expect(result).toMatchObject({
    code: 0,
    stderr: '',
    stdout: [
      'socket: connecting',
      'socket: closed',
      'socket: connecting',
      'so far: hello',
      'so far: hello world',
      'final: hello world',
      'socket: closed',
      'graceful drain ok, close ok, force skipped',
      '',
    ].join('\n'),
  });
}, 30_000);
