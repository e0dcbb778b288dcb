/** The provider in memory of `hangup/testing` serves Node's own WebSocket, on each release of Node under test. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { beforeAll, describe, test } from 'vitest';
import { runProgram } from '../children/run-child.ts';
import { bundleSources } from '../support/bundle.ts';
import { nodeOr, nodeReleases } from '../support/nodes.ts';
import { runFolderVariable } from '../support/sdk.ts';

const folder = process.env[runFolderVariable]!;
const program = join(folder, 'in-memory.mjs');

beforeAll(() => bundleSources([join(import.meta.dirname, 'in-memory.ts')], folder));

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
