import type { SocketCell } from '../driver.ts';
import { contextRouter } from './context-router.ts';
import { autoFinalize, manualFinalize } from './event-stream.ts';
import { reconnecting1, reconnecting2 } from './reconnecting.ts';
import { sourceRouter } from './source-router.ts';
import { sttSocket } from './stt-socket.ts';

export const drivers = [
  contextRouter,
  autoFinalize,
  manualFinalize,
  reconnecting1,
  reconnecting2,
  sttSocket,
  sourceRouter,
];

/** @throws where a class of `targets.ts` has none: what nobody drives is not known to work */
export function driverOf({ target }: Pick<SocketCell, 'target'>) {
  const driver = drivers.find(({ classNames }) => classNames.includes(target.className));
  if (driver === undefined) throw new Error(`${target.className} has no driver in test/contract/drivers`);
  return driver;
}
