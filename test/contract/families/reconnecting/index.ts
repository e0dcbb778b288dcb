import { socketCells } from '../../../support/cells.ts';
import { type Suite, unique } from '../../play.ts';
import { isPlayed } from '../../played.ts';
import { connecting } from './connecting.ts';
import { draining } from './draining.ts';
import { frames } from './frames.ts';
import { ReconnectingStage } from './stage.ts';
import { streams } from './streams.ts';

/** The reconnecting sockets for audio: `Websocket` of 2.x and `WebSocket` of 1.x. */
export const reconnecting: Suite<ReconnectingStage> = {
  title: '`Websocket`, `WebSocket`',
  folder: 'families/reconnecting',
  scenarios: unique([...streams, ...draining, ...connecting, ...frames]),
  cells: (delivery) =>
    socketCells(delivery).filter(
      (cell) =>
        cell.target.family === 'reconnecting' &&
        cell.target.className !== 'SttWebsocket' &&
        cell.broken === undefined &&
        isPlayed(cell),
    ),
  stage: ReconnectingStage.create,
};
