import { socketCells } from '../../../support/cells.ts';
import { loadTranscriber } from '../../drivers/transcriber.ts';
import { type Suite, unique } from '../../play.ts';
import { isPlayed } from '../../played.ts';
import { closing } from './closing.ts';
import { connecting } from './connecting.ts';
import { retrying } from './retrying.ts';
import { TranscriberStage } from './stage.ts';
import { telling } from './telling.ts';

/** The sessions of AssemblyAI. */
export const transcribers: Suite<TranscriberStage> = {
  title: '`StreamingTranscriber`, `RealtimeTranscriber`',
  folder: 'families/transcriber',
  scenarios: unique([...telling, ...connecting, ...retrying, ...closing]),
  cells: (delivery) => socketCells(delivery).filter((cell) => cell.target.family === 'transcriber' && isPlayed(cell)),
  stage: async (cell, patience, over) => new TranscriberStage(cell, await loadTranscriber(cell), patience, over),
};
