/** Apps that freeze or replace what the engine gives, before they overlay a client. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'vitest';
import { overlayBundleVariable, packageOf } from '../support/sdk.ts';
import { programs, runProgram } from './run-child.ts';

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
