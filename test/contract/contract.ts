/**
 * The contract that every delivery of hangup keeps on every SDK version and module format, stated once.
 * The bare column is the negative control: where a scenario claims a defect, the bare SDK must show it.
 */
import assert from 'node:assert/strict';
import { beforeAll, describe, test } from 'vitest';
import {
  versions as allVersions,
  type Cell,
  type Delivery,
  formats,
  loadReference,
  loadSdk,
  type Sdk,
  sameFiles,
} from '../support/sdk.ts';
import { type BareResult, bareCrashes } from './bare-crashes.ts';
import { scenarios } from './scenarios/index.ts';
import { type Known, type KnownEnd, type Scenario, Stage } from './stage.ts';

/** Whole scenario, in ms; what a scenario waits for has its own, shorter limit. */
const scenarioLimit = 15_000;
const patience = 4_000;
/** Every version runs everything. */
const full = process.env.HANGUP_FULL === '1';
/** A hang of the bare SDK is believed after this long: what it hangs on never comes, or comes after 30 s. */
const barePatience = 500;

export function contract(delivery: Delivery, known?: Known): void {
  const versions = known?.versions ?? allVersions;
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
        else {
          for (const scenario of sharesOf(version)) {
            column({ version, format, delivery }, scenario, known?.of(scenario.name, format));
          }
        }
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

/** A failure that is known must be seen: the day it is not, it is not known any more. */
function column(cell: Cell, scenario: Scenario, known: KnownEnd = 'passes'): void {
  const name = title(scenario, cell.version);
  const playIt = async (limit: number) => play(scenario, cell, await loadSdk(cell), limit);
  if (known === 'passes') test(name, () => playIt(patience));
  else {
    test(`control: fails, ${known.fails}: ${name}`, async () => {
      const kept = `the ${cell.delivery} SDK kept the contract`;
      await assert.rejects(playIt(cell.delivery === 'bare' ? barePatience : patience), kept);
    });
  }
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
    if (bare === 'passes' || 'fails' in bare) column(cell, scenario, bare);
    else {
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
