import { loadClass, loadModule, loadOverlay } from '../support/cells.ts';
import { driverOf, hasDriver } from './clients/drivers.ts';
import type { SocketCell } from './driver.ts';

/** Puts hangup under a cell of the bare column, for the rest of the process: an SDK without the defects. */
export async function mend(cell: SocketCell): Promise<void> {
  const overlay = await loadOverlay(cell.sdk);
  overlay(await entrance(cell));
  if (cell.sdk.name === 'elevenlabs') {
    // Scenarios of its connections are about their client, too.
    const { ElevenLabsClient } = await loadModule<{ ElevenLabsClient: new (options: object) => object }>(cell, 'index');
    overlay(new ElevenLabsClient({ apiKey: 'none' }));
  }
  if (cell.sdk.name !== 'openai') return;
  // A client of this SDK makes no connections, and has options for them.
  const { OpenAI } = await loadModule<{ OpenAI: object }>(cell, 'index');
  overlay(OpenAI);
}

/** An object that leads to the cell's class: the class, or a client. */
async function entrance(cell: SocketCell): Promise<object> {
  const { sdk, target } = cell;
  if (sdk.name === 'agents-realtime' && target.family === 'session') {
    // Only an instance leads to the class of its transport, too.
    return new (await loadClass<new (agent: object, options: object) => object>(cell))({}, { transport: 'websocket' });
  }
  if (hasDriver(cell)) return (await driverOf(cell).load(cell))('http://127.0.0.1:1').client;
  if (sdk.name !== 'cartesia' || target.family !== 'event-stream') return loadClass<object>(cell);
  const { Cartesia } = await loadModule<{ Cartesia: new (options: object) => object }>(cell, 'index');
  return new Cartesia({ apiKey: 'none', baseURL: 'https://127.0.0.1:1' });
}
