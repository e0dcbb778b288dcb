import { Registry } from '../../../connection/registry.ts';
import { snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { webSocketRefused } from '../../../seams/refusals.ts';
import { ConversationConnection } from './connection.ts';
import { conversationMembers } from './members.ts';
import type { Conversation } from './shapes.ts';

/** In TypeScript, the client of the main module fits the second option only. By default it is the first one. */
function clientOf({ client, conversationClient }: Conversation): object | undefined {
  return '_options' in conversationClient ? conversationClient : client;
}

/** `Conversation`, of ElevenLabs Agents. */
export const conversation: Family<Conversation> = {
  sdk: 'elevenlabs',
  name: 'conversation',
  required: [
    'startSession',
    'endSession',
    'sendUserMessage',
    'registerUserActivity',
    'sendContextualUpdate',
    '_getSignedUrl',
    '_onWebSocketMessage',
    '_handleMessage',
  ],

  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry: Registry<Conversation, ConversationConnection> = new Registry({
      make: (ws, events) => new ConversationConnection(ws, events, { sdk, settings: () => registry.optionsOf(ws) }),
      clientOf,
    });
    return {
      registry,
      patches: [{ object: prototype, name: 'Conversation', members: conversationMembers(sdk, registry) }],
      check({ WebSocket }) {
        if (WebSocket === undefined) return;
        throw webSocketRefused('a Conversation takes its sockets from its webSocketFactory', 'Leave the option out');
      },
    };
  },
};
