/** examples/google-genai.ts does what docs/google-genai.md says, without a key. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/patching.ts';
import { root } from '../support/sdk.ts';

test('examples/google-genai.ts talks, loses the connection, connects again, and hangs up', async () => {
  const example = join(root, 'examples/google-genai.ts');
  const result = await run(process.execPath, ['--import', 'tsx', example], { env: { GEMINI_API_KEY: '' } });
  expect(result).toMatchObject({
    code: 0,
    stderr: '',
    stdout: ['lost: 1011 overloaded', 'turn: audio', 'graceful drain ok, close ok, force skipped', ''].join('\n'),
  });
}, 30_000);
