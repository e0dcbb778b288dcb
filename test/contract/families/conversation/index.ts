import { socketCells } from '../../../support/cells.ts';
import { loadConversation } from '../../drivers/conversation.ts';
import { type Suite, unique } from '../../play.ts';
import { isPlayed } from '../../played.ts';
import { microphone } from './microphone.ts';
import { ConversationStage } from './stage.ts';
import { starting } from './starting.ts';
import { telling } from './telling.ts';

/** Conversations with agents of ElevenLabs. */
export const conversations: Suite<ConversationStage> = {
  title: '`Conversation`',
  folder: 'families/conversation',
  scenarios: unique([...starting, ...microphone, ...telling]),
  cells: (delivery) => socketCells(delivery).filter((cell) => cell.target.family === 'conversation' && isPlayed(cell)),
  stage: async (cell, patience, over) => new ConversationStage(cell, await loadConversation(cell), patience, over),
};
