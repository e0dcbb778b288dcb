/** examples/elevenlabs.ts does what docs/elevenlabs.md says, without a key. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/patching.ts';
import { root } from '../support/sdk.ts';

test('examples/elevenlabs.ts transcribes, talks, loses the connection, and hangs up', async () => {
  const example = join(root, 'examples/elevenlabs.ts');
  const result = await run(process.execPath, ['--import', 'tsx', example], { env: { ELEVENLABS_API_KEY: '' } });
  expect(result).toMatchObject({
    code: 0,
    stderr: '',
    stdout: [
      'so far: hello',
      'so far: hello',
      'said: hello',
      'transcription: graceful',
      'microphone on',
      'microphone off',
      'session ended: 1011 overloaded',
      'microphone on',
      'microphone off',
      'session ended: by us ',
      'client: graceful socket conversation',
      '',
    ].join('\n'),
  });
}, 30_000);
