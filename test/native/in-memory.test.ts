/** The provider in memory of `hangup/testing` serves Node's own WebSocket, on each release of Node under test. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, test } from 'vitest';
import { runProgram } from '../children/run-child.ts';
import { nodeOr, nodeReleases } from '../support/nodes.ts';
import { runFolderVariable } from '../support/sdk.ts';

const program = join(process.env[runFolderVariable]!, 'in-memory.mjs');

beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, 'in-memory.ts')],
    outfile: program,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
});

describe.concurrent.each(nodeReleases.filter((version) => Number.parseInt(version, 10) >= 22))(
  'Node.js %s',
  (release) => {
    test('a stream is cut, and disconnect() ends a peer that does not answer', async (context) => {
      const node = await nodeOr(context.skip, release);
      const { code, said, stderr } = await runProgram(program, {}, { cap: 10_000, node });
      assert.deepEqual([code, said, stderr], [0, ['[true,16,"ERR_STREAM_ENDED",1011,"forced"]'], '']);
    }, 60_000);
  },
);
