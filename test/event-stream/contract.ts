/**
 * What is special of the STT sockets, for every version, delivery and module format. The bare column is the negative
 * control: where a scenario claims a defect, the bare SDK must show it.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, test } from 'vitest';
import { targets } from '../../overlays/cartesia/targets.ts';
import { autoFinalize, manualFinalize } from '../contract/drivers/event-stream.ts';
import type { Mode } from '../contract/drivers/event-stream-sdk.ts';
import { barePackage, type Cell, type Delivery, formats } from '../support/sdk.ts';
import { type BareResult, bareCrashes } from './bare-crashes.ts';
import { scenarios } from './scenarios/index.ts';
import { type StreamScenario, StreamStage } from './stage.ts';

/** Whole scenario, in ms; what a scenario waits for has its own, shorter limit. */
const scenarioLimit = 15_000;
const patience = 4_000;
/** A hang of the bare SDK is believed after this long: what it hangs on never comes, or comes after 20 s. */
const barePatience = 500;

const modes: readonly Mode[] = ['auto', 'manual'];
export const { versions } = targets.find(({ family }) => family === 'event-stream')!;

export function contract(delivery: Delivery): void {
  // Up front, because loading a module holds up every cell that is waiting for something.
  beforeAll(async () => {
    for (const version of versions) {
      for (const format of formats) await StreamStage.create({ version, format, delivery }, 'auto', patience);
    }
  });
  for (const mode of modes) {
    for (const version of versions) {
      for (const format of formats) {
        describe.concurrent(`${mode} ${version} ${format} ${delivery}`, () => {
          const cell = { version, format, delivery };
          if (delivery === 'bare') bareColumn(cell, mode);
          else for (const scenario of sharesOf(version, mode)) column(cell, mode, scenario, patience);
        });
      }
    }
  }
}

/** Slow scenarios, and those that crash the bare SDK, run once per set of versions whose files are identical, on the newest of them. */
function sharesOf(version: string, mode: Mode): StreamScenario[] {
  return scenarios.filter(({ slow }) => !slow || isNewest(version, mode));
}

function isNewest(version: string, mode: Mode): boolean {
  return versions.findLast((other) => digest(other, mode) === digest(version, mode)) === version;
}

function digest(version: string, mode: Mode): string {
  const { classNames, modules } = mode === 'auto' ? autoFinalize : manualFinalize;
  const own = targets.filter(({ className }) => classNames.includes(className)).map(({ module }) => module);
  const hash = createHash('sha256');
  for (const file of [...own, ...modules]) {
    for (const build of ['js', 'mjs']) hash.update(readFileSync(join(barePackage(version), `${file}.${build}`)));
  }
  return hash.digest('hex');
}

function column(cell: Cell, mode: Mode, scenario: StreamScenario, limit: number): void {
  test(scenario.name, () => play(scenario, cell, mode, limit));
}

function bareColumn(cell: Cell, mode: Mode): void {
  if (cell.format === 'esm') {
    test('control: the ESM build never loads ws, and throws on a Node without a global WebSocket', async () => {
      const stage = await StreamStage.create(cell, mode, patience);
      await stage.serve();
      try {
        if (typeof WebSocket === 'undefined') assert.throws(() => stage.transcribe(), /requires the "ws" package/);
      } finally {
        await stage.dispose();
      }
    });
    return;
  }
  let crashes: Promise<BareResult> | undefined;
  if (isNewest(cell.version, mode)) {
    beforeAll(() => {
      crashes = bareCrashes(cell.version, mode);
      crashes.catch(() => {});
    });
  }
  for (const scenario of sharesOf(cell.version, mode)) {
    const { bare } = scenario;
    if (bare === 'passes') column(cell, mode, scenario, patience);
    else if ('fails' in bare) {
      test(`control: fails, ${bare.fails}: ${scenario.name}`, async () => {
        await assert.rejects(play(scenario, cell, mode, barePatience), 'the bare SDK kept the contract');
      });
    } else if (isNewest(cell.version, mode)) {
      const crashed = async () => {
        const seen = (await crashes!)[scenario.name];
        assert.ok(
          seen?.some((message) => bare.crashes.test(message)),
          `expected ${bare.crashes}, saw ${JSON.stringify(seen)}`,
        );
      };
      // The child runs all of them, one after another.
      test(`control: crashes: ${scenario.name}`, crashed, 60_000);
    }
  }
}

async function play(scenario: StreamScenario, cell: Cell, mode: Mode, limit: number): Promise<void> {
  const stage = await StreamStage.create(cell, mode, limit);
  try {
    await stage.within(scenario.run(stage), scenario.name, scenarioLimit);
  } finally {
    await stage.dispose();
  }
}
