import { overlay } from '../../overlays/cartesia/index.ts';
import { loadClass, loadModule } from '../support/cells.ts';
import { driverOf } from './clients/drivers.ts';
import type { SocketCell } from './driver.ts';

/** Puts hangup under a cell of the bare column, for the rest of the process: an SDK without the defects. */
export async function mend(cell: SocketCell): Promise<void> {
  overlay(await entrance(cell));
}

/** An object that leads to the cell's class: the class, or a client. */
async function entrance(cell: SocketCell): Promise<object> {
  const { family } = cell.target;
  if (/^(reconnecting|context-router|source-router)$/.test(family)) return loadClass<object>(cell);
  if (family !== 'event-stream') return (await driverOf(cell).load(cell))('http://127.0.0.1:1').client;
  const { Cartesia } = await loadModule<{ Cartesia: new (options: object) => object }>(cell, 'index');
  return new Cartesia({ apiKey: 'none', baseURL: 'https://127.0.0.1:1' });
}
