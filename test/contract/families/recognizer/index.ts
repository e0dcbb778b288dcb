import { socketCells } from '../../../support/cells.ts';
import { loadRecognizer } from '../../drivers/recognizer.ts';
import { type Suite, unique } from '../../play.ts';
import { isPlayed } from '../../played.ts';
import { RecognizerStage } from './stage.ts';
import { starting } from './starting.ts';
import { stopping } from './stopping.ts';
import { telling } from './telling.ts';

/** The recognitions of Speechmatics. */
export const recognizers: Suite<RecognizerStage> = {
  title: '`RealtimeClient`',
  folder: 'families/recognizer',
  scenarios: unique([...starting, ...stopping, ...telling]),
  cells: (delivery) => socketCells(delivery).filter((cell) => cell.target.family === 'recognizer' && isPlayed(cell)),
  stage: async (cell, patience, over) => new RecognizerStage(cell, await loadRecognizer(cell), patience, over),
};
