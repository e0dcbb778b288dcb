/** The patched or overlaid SDK loads and works where the bare SDK does: what an engine lacks is done without. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'vitest';
import { describeCell } from '../support/describe-cell.ts';
import { startHttpServer } from '../support/http-server.ts';
import type { Cell } from '../support/sdk.ts';
import { startVoiceServer } from '../support/voice-server.ts';
import { programs, runChild } from './run-child.ts';

const engines = ['plain-http-page', 'no-crypto', 'no-weak-references', 'edge-runtime'] as const;

const cells: readonly Cell[] = [
  { version: '4.2.0', delivery: 'bare', format: 'cjs' },
  { version: '4.2.0', delivery: 'overlay', format: 'cjs' },
  { version: '4.2.0', delivery: 'patched', format: 'cjs' },
];
const oldCells: readonly Cell[] = [
  { version: '2.2.9', delivery: 'overlay', format: 'cjs' },
  { version: '2.2.9', delivery: 'patched', format: 'cjs' },
];

const preload = (engine: string) => ({
  NODE_OPTIONS: `--import=${pathToFileURL(join(programs, 'engines', `${engine}.mjs`))}`,
});

for (const cell of cells) {
  describeCell({ ...cell, target: { className: 'TTSWS' } }, () => {
    for (const engine of engines) {
      test(`${engine}: a generation, and the end of the connection`, async () => {
        const server = await startVoiceServer({});
        try {
          const result = await runChild('engine', cell, server, { cap: 3_000, env: preload(engine) });
          assert.deepEqual([result.code, result.said, result.stderr], [0, ['done'], ''], JSON.stringify(result));
        } finally {
          await server.close();
        }
      }, 30_000);
    }
  });
}

for (const cell of oldCells) {
  describeCell({ ...cell, target: { className: 'CartesiaClient' } }, () => {
    // In an edge runtime nothing finds the SDK's timer of a minute, and no process is there that the timer could hold.
    for (const engine of engines.filter((engine) => engine !== 'edge-runtime')) {
      test(`${engine}: the end of the client frees the process`, async () => {
        const server = await startHttpServer('no-headers');
        const app = { CELL_MODULE: 'index.js', CLASS_NAME: 'CartesiaClient', MOMENT: 'before it dials' };
        try {
          const env = { ...app, ...preload(engine) };
          const result = await runChild('beside-a-request', cell, server, { cap: 4_000, env });
          assert.deepEqual([result.code, result.said, result.stderr], [0, ['rejected'], ''], JSON.stringify(result));
        } finally {
          await server.close();
        }
      }, 30_000);
    }
  });
}
