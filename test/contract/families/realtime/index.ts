import { socketCells } from '../../../support/cells.ts';
import { loadRealtime } from '../../drivers/realtime.ts';
import { type Suite, unique } from '../../play.ts';
import { isPlayed } from '../../played.ts';
import { recovering } from './recovering.ts';
import { responding } from './responding.ts';
import { RealtimeStage } from './stage.ts';
import { telling } from './telling.ts';

/** The sessions of OpenAI Realtime: `OpenAIRealtimeWS`. */
export const realtime: Suite<RealtimeStage> = {
  title: '`OpenAIRealtimeWS`',
  folder: 'families/realtime',
  scenarios: unique([...telling, ...responding, ...recovering]),
  cells: (delivery) => socketCells(delivery).filter((cell) => cell.target.family === 'realtime' && isPlayed(cell)),
  stage: async (cell, patience, over) => new RealtimeStage(cell, await loadRealtime(cell), patience, over),
};
