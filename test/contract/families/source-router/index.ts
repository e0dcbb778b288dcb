import { socketCells } from '../../../support/cells.ts';
import { LineStage } from '../../every/stage.ts';
import { type Suite, unique } from '../../play.ts';
import { isPlayed } from '../../played.ts';
import { connecting } from './connecting.ts';
import { messages } from './messages.ts';
import { reading } from './reading.ts';

/** `WebSocketWrapper` of the `backcompat` client: a source for each request, on one socket. */
export const sourceRouter: Suite<LineStage> = {
  title: '`WebSocketWrapper`',
  folder: 'families/source-router',
  scenarios: unique([...reading, ...messages, ...connecting]),
  cells: (delivery) =>
    socketCells(delivery).filter(
      (cell) => cell.target.family === 'source-router' && cell.broken === undefined && isPlayed(cell),
    ),
  stage: LineStage.create,
};
