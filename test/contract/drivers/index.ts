import type { Driver, SocketCell } from '../driver.ts';
import { agentsRealtime } from './agents-realtime.ts';
import { contextRouter } from './context-router.ts';
import { conversation } from './conversation.ts';
import { deepgramLive } from './deepgram-live.ts';
import { autoFinalize, manualFinalize } from './event-stream.ts';
import { live } from './live.ts';
import { realtime } from './realtime.ts';
import { recognizer } from './recognizer.ts';
import { reconnecting1, reconnecting2 } from './reconnecting.ts';
import { responses } from './responses.ts';
import { sourceRouter } from './source-router.ts';
import { streaming } from './streaming.ts';
import { sttSocket } from './stt-socket.ts';
import { transcriber } from './transcriber.ts';
import { transcription } from './transcription.ts';

export const drivers: readonly Driver[] = [
  contextRouter,
  autoFinalize,
  manualFinalize,
  reconnecting1,
  reconnecting2,
  sttSocket,
  sourceRouter,
  realtime,
  responses,
  transcriber,
  transcription,
  conversation,
  streaming,
  deepgramLive,
  live,
  agentsRealtime,
  recognizer,
];

/** @throws where a class of `targets.ts` has none: a class that nothing drives is not known to work */
export function driverOf(cell: Pick<SocketCell, 'target'>): Driver {
  const driver = find(cell);
  if (driver === undefined) throw new Error(`${cell.target.className} has no driver in test/contract/drivers`);
  return driver;
}

export const hasDriver = (cell: Pick<SocketCell, 'target'>): boolean => find(cell) !== undefined;

function find({ target }: Pick<SocketCell, 'target'>): Driver | undefined {
  return drivers.find(({ classNames }) => classNames.includes(target.className));
}
