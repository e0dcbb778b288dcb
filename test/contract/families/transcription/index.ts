import { socketCells } from '../../../support/cells.ts';
import { type Suite, unique } from '../../play.ts';
import { isPlayed } from '../../played.ts';
import { connecting } from './connecting.ts';
import { ending } from './ending.ts';
import { loadScribe, TranscriptionStage } from './stage.ts';
import { telling } from './telling.ts';

/** Scribe of ElevenLabs, by its client. */
export const transcriptions: Suite<TranscriptionStage> = {
  title: '`RealtimeConnection`',
  folder: 'families/transcription',
  scenarios: unique([...telling, ...connecting, ...ending]),
  cells: (delivery) => socketCells(delivery).filter((cell) => cell.target.family === 'transcription' && isPlayed(cell)),
  stage: async (cell, patience, over) => new TranscriptionStage(cell, await loadScribe(cell), patience, over),
};
