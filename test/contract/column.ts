/**
 * One suite in one column: every cell that a delivery has. With hangup every scenario has to keep its promise. The bare
 * column is the negative control: where a scenario claims a defect, the bare SDK must show that defect.
 */
import assert from 'node:assert/strict';
import { beforeAll, test } from 'vitest';
import { nameOf } from '../support/cells.ts';
import { describeCell } from '../support/describe-cell.ts';
import type { Delivery } from '../support/sdk.ts';
import { type Crashes, crashesIn, doesCrash } from './crashes.ts';
import type { SocketCell } from './driver.ts';
import { type Bare, type Row, rowsOf, type Suite } from './play.ts';
import { NoSuchCall, type Stage } from './stage.ts';

export const patience = 4_000;
/** A hang of the bare SDK is believed after this long, in ms: what it waits for never comes, or comes after 30 s. */
const barePatience = 500;
/** The child plays all that crashes, one after another. */
const crashLimit = 60_000;

/** Runs where what fails is known by the id of the scenario, and is no defect of the bare SDK. */
export type Known = (id: string, cell: SocketCell) => Exclude<Bare, { crashes: RegExp }>;

/**
 * @param delivery that of the vitest project by default
 * @param known of a delivery that is neither bare nor hangup's
 */
export function playColumn<S extends Stage>(
  suite: Suite<S>,
  delivery = process.env.HANGUP_DELIVERY as Delivery,
  known?: Known,
): void {
  const cells = suite.cells(delivery);
  if (cells.length === 0)
    throw new Error(`${suite.title} has no cell in ${delivery}: see foldersOf() of vitest.config.ts`);
  for (const cell of cells) {
    describeCell(cell, () => {
      // Up front, because loading a module holds up every cell that is waiting for something.
      beforeAll(async () => void (await suite.stage(cell, 0)));
      const rows = rowsOf(suite, cell);
      if (delivery !== 'bare' && known === undefined) {
        for (const { name, play } of rows) test(name, () => play(patience));
      } else controls(known ? rows.map((row) => ({ ...row, bare: known(row.id, cell) })) : rows, suite, cell);
    });
  }
}

function controls(rows: readonly Row[], { folder }: Pick<Suite, 'folder'>, cell: SocketCell): void {
  let crashes: Promise<Crashes> | undefined;
  if (rows.some(doesCrash)) {
    beforeAll(() => {
      crashes = crashesIn(folder, nameOf(cell));
      // The tests that await it are told.
      crashes.catch(() => {});
    });
  }
  for (const row of rows) {
    const { name, bare, play } = row;
    if (bare === 'passes') test(name, () => play(patience));
    else {
      const limit = cell.delivery === 'bare' ? barePatience : patience;
      test(`control: ${stated(bare)}: ${name}`, async () => showsDefect(row, limit, await crashes), crashLimit);
    }
  }
}

function stated(bare: Exclude<Bare, 'passes'>): string {
  if (typeof bare === 'string') return bare;
  const [[what, text]] = Object.entries(bare) as [[string, RegExp]];
  return `${what}, ${text}`;
}

/**
 * Plays a control.
 *
 * @param limit of what must settle, in ms
 * @throws {AssertionError} unless the SDK shows the defect that the row states
 */
export async function showsDefect({ id, bare, play }: Row, limit: number, crashes: Crashes = {}): Promise<void> {
  if (typeof bare === 'object' && 'crashes' in bare) {
    const seen = crashes[id] ?? [];
    assert.ok(
      seen.some((message) => bare.crashes.test(message)),
      `expected ${bare.crashes}, saw ${JSON.stringify(seen)}`,
    );
    return;
  }
  const end = await play(limit).then(
    () => undefined,
    (error: Error) => error,
  );
  assert.ok(end !== undefined, 'the SDK kept the promise');
  if (bare === 'has no such call') assert.ok(end instanceof NoSuchCall, `the SDK has the call: ${end.stack}`);
  else if (bare !== 'passes') {
    assert.ok(end instanceof assert.AssertionError, `no promise was broken, but: ${end.stack}`);
    assert.match(end.message, bare.fails, `the SDK broke another promise: ${end.stack}`);
  }
}
