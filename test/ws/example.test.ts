/** examples/ws-guard.ts does what docs/ws.md says, without a key. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/patching.ts';
import { root } from '../support/sdk.ts';

test('examples/ws-guard.ts hangs up on a provider that answers nothing', async () => {
  const result = await run(process.execPath, ['--import', 'tsx', join(root, 'examples/ws-guard.ts')], { env: {} });
  expect(result).toMatchObject({
    code: 0,
    stderr: '',
    stdout: [
      'close(): over, code 1006',
      'handshake: ERR_CONNECT_TIMEOUT',
      'open: 1',
      'disconnect(): forced, left: 0',
      '',
    ].join('\n'),
  });
}, 30_000);
