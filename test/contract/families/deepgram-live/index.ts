import { socketCells } from '../../../support/cells.ts';
import { loadLegacy } from '../../drivers/deepgram-live.ts';
import { type Suite, unique } from '../../play.ts';
import { isPlayed } from '../../played.ts';
import { connecting } from './connecting.ts';
import { LiveStage } from './stage.ts';
import { telling } from './telling.ts';

/** The live clients of Deepgram 3.4 to 4.x. */
export const deepgramLive: Suite<LiveStage> = {
  title: '`ListenLiveClient`, `SpeakLiveClient`, `AgentLiveClient`',
  folder: 'families/deepgram-live',
  scenarios: unique([...telling, ...connecting]),
  cells: (delivery) => socketCells(delivery).filter((cell) => cell.target.family === 'live' && isPlayed(cell)),
  stage: async (cell, patience, over) => new LiveStage(cell, await loadLegacy(cell), patience, over),
};
