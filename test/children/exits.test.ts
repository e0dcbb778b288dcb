/** The exit of a process is tested on a process. One program runs every class, through the drivers of the contract. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'vitest';
import type { Driver, SocketCell } from '../contract/driver.ts';
import { drivers } from '../contract/drivers/index.ts';
import { isFull } from '../contract/played.ts';
import { blackHole, endless } from '../contract/stage.ts';
import { nameOf, socketCells } from '../support/cells.ts';
import { describeCell } from '../support/describe-cell.ts';
import { runFolderVariable } from '../support/sdk.ts';
import { type Behaviour, startVoiceServer } from '../support/voice-server.ts';
import { environmentOf } from './driven.ts';
import { type ChildResult, runProgram } from './run-child.ts';

/** A bare child that is alive so long after the shutdown call is believed to hang: the close timer of ws takes 30 s. */
const bareCap = 2_500;
/** A child starts in half a second; on a machine that is busy with others, and behind the children that wait with it, later. */
const startUp = 30_000;
const bound = 240_000;

const dropped: Behaviour = { ...endless, fault: { kind: 'close', code: 1011 }, faultAfter: 4 };
/** Every connection has one, where its socket can send pings: a timer of it that is left keeps the process alive for ever. */
const heartbeat = { interval: 60_000, timeout: 60_000 };

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
      if (!driver.traits.reconnects) {
        test('a drop leaves no timer', () => leavesNoTimer(cell, driver), bound);
      }
    });
  }
}

/** Outside a full run, the newest version of each class is enough, in one format, overlaid: the contract has the others. */
function cellsOf({ classNames, bareLacksWs }: Driver): SocketCell[] {
  const deliveries = isFull ? (['bare', 'overlay', 'patched', 'both'] as const) : (['overlay'] as const);
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

async function leavesNoTimer(cell: SocketCell, driver: Driver): Promise<void> {
  const result = await play('drop-child', dropped, cell, driver, { cap: 5_000 });
  const story = JSON.stringify(result);
  assert.deepEqual([result.code, result.stderr], [0, ''], story);
  assert.deepEqual(JSON.parse(result.said.at(-1)!), [], story);
}

function run(cell: SocketCell, driver: Driver, { force, within }: Shutdown): Promise<ChildResult> {
  const cap = cell.delivery === 'bare' ? within : within + 5_000;
  return play('exit-child', blackHole, cell, driver, { force, cap });
}

/** Runs a child against a server of its own. */
async function play(
  program: string,
  behaviour: Behaviour,
  cell: SocketCell,
  { tls, isNative }: Driver,
  { force, cap }: { force?: boolean | undefined; cap: number },
): Promise<ChildResult> {
  const { url, caFile, close } = await startVoiceServer(behaviour, { tls });
  const options = isNative?.(cell) ? undefined : { heartbeat };
  const order = { cell: nameOf(cell), url, caFile, force, options };
  try {
    return await runProgram(join(process.env[runFolderVariable]!, `${program}.mjs`), environmentOf(order), {
      cap,
      startUp,
    });
  } finally {
    await close();
  }
}
