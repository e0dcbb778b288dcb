/** Each release of Node has the ring of timers in which hangup finds the timer of a request of 2.x. */
import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { runChild } from '../children/run-child.ts';
import { type Answer, startHttpServer } from '../support/http-server.ts';
import { nodeOr, nodeReleases } from '../support/nodes.ts';
import type { Cell } from '../support/sdk.ts';

const cell: Cell = { version: '2.2.9', delivery: 'overlay', format: 'cjs' };
const moments: readonly [string, Answer][] = [
  ['before it dials', 'no-headers'],
  ['after the app aborted it before the dial', 'well'],
  ['after the app aborted it in flight', 'no-headers'],
  ['after the app aborted it in a back-off', 'error'],
];

for (const release of nodeReleases) {
  describe.concurrent(`Node.js ${release}`, () => {
    for (const [moment, answer] of moments) {
      test(`the end of a client of 2.x beside a request frees the process: ${moment}`, async (context) => {
        const node = await nodeOr(context.skip, release);
        const server = await startHttpServer(answer);
        try {
          const env = { CELL_MODULE: 'index.js', CLASS_NAME: 'CartesiaClient', MOMENT: moment };
          const result = await runChild('beside-a-request', cell, server, { cap: 6_000, env, node });
          assert.deepEqual([result.code, result.stderr, result.said], [0, '', ['rejected']], JSON.stringify(result));
        } finally {
          await server.close();
        }
      }, 60_000);
    }
  });
}
