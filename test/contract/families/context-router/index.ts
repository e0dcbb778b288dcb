import { socketCells } from '../../../support/cells.ts';
import { loadReference } from '../../../support/sdk.ts';
import { contextRouter as driver } from '../../drivers/context-router.ts';
import { type Suite, unique } from '../../play.ts';
import { isPlayed } from '../../played.ts';
import { badFrames } from './bad-frames.ts';
import { cancelling } from './cancelling.ts';
import { connecting } from './connecting.ts';
import { disconnecting } from './disconnecting.ts';
import { disconnectingSafely } from './disconnecting-safely.ts';
import { draining } from './draining.ts';
import { errorEvents } from './error-events.ts';
import { lateCalls } from './late-calls.ts';
import { receiveLoops } from './receive-loops.ts';
import { reconnecting } from './reconnecting.ts';
import { VoiceStage } from './stage.ts';
import { unchanged } from './unchanged.ts';

/** `TTSWS` of 3.x and 4.x: many contexts on one socket. */
export const contextRouter: Suite<VoiceStage> = {
  title: '`TTSWS`',
  folder: 'families/context-router',
  scenarios: unique([
    ...disconnecting,
    ...disconnectingSafely,
    ...draining,
    ...lateCalls,
    ...receiveLoops,
    ...cancelling,
    ...connecting,
    ...badFrames,
    ...errorEvents,
    ...reconnecting,
    ...unchanged,
  ]),
  cells: (delivery) =>
    socketCells(delivery).filter(
      (cell) =>
        driver.classNames.includes(cell.target.className) &&
        isPlayed(cell) &&
        // The bare ES module build has tests of its own in `every/`: each connection of it does the same.
        !(delivery === 'bare' && cell.format === 'esm'),
    ),
  async stage(cell, patience, over) {
    // Up front, because loading a module holds up every cell that is waiting for something.
    loadReference(cell.version);
    return VoiceStage.create(cell, patience, over);
  },
};
