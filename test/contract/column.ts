import assert from 'node:assert/strict';
import { beforeAll, test } from 'vitest';
import { type Delivery, isHangup } from '../support/sdk.ts';
import { type Crashes, doesCrash, type Row } from './rows.ts';

const patience = 4_000;
/** A hang of the bare SDK is believed after this long, in ms: what it hangs on never comes, or comes after 30 s. */
const barePatience = 500;
/** The child plays all that crashes, one after another. */
const crashLimit = 60_000;
const noChild = (): Promise<Crashes> => Promise.reject(new Error('no child plays what crashes the bare SDK'));

/**
 * The tests of one cell. With hangup every row has to keep its promise. The other columns are the negative control: where a
 * row claims a defect, they must show it.
 *
 * @param crashesOf starts the child that plays what crashes the bare SDK
 */
export function column(rows: readonly Row[], delivery: Delivery, crashesOf = noChild): void {
  let crashes: Promise<Crashes> | undefined;
  if (delivery === 'bare' && rows.some(doesCrash)) {
    beforeAll(() => {
      crashes = crashesOf();
      // Whoever awaits it is told.
      crashes.catch(() => {});
    });
  }
  for (const { name, bare, play } of rows) {
    if (isHangup(delivery) || bare === 'passes') test(name, () => play(patience));
    else if ('fails' in bare) {
      test(`control: fails, ${bare.fails}: ${name}`, async () => {
        const limit = delivery === 'bare' ? barePatience : patience;
        await assert.rejects(play(limit), `the ${delivery} SDK kept the promise`);
      });
    } else {
      const crashed = async () => {
        const seen = (await crashes!)[name];
        const story = `expected ${bare.crashes}, saw ${JSON.stringify(seen)}`;
        assert.ok(
          seen?.some((message) => bare.crashes.test(message)),
          story,
        );
      };
      test(`control: crashes: ${name}`, crashed, crashLimit);
    }
  }
}
