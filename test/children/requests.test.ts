/** A request must not hold the process. This is tested on a process. */
import assert from 'node:assert/strict';
import { test } from 'vitest';
import { type CartesiaTarget, targets } from '../../overlays/cartesia/targets.ts';
import { isFull } from '../contract/played.ts';
import { describeCell } from '../support/describe-cell.ts';
import { type Answer, startHttpServer } from '../support/http-server.ts';
import type { Cell, Format } from '../support/sdk.ts';
import { type ChildResult, runChild } from './run-child.ts';

interface Claim {
  name: string;
  kind: 'bytes' | 'sse' | 'list';
  answer: Answer;
  /** The argument of `disconnect()`, as JSON. */
  how?: string;
  /** ms from the shutdown call to the exit. */
  within?: number;
}

const claims: readonly Claim[] = [
  { name: 'a TLS handshake that stalls', kind: 'bytes', answer: 'silence' },
  { name: 'no response headers', kind: 'bytes', answer: 'no-headers' },
  { name: 'no response headers', kind: 'list', answer: 'no-headers' },
  { name: 'a stalled body', kind: 'bytes', answer: 'stalled-body' },
  { name: 'a stalled body', kind: 'list', answer: 'stalled-body' },
  { name: 'an endless body', kind: 'bytes', answer: 'endless-body' },
  { name: 'an endless event stream', kind: 'sse', answer: 'endless-body' },
  { name: 'a back-off', kind: 'bytes', answer: 'retry-later' },
  { name: 'an endless body, politely', kind: 'bytes', answer: 'endless-body', how: 'false', within: 6_000 },
  { name: 'a TLS handshake that stalls, politely', kind: 'sse', answer: 'silence', how: 'false', within: 6_000 },
];

/** A bare child that is alive so long after the shutdown call, in ms, is believed to hang. */
const bareCap = 2_000;

interface ClientCell extends Cell {
  family: CartesiaTarget['family'];
}

/** Oldest and newest of each family, both deliveries. Outside a full run the newest is enough: test/contract has the others. */
const cells: readonly ClientCell[] = [
  { family: 'client', version: '3.0.0', delivery: 'overlay', format: 'cjs' },
  { family: 'client', version: '4.2.0', delivery: 'overlay', format: 'esm' },
  { family: 'client', version: '3.0.0', delivery: 'patched', format: 'esm' },
  { family: 'client', version: '4.2.0', delivery: 'patched', format: 'cjs' },
  { family: 'resource-client', version: '2.1.0', delivery: 'overlay', format: 'cjs' },
  { family: 'resource-client', version: '2.2.9', delivery: 'overlay', format: 'cjs' },
  { family: 'resource-client', version: '2.1.0', delivery: 'patched', format: 'cjs' },
  { family: 'resource-client', version: '2.2.9', delivery: 'patched', format: 'cjs' },
  { family: 'nested-client', version: '1.3.0', delivery: 'overlay', format: 'esm' },
  { family: 'nested-client', version: '1.3.0', delivery: 'patched', format: 'esm' },
  { family: 'compat-client', version: '4.2.0', delivery: 'overlay', format: 'cjs' },
  { family: 'compat-client', version: '4.2.0', delivery: 'patched', format: 'cjs' },
  { family: 'compat-client', version: '3.0.0', delivery: 'patched', format: 'cjs' },
];
const bareCells: readonly ClientCell[] = [
  { family: 'client', version: '3.0.0', delivery: 'bare', format: 'cjs' },
  { family: 'client', version: '4.2.0', delivery: 'bare', format: 'cjs' },
  { family: 'resource-client', version: '2.2.9', delivery: 'bare', format: 'cjs' },
  { family: 'nested-client', version: '1.3.0', delivery: 'bare', format: 'esm' },
  { family: 'compat-client', version: '4.2.0', delivery: 'bare', format: 'cjs' },
];
/** The file of the package that has the client, in each format. */
const modules: Partial<Record<CartesiaTarget['family'], Partial<Record<Format, string>>>> = {
  client: { cjs: 'index.js', esm: 'index.mjs' },
  'resource-client': { cjs: 'index.js' },
  'nested-client': { esm: 'dist/index.js' },
  'compat-client': { cjs: 'backcompat/index.js' },
};
/** Older clients have no event streams, and those of 1.x do not look at the status. */
const concerns = ({ family }: ClientCell, { kind, answer }: Claim) =>
  !(kind === 'sse' && (family === 'nested-client' || family === 'compat-client')) &&
  !(answer === 'retry-later' && family === 'nested-client');

const targetOf = ({ family, version }: ClientCell) =>
  targets.find((target) => target.family === family && target.versions.includes(version))!;

const isOldest = ({ version }: ClientCell) => ['3.0.0', '2.1.0'].includes(version);
const isEnough = (cell: ClientCell) => !isOldest(cell) && cell.delivery === 'patched';
const played = isFull ? [...bareCells, ...cells] : cells.filter(isEnough);

for (const cell of played) {
  describeCell({ ...cell, target: targetOf(cell) }, () => {
    for (const claim of claims.filter((claim) => concerns(cell, claim))) {
      const name = `${claim.kind}: ${claim.name}`;
      if (cell.delivery === 'bare') {
        test(`control: hangs: ${name}`, async () => {
          const { result } = await run(claim, cell, bareCap);
          assert.equal(result.signal, 'SIGKILL', JSON.stringify(result));
        }, 30_000);
      } else {
        test(name, async () => {
          const { result, connections } = await run(claim, cell, 6_000);
          const story = JSON.stringify(result);
          assert.deepEqual([result.code, result.stderr, result.said], [0, '', ['ERR_DISCONNECTED']], story);
          assert.ok(result.ms < (claim.within ?? 1_000), story);
          assert.equal(connections, 1);
        }, 30_000);
      }
    }
  });
}

async function run(claim: Claim, cell: ClientCell, cap: number): Promise<{ result: ChildResult; connections: number }> {
  const server = await startHttpServer(claim.answer);
  try {
    const env = {
      FAMILY: cell.family,
      CELL_MODULE: modules[cell.family]![cell.format]!,
      KIND: claim.kind,
      HOW: claim.how ?? 'true',
      // One of these takes 4 s in 2.x: longer than a bare child is watched.
      RETRIES: claim.answer === 'retry-later' ? '9' : '0',
    };
    const result = await runChild('request', cell, server, { cap, env });
    return { result, connections: server.seen.connections };
  } finally {
    await server.close();
  }
}
