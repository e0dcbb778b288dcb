import { request } from '../../../fern/requests.ts';
import { defaultTimeout } from '../../limits.ts';
import type { Conversation, ConversationClient } from './shapes.ts';

/**
 * Makes a view of a conversation in which the request for the address of a session can be aborted, and leaves no timer. The
 * SDK's method only reads from it.
 */
export function abortable(conversation: Conversation, abortSignal: AbortSignal): Conversation {
  const { conversationClient: client } = conversation;
  // A client of the app's own may take no second argument.
  if (!('_options' in client)) return conversation;
  const { conversations } = client.conversationalAi;
  const limits = { timeout: defaultTimeout, retries: 2 };
  const getSignedUrl = (asked: object) =>
    request(client, { abortSignal }, true, (options) => conversations.getSignedUrl(asked, options), limits);
  const value: ConversationClient = { conversationalAi: { conversations: { getSignedUrl } } };
  return Object.create(conversation, { conversationClient: { value } });
}
