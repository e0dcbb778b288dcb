/**
 * Random sequences of user calls and peer faults, some of them inside handlers. Everything settles, nothing is dialled after
 * the end, and nothing crashes. HANGUP_SEQUENCES sets how many sequences a class gets, HANGUP_SEED
 * plays those of an earlier run again.
 */
import { beforeAll, describe, it } from 'vitest';
import { nameOf, socketCells } from '../../support/cells.ts';
import { drivers } from '../drivers/index.ts';
import { sequencesOf } from '../sequences.ts';
import { holds, noteUnhandled } from './random-lines.ts';

beforeAll(noteUnhandled);

const cells = socketCells('overlay').filter(({ broken }) => broken === undefined);
for (const driver of drivers) {
  for (const className of driver.classNames) {
    const cell = cells.findLast(({ target }) => target.className === className)!;
    describe(nameOf(cell), () => {
      const sequences = sequencesOf(nameOf(cell), 40);
      const timeout = 30_000 + sequences.count * 2_000;
      it(`everything settles (${sequences.title})`, { retry: 0, timeout }, () => holds(cell, driver, sequences));
    });
  }
}
