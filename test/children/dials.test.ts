/** A connection is destroyed wherever it goes through: what claims that a process exits is a process. */
import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { Cell } from '../support/sdk.ts';
import { startVoiceServer } from '../support/voice-server.ts';
import { type ChildResult, runChild } from './run-child.ts';

/** A bare child that is alive so long after the shutdown call, in ms, is believed to hang. */
const bareCap = 2_000;

const cells: readonly Cell[] = [
  { version: '4.2.0', delivery: 'overlay', format: 'cjs' },
  { version: '4.2.0', delivery: 'patched', format: 'cjs' },
  { version: '2.2.9', delivery: 'overlay', format: 'cjs' },
  { version: '2.2.9', delivery: 'patched', format: 'cjs' },
];

const throughs = [
  { through: 'agent', name: 'an agent whose proxy is silent' },
  { through: 'async fetch', name: 'a fetch that is wrapped by an async function' },
];

for (const cell of cells) {
  describe.concurrent(`${cell.version} ${cell.delivery}`, () => {
    for (const { through, name } of throughs) {
      for (const how of ['false', 'true']) {
        test(`${name}: gone after disconnect(${how})`, async () => {
          const { result, connections } = await run(cell, through, how, 6_000);
          const story = JSON.stringify(result);
          assert.deepEqual([result.code, result.signal, result.stderr], [0, null, ''], story);
          assert.match(result.said.join(), /(graceful|forced), abandoned:/, story);
          assert.ok(result.ms < 1_500, story);
          assert.equal(connections, 1);
        }, 60_000);
      }
    }
  });
}

describe.concurrent('bare', () => {
  for (const version of ['4.2.0', '2.2.9']) {
    for (const { through, name } of throughs) {
      // It hangs as well once the app listens to errors.
      const crashes = version === '4.2.0' && through === 'agent';
      test(`control: ${crashes ? 'crashes' : 'hangs'}: ${version}, ${name}`, async () => {
        const { result } = await run({ version, delivery: 'bare', format: 'cjs' }, through, 'false', bareCap);
        const { code, signal, stderr } = result;
        assert.deepEqual([code, signal], crashes ? [1, null] : [null, 'SIGKILL'], stderr);
      }, 60_000);
    }
  }
});

async function run(
  cell: Cell,
  through: string,
  how: string,
  cap: number,
): Promise<{ result: ChildResult; connections: number }> {
  const server = await startVoiceServer({ greeting: 'tcp-silence' });
  try {
    const result = await runChild('silent-dial', cell, server, { cap, env: { THROUGH: through, HOW: how } });
    return { result, connections: server.seen.connections.length };
  } finally {
    await server.close();
  }
}
