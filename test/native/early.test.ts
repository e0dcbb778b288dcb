/** A client that opens a connection with Node's own WebSocket, and is overlaid then, on each release of Node under test. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, test } from 'vitest';
import { runProgram } from '../children/run-child.ts';
import { nodeOr, nodeReleases } from '../support/nodes.ts';
import { runFolderVariable } from '../support/sdk.ts';
import { startVoiceServer } from '../support/voice-server.ts';

const program = join(process.env[runFolderVariable]!, 'early.mjs');

beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, 'early.ts')],
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
    test('disconnect() names the connection from before, and not one that hangup has seen', async (context) => {
      const node = await nodeOr(context.skip, release);
      const server = await startVoiceServer({}, { tls: false });
      try {
        const env = { HANGUP_URL: server.url.replace('http', 'ws') };
        const { code, said, stderr } = await runProgram(program, env, { cap: 10_000, node });
        assert.deepEqual([code, stderr], [0, '']);
        const report = ['forced', ['client › connection opened before overlay()']];
        assert.deepEqual(JSON.parse(said.at(-1)!), ['WebSocket', ...report, ...report, false]);
      } finally {
        await server.close();
      }
    }, 60_000);
  },
);
