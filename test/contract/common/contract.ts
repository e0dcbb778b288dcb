/**
 * The contract that every kind of connection keeps, in every SDK version, module format and delivery, stated once. The bare
 * column is the negative control: where a scenario claims a defect, the bare SDK must show it.
 */
import assert from 'node:assert/strict';
import { beforeAll, describe, test } from 'vitest';
import { nameOf, socketCells, versionsWithSameFiles } from '../../support/cells.ts';
import type { Delivery } from '../../support/sdk.ts';
import type { Driver, SocketCell } from '../driver.ts';
import { driverOf, drivers } from '../drivers/index.ts';
import type { Bare, Known, KnownEnd } from '../stage.ts';
import { type BareCrashes, bareCrashes } from './crashes.ts';
import { scenarios } from './index.ts';
import { bareOf, barePatience, play } from './play.ts';
import type { LineScenario } from './stage.ts';

const patience = 4_000;
/** Every cell runs everything, also what versions with identical files share otherwise. */
const full = process.env.HANGUP_FULL === '1';

/** @param known of a column that is neither bare nor hangup's; `classNames` is what it has */
export function lineContract(delivery: Delivery, known?: Known & { classNames: readonly string[] }): void {
  for (const cell of socketCells(delivery)) {
    if (known && !(known.versions.includes(cell.version) && known.classNames.includes(cell.target.className))) continue;
    if (isElsewhere(cell)) continue;
    describe.concurrent(nameOf(cell), () => {
      let driver: Driver;
      try {
        driver = driverOf(cell);
      } catch (error) {
        return test('has a driver', () => {
          throw error;
        });
      }
      const { broken } = cell;
      if (broken !== undefined) return test(broken, () => cannotConnect(cell, driver, quoted(broken)));
      const bareThrows = delivery === 'bare' ? driver.bareThrows?.(cell) : undefined;
      if (bareThrows !== undefined) {
        return test(`control: cannot connect: ${bareThrows.source}`, () => cannotConnect(cell, driver, bareThrows));
      }
      // Up front, because loading a module holds up every cell that is waiting for something.
      beforeAll(async () => void (await driver.load(cell)));
      const share = shareOf(cell, driver);
      if (delivery === 'bare') bareColumn(cell, driver, share);
      else for (const scenario of share) column(cell, driver, scenario, known?.of(scenario.name, cell.format));
    });
  }
}

/** What this version shares is all of its column. */
function isElsewhere(cell: SocketCell): boolean {
  const driver = drivers.find(({ classNames }) => classNames.includes(cell.target.className));
  return driver !== undefined && shareOf(cell, driver).length === 0;
}

/**
 * Outside a full run, versions with identical files share what is the same code there, on the newest of them: all of it, but
 * in the patched column, since each version's patch is another text, the slow scenarios only.
 */
function shareOf(cell: SocketCell, driver: Driver): LineScenario[] {
  const isNewest = versionsWithSameFiles(cell, driver.modules).at(-1) === cell.version;
  const isShared = ({ slow }: LineScenario) => slow || cell.delivery !== 'patched';
  const isMine = (scenario: LineScenario) => full || isNewest || !isShared(scenario);
  return scenarios.filter((scenario) => scenario.concerns?.(driver) !== false && isMine(scenario));
}

/** A failure that is known must be seen: the day it is not, it is not known any more. */
function column(cell: SocketCell, driver: Driver, scenario: LineScenario, known: KnownEnd = 'passes'): void {
  if (known === 'passes') test(scenario.name, () => play(scenario, cell, driver, patience));
  else {
    test(`control: fails, ${known.fails}: ${scenario.name}`, async () => {
      const limit = cell.delivery === 'bare' ? barePatience : patience;
      await assert.rejects(play(scenario, cell, driver, limit), `the ${cell.delivery} SDK kept the contract`);
    });
  }
}

function bareColumn(cell: SocketCell, driver: Driver, share: readonly LineScenario[]): void {
  let crashes: Promise<BareCrashes> | undefined;
  beforeAll(() => {
    if (!share.some((scenario) => isCrash(bareOf(scenario, cell, driver)))) return;
    crashes = bareCrashes(cell);
    crashes.catch(() => {});
  });
  for (const scenario of share) {
    const bare = bareOf(scenario, cell, driver);
    if (bare === 'passes' || 'fails' in bare) column(cell, driver, scenario, bare);
    else {
      test(`control: crashes: ${scenario.name}`, async () => {
        const seen = (await crashes!)[scenario.name];
        const story = `expected ${bare.crashes}, saw ${JSON.stringify(seen)}`;
        assert.ok(
          seen?.some((message) => bare.crashes.test(message)),
          story,
        );
      });
    }
  }
}

function isCrash(bare: Bare): boolean {
  return bare !== 'passes' && 'crashes' in bare;
}

/** What a build cannot do, it cannot do with hangup either; the day it can, `targets.ts` is wrong. */
async function cannotConnect(cell: SocketCell, driver: Driver, throws: RegExp): Promise<void> {
  const scenario: LineScenario = { name: 'connect', bare: 'passes', run: async (stage) => void (await stage.open()) };
  await assert.rejects(play(scenario, cell, driver, patience), throws);
}

function quoted(why: string): RegExp {
  const [, text] = /"(.+)"/.exec(why) ?? [];
  if (text === undefined) throw new Error(`${why}: what it throws must be in quotes`);
  return new RegExp(text.replace(/[^\w ]/g, '\\$&'));
}
