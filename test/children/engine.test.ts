/** Apps that freeze, replace or wrap objects before hangup meets them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'vitest';
import { overlayBundleVariable, packageOf } from '../support/sdk.ts';
import { startVoiceServer } from '../support/voice-server.ts';
import { programs, runChild, runProgram } from './run-child.ts';

test.each([
  ['a patched SDK, and Object.prototype is frozen', 'frozen', 'patched'],
  ['a second client, and the global Promise is another class', 'promise', 'bare'],
] as const)('overlay(client), %s', async (_name, program, delivery) => {
  const child = await runProgram(
    join(programs, 'frozen.mjs'),
    {
      CELL_CASE: program,
      CELL_PACKAGE: packageOf({ version: '4.2.0', delivery }),
      CELL_OVERLAY: process.env[overlayBundleVariable]!,
    },
    { cap: 10_000 },
  );
  assert.deepEqual([child.code, child.said, child.stderr], [0, ['graceful'], '']);
});

test.each(['overlay', 'patched'] as const)('a client behind a proxy, %s: the process exits', async (delivery) => {
  const server = await startVoiceServer();
  const child = await runChild('proxied', { version: '4.2.0', delivery, format: 'cjs' }, server, { cap: 5_000 });
  assert.deepEqual([child.code, child.said], [0, ['graceful false']]);
  await server.close();
});
