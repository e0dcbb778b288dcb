import type { Conversation, ConversationClient } from './shapes.ts';

/**
 * Makes a view of a conversation in which the request for the address of a session can be aborted. The SDK's method only reads
 * from it.
 */
export function abortable(conversation: Conversation, abortSignal: AbortSignal): Conversation {
  const { conversationClient } = conversation;
  // A client of the app's own may take no second argument.
  if (!('_options' in conversationClient)) return conversation;
  const { conversations } = conversationClient.conversationalAi;
  const getSignedUrl = (request: object) => conversations.getSignedUrl(request, { abortSignal });
  const value: ConversationClient = { conversationalAi: { conversations: { getSignedUrl } } };
  return Object.create(conversation, { conversationClient: { value } });
}
