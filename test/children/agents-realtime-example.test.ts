/** examples/agents-realtime.ts does what docs/agents-realtime.md says, without a key. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/patching.ts';
import { root } from '../support/sdk.ts';

test('examples/agents-realtime.ts talks, loses the connection, connects again, and hangs up', async () => {
  const example = join(root, 'examples/agents-realtime.ts');
  const result = await run(process.execPath, ['--import', 'tsx', example], { env: { OPENAI_API_KEY: '' } });
  expect(result).toMatchObject({
    code: 0,
    stderr: '',
    stdout: [
      'lost: the connection closed with code 1011 ("overloaded") before the stream was done',
      'heard of the answer',
      'graceful drain ok, cancel skipped, close ok, force skipped',
      '',
    ].join('\n'),
  });
}, 30_000);
