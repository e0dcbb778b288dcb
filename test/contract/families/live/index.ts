import { socketCells } from '../../../support/cells.ts';
import { loadGenAI } from '../../drivers/live.ts';
import { type Suite, unique } from '../../play.ts';
import { isPlayed } from '../../played.ts';
import { connecting } from './connecting.ts';
import { LiveStage } from './stage.ts';
import { talking } from './talking.ts';
import { telling } from './telling.ts';

/** The sessions of Google's Live API. */
export const live: Suite<LiveStage> = {
  title: '`Session`, `LiveMusicSession`',
  folder: 'families/live',
  scenarios: unique([...telling, ...connecting, ...talking]),
  cells: (delivery) => socketCells(delivery).filter((cell) => cell.target.className === 'Session' && isPlayed(cell)),
  stage: async (cell, patience, over) => new LiveStage(cell, await loadGenAI(cell), patience, over),
};
