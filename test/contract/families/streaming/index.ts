import { socketCells } from '../../../support/cells.ts';
import { loadClient } from '../../drivers/streaming.ts';
import { type Suite, unique } from '../../play.ts';
import { isPlayed } from '../../played.ts';
import { connecting } from './connecting.ts';
import { looping } from './looping.ts';
import { reconnecting } from './reconnecting.ts';
import { StreamingStage } from './stage.ts';
import { telling } from './telling.ts';

/** The sockets of Deepgram 5.x. */
export const streaming: Suite<StreamingStage> = {
  title: 'Sockets of `DeepgramClient` 5.x',
  folder: 'families/streaming',
  scenarios: unique([...telling, ...looping, ...connecting, ...reconnecting]),
  cells: (delivery) => socketCells(delivery).filter((cell) => cell.target.family === 'streaming' && isPlayed(cell)),
  stage: async (cell, patience, over) => new StreamingStage(cell, await loadClient(cell), patience, over),
};
