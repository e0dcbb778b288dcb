/**
 * The contract that every delivery of hangup keeps on every SDK version and module format, stated once.
 * The bare column is the negative control: where a scenario claims a defect, the bare SDK must show it.
 */
import assert from 'node:assert/strict';
import { beforeAll, describe, test } from 'vitest';
import {
  type Cell,
  type Delivery,
  formats,
  loadReference,
  loadSdk,
  type Sdk,
  sameFiles,
  versions,
} from '../support/sdk.ts';
import { type BareResult, bareCrashes } from './bare-crashes.ts';
import { scenarios } from './scenarios/index.ts';
import { type Scenario, Stage } from './stage.ts';

/** Whole scenario, in ms; what a scenario waits for has its own, shorter limit. */
const scenarioLimit = 15_000;
const patience = 4_000;
/** Every version runs everything. */
const full = process.env.HANGUP_FULL === '1';
/** A hang of the bare SDK is believed after this long: what it hangs on never comes, or comes after 30 s. */
const barePatience = 500;

export function contract(delivery: Delivery): void {
  // Up front, because loading a module holds up every cell that is waiting for something.
  beforeAll(async () => {
    for (const version of versions) {
      loadReference(version);
      for (const format of formats) await loadSdk({ version, format, delivery });
    }
  });
  for (const version of versions) {
    for (const format of formats) {
      describe.concurrent(`${version} TTSWS ${format} ${delivery}`, () => {
        if (delivery === 'bare') bareColumn({ version, format, delivery });
        else for (const scenario of sharesOf(version)) column({ version, format, delivery }, scenario);
      });
    }
  }
}

/** Slow scenarios run once per set of versions whose files are identical, on the newest of them. */
function sharesOf(version: string): Scenario[] {
  return scenarios.filter(
    ({ slow, concerns }) => concerns?.(version) !== false && (full || !slow || sameFiles(version).at(-1) === version),
  );
}

function title(scenario: Scenario, version: string): string {
  const others = sameFiles(version).filter((other) => other !== version);
  return scenario.slow && !full && others.length > 0
    ? `${scenario.name} (same files: ${others.join(', ')})`
    : scenario.name;
}

function column(cell: Cell, scenario: Scenario): void {
  test(title(scenario, cell.version), async () => {
    await play(scenario, cell, await loadSdk(cell), patience);
  });
}

function bareColumn(cell: Cell): void {
  if (cell.format === 'esm') {
    test('control: the ESM build never loads ws on Node 20 and throws on websocket()', async () => {
      const stage = new Stage(cell, await loadSdk(cell), patience);
      try {
        if (typeof WebSocket === 'undefined') await assert.rejects(stage.open(), /"ws" peer dependency is required/);
      } finally {
        await stage.dispose();
      }
    });
    return;
  }
  let crashes: Promise<BareResult> | undefined;
  beforeAll(() => {
    crashes = bareCrashes(cell.version);
    crashes.catch(() => {});
  });
  for (const scenario of sharesOf(cell.version)) {
    const { bare } = scenario;
    if (bare === 'passes') column(cell, scenario);
    else if ('fails' in bare) {
      test(`control: fails, ${bare.fails}: ${title(scenario, cell.version)}`, async () => {
        await assert.rejects(play(scenario, cell, await loadSdk(cell), barePatience), 'the bare SDK kept the contract');
      });
    } else {
      test(`control: crashes: ${title(scenario, cell.version)}`, async () => {
        const seen = (await crashes!)[scenario.name];
        assert.ok(
          seen?.some((message) => bare.crashes.test(message)),
          `expected ${bare.crashes}, saw ${JSON.stringify(seen)}`,
        );
      });
    }
  }
}

async function play(scenario: Scenario, cell: Cell, sdk: Sdk, limit: number): Promise<void> {
  const stage = new Stage(cell, sdk, limit);
  try {
    await stage.within(scenario.run(stage), scenario.name, scenarioLimit);
  } finally {
    await stage.dispose();
  }
}
