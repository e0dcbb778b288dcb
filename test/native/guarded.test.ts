/** hangup/ws bounds Node's own WebSocket, on each release of Node under test: the process exits. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { beforeAll, describe, test } from 'vitest';
import { runProgram } from '../children/run-child.ts';
import { bundleSources } from '../support/bundle.ts';
import { nodeOr, nodeReleases } from '../support/nodes.ts';
import { runFolderVariable } from '../support/sdk.ts';
import { type Behaviour, startVoiceServer } from '../support/voice-server.ts';

const folder = process.env[runFolderVariable]!;
const program = join(folder, 'guarded.mjs');

beforeAll(() => bundleSources([join(import.meta.dirname, 'guarded.ts')], folder));

const mute: Behaviour = { onClose: 'ignore' };
const cases: readonly [played: string, behaviour: Behaviour, ends: readonly unknown[]][] = [
  ['stall', { greeting: 'upgrade-stall' }, [1006]],
  ['own close', mute, [1006]],
  ['one', mute, ['forced']],
  ['all', mute, ['forced', 0]],
];

describe.concurrent.each(nodeReleases.filter((version) => Number.parseInt(version, 10) >= 22))(
  'Node.js %s',
  (release) => {
    test.for(cases)('%s', { timeout: 60_000 }, async ([played, behaviour, ends], { skip }) => {
      const node = await nodeOr(skip, release);
      const server = await startVoiceServer(behaviour, { tls: false });
      try {
        const env = { HANGUP_URL: `${server.url.replace('http', 'ws')}/tts/websocket`, HANGUP_CASE: played };
        const { code, said, stderr } = await runProgram(program, env, { cap: 10_000, node });
        assert.deepEqual([code, stderr], [0, '']);
        assert.deepEqual(said.at(-1), JSON.stringify([true, true, true, true, ...ends, true]));
      } finally {
        await server.close();
      }
    });
  },
);
