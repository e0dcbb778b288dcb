/** The exit of a process is tested on a process. One program runs every class, through the drivers of the contract. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'vitest';
import type { Driver, SocketCell } from '../contract/driver.ts';
import { drivers } from '../contract/drivers/index.ts';
import { isFull } from '../contract/played.ts';
import { blackHole } from '../contract/stage.ts';
import { nameOf, socketCells } from '../support/cells.ts';
import { describeCell } from '../support/describe-cell.ts';
import { runFolderVariable } from '../support/sdk.ts';
import { startVoiceServer } from '../support/voice-server.ts';
import { environmentOf } from './driven.ts';
import { type ChildResult, runProgram } from './run-child.ts';

/** A bare child that is alive so long after the shutdown call is believed to hang: the close timer of ws takes 30 s. */
const bareCap = 2_500;
const program = join(process.env[runFolderVariable]!, 'exit-child.mjs');
/** A child starts in half a second; on a machine that is busy with others, and behind the children that wait with it, later. */
const startUp = 30_000;
const bound = 240_000;

interface Shutdown {
  name: string;
  force: boolean;
  outcome: string;
  /** From the call to the exit, in ms. */
  within: number;
}

const shutdowns: readonly Shutdown[] = [
  {
    name: 'disconnect(true) in a black hole: the process is gone within 1 s',
    force: true,
    outcome: 'forced',
    within: 1_000,
  },
  {
    name: 'disconnect() in a black hole: the process is gone within the budget',
    force: false,
    outcome: 'forced',
    within: 3_000,
  },
];

for (const driver of drivers) {
  for (const cell of cellsOf(driver)) {
    describeCell(cell, () => {
      if (cell.delivery === 'bare') {
        return test(
          'control: alive long after its own close in a black hole',
          async () => {
            const result = await run(cell, driver, { name: '', force: false, outcome: '', within: bareCap });
            assert.equal(result.signal, 'SIGKILL', JSON.stringify(result));
          },
          bound,
        );
      }
      for (const shutdown of shutdowns) test(shutdown.name, () => exits(cell, driver, shutdown), bound);
    });
  }
}

/** Outside a full run, the newest version of each class is enough, in one format, overlaid: the contract has the others. */
function cellsOf({ classNames, bareLacksWs }: Driver): SocketCell[] {
  const deliveries = isFull ? (['bare', 'overlay', 'patched', 'both'] as const) : (['bare', 'overlay'] as const);
  return deliveries.flatMap((delivery) => {
    const all = socketCells(delivery).filter(
      (cell) =>
        classNames.includes(cell.target.className) &&
        cell.broken === undefined &&
        !(delivery === 'bare' && bareLacksWs?.(cell) !== undefined),
    );
    return isFull && delivery !== 'bare' ? all : all.slice(-1);
  });
}

async function exits(cell: SocketCell, driver: Driver, shutdown: Shutdown): Promise<void> {
  const result = await run(cell, driver, shutdown);
  const story = JSON.stringify(result);
  assert.equal(result.signal, null, `still alive: ${story}`);
  assert.equal(result.code, 0, story);
  assert.equal(result.stderr, '', story);
  const { outcome, durationMs, end } = JSON.parse(result.said.at(-1) ?? '{}');
  assert.equal(outcome, shutdown.outcome, story);
  assert.equal(end, 'quiet', story);
  assert.ok(durationMs < shutdown.within, story);
  assert.ok(result.ms < shutdown.within, `${result.ms} ms: ${story}`);
}

async function run(cell: SocketCell, { tls }: Driver, { force, within }: Shutdown): Promise<ChildResult> {
  const { url, caFile, close } = await startVoiceServer(blackHole, { tls });
  const cap = cell.delivery === 'bare' ? within : within + 5_000;
  try {
    return await runProgram(program, environmentOf({ cell: nameOf(cell), url, caFile, force }), { cap, startUp });
  } finally {
    await close();
  }
}
