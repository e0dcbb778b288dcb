import { socketCells } from '../../../support/cells.ts';
import { modeOf } from '../../drivers/event-stream.ts';
import { type Suite, unique } from '../../play.ts';
import { isPlayed } from '../../played.ts';
import { connecting } from './connecting.ts';
import { ending } from './ending.ts';
import { faults } from './faults.ts';
import { reconnecting } from './reconnecting.ts';
import { StreamStage } from './stage.ts';
import { unchanged } from './unchanged.ts';

/** The STT sockets of 3.2 and later: `AutoFinalizeWS` and `ManualFinalizeWS`. */
export const eventStream: Suite<StreamStage> = {
  title: '`AutoFinalizeWS`, `ManualFinalizeWS`',
  folder: 'families/event-stream',
  scenarios: unique([...ending, ...connecting, ...faults, ...reconnecting, ...unchanged]),
  cells: (delivery) =>
    socketCells(delivery).filter(
      (cell) =>
        cell.sdk.name === 'cartesia' &&
        cell.target.family === 'event-stream' &&
        isPlayed(cell) &&
        // The bare ES module build has tests of its own in `every/`: each connection of it does the same.
        !(delivery === 'bare' && cell.format === 'esm'),
    ),
  stage: (cell, patience, over) => StreamStage.create(cell, modeOf(cell), patience, over),
};
