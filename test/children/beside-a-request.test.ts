/** The end of a client frees the process at every moment beside a request, and not only while the request is under way. */
import assert from 'node:assert/strict';
import { test } from 'vitest';
import { describeCell } from '../support/describe-cell.ts';
import { type Answer, startHttpServer } from '../support/http-server.ts';
import type { Cell } from '../support/sdk.ts';
import { closedPort } from '../support/voice-server.ts';
import { runChild } from './run-child.ts';

interface Moment {
  name: string;
  answer: Answer;
  /** Nothing listens on the port. */
  refuse?: true;
  /** 1.x takes no signal and looks at no status. */
  not?: RegExp;
  /** The bare SDK of 2.x keeps its timer of a minute. */
  bareHangs?: true;
}

const moments: readonly Moment[] = [
  { name: 'before it dials', answer: 'no-headers' },
  { name: 'after it failed', answer: 'well', refuse: true, bareHangs: true },
  { name: 'after the app aborted it before the dial', answer: 'well', not: /^1/, bareHangs: true },
  { name: 'after the app aborted it in flight', answer: 'no-headers', not: /^1/, bareHangs: true },
  { name: 'after the app aborted it in a back-off', answer: 'error', not: /^1/ },
];

const cells: readonly (Cell & { className: string; module: string })[] = [
  { version: '2.2.9', delivery: 'bare', format: 'cjs', className: 'CartesiaClient', module: 'index.js' },
  { version: '2.1.0', delivery: 'overlay', format: 'cjs', className: 'CartesiaClient', module: 'index.js' },
  { version: '2.2.9', delivery: 'overlay', format: 'cjs', className: 'CartesiaClient', module: 'index.js' },
  { version: '2.2.9', delivery: 'patched', format: 'cjs', className: 'CartesiaClient', module: 'index.js' },
  { version: '1.3.0', delivery: 'overlay', format: 'esm', className: 'Cartesia', module: 'dist/index.js' },
  { version: '4.2.0', delivery: 'overlay', format: 'cjs', className: 'Cartesia', module: 'index.js' },
];

/** A bare child that is alive so long after the shutdown call, in ms, is believed to hang. */
const bareCap = 2_000;

for (const { className, module, ...cell } of cells) {
  describeCell({ ...cell, target: { className } }, () => {
    for (const moment of moments) {
      if (moment.not?.test(cell.version)) continue;
      const { name, bareHangs } = moment;
      if (cell.delivery === 'bare') {
        test.runIf(bareHangs)(
          `control: hangs: ${name}`,
          async () => {
            const result = await run(moment, cell, { module, className }, bareCap);
            assert.equal(result.signal, 'SIGKILL', JSON.stringify(result));
          },
          30_000,
        );
      } else {
        test(name, async () => {
          const result = await run(moment, cell, { module, className }, 6_000);
          const story = JSON.stringify(result);
          assert.deepEqual([result.code, result.stderr, result.said], [0, '', ['rejected']], story);
          assert.ok(result.ms < 2_500, story);
        }, 30_000);
      }
    }
  });
}

async function run(
  { name, answer, refuse }: Moment,
  cell: Cell,
  app: { module: string; className: string },
  cap: number,
) {
  const server = await startHttpServer(answer);
  try {
    const { caFile } = server;
    const env = { CELL_MODULE: app.module, CLASS_NAME: app.className, MOMENT: name };
    const url = refuse ? `https://127.0.0.1:${closedPort}` : server.url;
    return await runChild('beside-a-request', cell, { url, caFile }, { cap, env });
  } finally {
    await server.close();
  }
}
