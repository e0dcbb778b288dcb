import { socketCells } from '../../../support/cells.ts';
import { loadAgents } from '../../drivers/agents-realtime.ts';
import { type Suite, unique } from '../../play.ts';
import { isPlayed } from '../../played.ts';
import { connecting } from './connecting.ts';
import { ending } from './ending.ts';
import { AgentsStage } from './stage.ts';
import { telling } from './telling.ts';

/** The sessions and transports of OpenAI's agents. */
export const agentsRealtime: Suite<AgentsStage> = {
  title: '`OpenAIRealtimeWebSocket`, `RealtimeSession`',
  folder: 'families/agents-realtime',
  scenarios: unique([...telling, ...connecting, ...ending]),
  cells: (delivery) => socketCells(delivery).filter((cell) => cell.sdk.name === 'agents-realtime' && isPlayed(cell)),
  stage: async (cell, patience, over) => new AgentsStage(cell, await loadAgents(cell), patience, over),
};
