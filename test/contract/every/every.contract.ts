import assert from 'node:assert/strict';
import { test } from 'vitest';
import { socketCells } from '../../support/cells.ts';
import { describeCell } from '../../support/describe-cell.ts';
import type { Delivery } from '../../support/sdk.ts';
import { patience, playColumn } from '../column.ts';
import type { SocketCell } from '../driver.ts';
import { driverOf, hasDriver } from '../drivers/index.ts';
import { playOn } from '../play.ts';
import { isPlayed } from '../played.ts';
import { apiKey } from '../stage.ts';
import { every } from './index.ts';
import { LineStage } from './stage.ts';

const delivery = process.env.HANGUP_DELIVERY as Delivery;

playColumn(every);

for (const cell of socketCells(delivery)) {
  const reason = unplayable(cell);
  if (reason !== undefined) describeCell(cell, () => test(...reason));
}

/** A cell that cannot play has one test: the reason is true. */
function unplayable(cell: SocketCell): [name: string, run: () => unknown] | undefined {
  if (!hasDriver(cell)) return ['has a driver', () => driverOf(cell)];
  const { bareLacksWs } = driverOf(cell);
  if (!isPlayed(cell)) return undefined;
  const { broken } = cell;
  if (broken !== undefined) return [broken, () => cannotConnect(cell, quoted(broken))];
  const lack = delivery === 'bare' ? bareLacksWs?.(cell) : undefined;
  if (lack === undefined) return undefined;
  if (lack === 'native') {
    return ["control: dials with Node's own WebSocket, with the API key in the URL", () => showsKey(cell)];
  }
  return [`control: cannot connect: ${lack.throws.source}`, () => cannotConnect(cell, lack.throws)];
}

/** A build that cannot connect on its own cannot connect with hangup either; the day it can, `targets.ts` is wrong. */
async function cannotConnect(cell: SocketCell, throws: RegExp): Promise<void> {
  const connect = async () => {
    await playOn(await LineStage.create(cell, patience), async (stage) => void (await stage.open()));
  };
  await assert.rejects(connect, throws);
}

async function showsKey(cell: SocketCell): Promise<void> {
  await playOn(await LineStage.create(cell, patience), async (stage) => {
    await stage.open();
    assert.match(stage.server.seen.connections[0]!.upgrade!.url, new RegExp(apiKey));
  });
}

function quoted(why: string): RegExp {
  const [, text] = /"(.+)"/.exec(why) ?? [];
  if (text === undefined) throw new Error(`${why}: what it throws must be in quotes`);
  return new RegExp(text.replace(/[^\w ]/g, '\\$&'));
}
