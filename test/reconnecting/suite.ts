/**
 * What is special about the SDK's reconnecting sockets, stated once for every delivery. The bare column is the negative
 * control: where a scenario claims a defect, the bare SDK must show it.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, test } from 'vitest';
import type { SocketCell } from '../contract/driver.ts';
import { driverOf } from '../contract/drivers/index.ts';
import type { Bare } from '../contract/stage.ts';
import { deliver, nameOf, socketCells, versionsWithSameFiles } from '../support/cells.ts';
import { loadClass, type VoiceClass } from '../support/reconnecting.ts';
import type { Delivery } from '../support/sdk.ts';
import { Bench, type Scenario } from './bench.ts';
import { connecting } from './connecting.ts';
import { frames } from './frames.ts';
import { streams } from './streams.ts';

export const scenarios: readonly Scenario[] = [...streams, ...connecting, ...frames];

const patience = 4_000;
/** A hang of the bare SDK is believed after this long. */
const barePatience = 400;
const scenarioLimit = 15_000;
/** One child after another, each with all that crashes a version. */
const crashLimit = 180_000;

export const cellsOf = (delivery: Delivery): SocketCell[] =>
  socketCells(delivery).filter(
    ({ target, broken }) =>
      target.family === 'reconnecting' && target.className !== 'SttWebsocket' && broken === undefined,
  );

export function bareOf({ bare }: Scenario, version: string): Bare {
  return typeof bare === 'function' ? bare(version) : bare;
}

export async function play(scenario: Scenario, cell: SocketCell, limit = patience): Promise<void> {
  const Class = await loadClass<VoiceClass>(cell);
  deliver(cell, Class);
  const bench = new Bench(cell, Class, limit);
  try {
    await bench.within(scenario.run(bench), scenario.name, scenarioLimit);
  } finally {
    await bench.dispose();
  }
}

/** Outside a full run, versions with identical files share one run, on the newest of them. */
function isMine(cell: SocketCell): boolean {
  return process.env.HANGUP_FULL === '1' || versionsWithSameFiles(cell, driverOf(cell).modules).at(-1) === cell.version;
}

export function suite(delivery: Delivery): void {
  for (const cell of cellsOf(delivery).filter(isMine)) {
    const concerned = scenarios.filter(({ concerns }) => concerns?.(cell.version) !== false);
    describe.concurrent(nameOf(cell), () => {
      if (delivery === 'bare') bareColumn(cell, concerned);
      else for (const scenario of concerned) test(scenario.name, () => play(scenario, cell));
    });
  }
}

function bareColumn(cell: SocketCell, concerned: readonly Scenario[]): void {
  let crashes: Promise<Record<string, string[]>> | undefined;
  beforeAll(() => {
    crashes = crashesOf(cell.version);
    crashes.catch(() => {});
  });
  for (const scenario of concerned) {
    const bare = bareOf(scenario, cell.version);
    if (bare === 'passes') test(scenario.name, () => play(scenario, cell));
    else if ('fails' in bare) {
      test(`control: fails, ${bare.fails}: ${scenario.name}`, async () => {
        await assert.rejects(play(scenario, cell, barePatience), 'the bare SDK kept the promise');
      });
    } else {
      test(
        `control: crashes: ${scenario.name}`,
        async () => {
          const seen = (await crashes!)[scenario.name];
          assert.ok(
            seen?.some((message) => bare.crashes.test(message)),
            `expected ${bare.crashes}, saw ${JSON.stringify(seen)}`,
          );
        },
        crashLimit,
      );
    }
  }
}

let last: Promise<unknown> = Promise.resolve();

/** Runs what crashes the bare SDK in a child process, one after another. */
function crashesOf(version: string): Promise<Record<string, string[]>> {
  const program = fileURLToPath(new URL('crashes-child.ts', import.meta.url));
  const run = last.then(async () => {
    const argv = ['--import', 'tsx', program, version];
    const { stdout } = await promisify(execFile)(process.execPath, argv, { timeout: 60_000, killSignal: 'SIGKILL' });
    return JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as Record<string, string[]>;
  });
  last = run.catch(() => {});
  return run;
}
