/**
 * The contract that every kind of connection keeps, in every SDK version, module format and delivery, stated once. The bare
 * column is the negative control: where a scenario claims a defect, the bare SDK must show it.
 */
import assert from 'node:assert/strict';
import { beforeAll, test } from 'vitest';
import { isPlayed, nameOf, socketCells } from '../../support/cells.ts';
import { describeCell } from '../../support/describe-cell.ts';
import type { Delivery } from '../../support/sdk.ts';
import { column } from '../column.ts';
import type { Driver, SocketCell } from '../driver.ts';
import { driverOf, drivers } from '../drivers/index.ts';
import { crashesIn, type Known } from '../rows.ts';
import { apiKey } from '../stage.ts';
import { play, rowsOf } from './play.ts';
import type { LineScenario } from './stage.ts';

const patience = 4_000;
const connect: LineScenario = { name: 'connect', bare: 'passes', run: async (stage) => void (await stage.open()) };

/** @param known of a column that is neither bare nor hangup's; `classNames` is what it has */
export function lineContract(delivery: Delivery, known?: Known & { classNames: readonly string[] }): void {
  for (const cell of socketCells(delivery)) {
    if (known && !(known.versions.includes(cell.version) && known.classNames.includes(cell.target.className))) continue;
    if (!isPlayed(cell, modulesOf(cell))) continue;
    describeCell(cell, () => {
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
      const lack = delivery === 'bare' ? driver.bareLacksWs?.(cell) : undefined;
      if (lack === 'native') {
        return test("control: dials with Node's own WebSocket, with the API key in the URL", () =>
          showsKey(cell, driver));
      }
      if (lack !== undefined) {
        return test(`control: cannot connect: ${lack.throws.source}`, () => cannotConnect(cell, driver, lack.throws));
      }
      // Up front, because loading a module holds up every cell that is waiting for something.
      beforeAll(async () => void (await driver.load(cell)));
      column(rowsOf(cell, driver, known), delivery, () =>
        crashesIn(new URL('crashes-child.ts', import.meta.url), nameOf(cell)),
      );
    });
  }
}

function modulesOf(cell: SocketCell): readonly string[] {
  return drivers.find(({ classNames }) => classNames.includes(cell.target.className))?.modules ?? [];
}

/** What a build cannot do, it cannot do with hangup either; the day it can, `targets.ts` is wrong. */
async function cannotConnect(cell: SocketCell, driver: Driver, throws: RegExp): Promise<void> {
  await assert.rejects(play(connect, cell, driver, patience), throws);
}

async function showsKey(cell: SocketCell, driver: Driver): Promise<void> {
  const shown: LineScenario = {
    ...connect,
    async run(stage) {
      await stage.open();
      assert.match(stage.server.seen.connections[0]!.upgrade!.url, new RegExp(apiKey));
    },
  };
  await play(shown, cell, driver, patience);
}

function quoted(why: string): RegExp {
  const [, text] = /"(.+)"/.exec(why) ?? [];
  if (text === undefined) throw new Error(`${why}: what it throws must be in quotes`);
  return new RegExp(text.replace(/[^\w ]/g, '\\$&'));
}
