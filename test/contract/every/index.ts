import { socketCells } from '../../support/cells.ts';
import { driverOf, drivers, hasDriver } from '../drivers/index.ts';
import { type Suite, unique } from '../play.ts';
import { isPlayed } from '../played.ts';
import { calling } from './calling.ts';
import { connecting } from './connecting.ts';
import { draining } from './draining.ts';
import { dropping } from './dropping.ts';
import { ending } from './ending.ts';
import { receiving } from './receiving.ts';
import { LineStage } from './stage.ts';

const scenarios = unique([...ending, ...draining, ...calling, ...connecting, ...dropping, ...receiving]);

/** The promises that every kind of connection keeps, in every SDK version, module format and delivery. */
export const every: Suite<LineStage> = {
  title: 'Every connection',
  folder: 'every',
  scenarios,
  cells: (delivery) =>
    socketCells(delivery).filter((cell) => {
      if (cell.broken !== undefined || !hasDriver(cell)) return false;
      const { bareLacksWs } = driverOf(cell);
      return isPlayed(cell) && !(delivery === 'bare' && bareLacksWs?.(cell) !== undefined);
    }),
  stage: LineStage.create,
  bareOf(id, cell) {
    const own = driverOf(cell).bare[id];
    return typeof own === 'function' ? own(cell) : own;
  },
};

const ids = new Set(scenarios.map(({ id }) => id));
for (const { classNames, bare } of drivers) {
  const unknown = Object.keys(bare).filter((id) => !ids.has(id));
  if (unknown.length > 0) throw new Error(`the driver of ${classNames} names no scenario: ${unknown.join(', ')}`);
}
