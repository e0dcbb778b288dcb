import { connectionMembers } from '../../../connection/members.ts';
import type { Registry } from '../../../connection/registry.ts';
import { onAssigned } from '../../../foreign/assigned.ts';
import type { Members } from '../../../foreign/members.ts';
import { handled } from '../../../seams/handled.ts';
import { discard } from '../../../sockets/destroy.ts';
import { guardAudio } from './audio.ts';
import type { ConversationConnection } from './connection.ts';
import type { Conversation, ConversationSocket } from './shapes.ts';
import { watchable } from './sockets.ts';

type Connections = Registry<Conversation, ConversationConnection>;

/** The members that go onto `Conversation.prototype`. @param sdk the class's own members, and its bases' */
export function conversationMembers(sdk: Conversation, registry: Connections): Members {
  const of = (ws: Conversation) => registry.connectionOf(ws);

  const members: Partial<Conversation> & ThisType<Conversation> = {
    startSession() {
      const start = async () => {
        registry.opening(this, 'startSession()');
        return of(this).start();
      };
      return handled(start());
    },

    endSession() {
      return of(this).endWith();
    },

    sendUserMessage(text) {
      of(this).admit('sendUserMessage()');
      sdk.sendUserMessage.call(this, text);
      of(this).beginTurn();
    },

    registerUserActivity() {
      of(this).admit('registerUserActivity()');
      sdk.registerUserActivity.call(this);
    },

    sendContextualUpdate(text) {
      of(this).admit('sendContextualUpdate()');
      sdk.sendContextualUpdate.call(this, text);
    },

    _getSignedUrl() {
      return of(this).signedUrl();
    },

    _onWebSocketMessage(data) {
      of(this).receive(() => sdk._onWebSocketMessage.call(this, data));
    },

    _handleMessage(message) {
      of(this).onMessage(message, () => sdk._handleMessage.call(this, message));
    },

    emit(type, ...args) {
      // Other events are the app's, or come with each message.
      if (type !== 'session_ended' && type !== 'error') return sdk.emit.call(this, type, ...args);
      return of(this).onEvent(type, args, (...told) => sdk.emit.call(this, type, ...told));
    },
  };
  if (sdk.sendMultimodalMessage !== undefined) {
    members.sendMultimodalMessage = function (this: Conversation, options) {
      of(this).admit('sendMultimodalMessage()');
      sdk.sendMultimodalMessage!.call(this, options);
      of(this).beginTurn();
    };
  }
  return {
    ...connectionMembers(registry, 'shouldStop'),
    ...(Object.getOwnPropertyDescriptors(members) as Members),
    // The constructor assigns it.
    audioInterface: onAssigned('audioInterface', (ws: Conversation) => guardAudio(ws, () => of(ws))),
    ws: onAssigned(
      'ws',
      (ws: Conversation, socket: ConversationSocket | undefined) => take(ws, socket, registry),
      (socket) => socket !== undefined && discard(watchable(socket)),
    ),
  };
}

/** Takes over a socket that the SDK has opened. */
function take(ws: Conversation, socket: ConversationSocket | undefined, registry: Connections): void {
  if (socket === undefined) return;
  try {
    registry.opening(ws, 'startSession()').connection.attach(socket, registry.optionsOf(ws));
  } catch (error) {
    discard(watchable(socket));
    throw error;
  }
}
