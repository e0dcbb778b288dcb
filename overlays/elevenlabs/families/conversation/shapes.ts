import type { RequestOptions } from '../../../fern/requests.ts';
import type { SocketLike } from '../../../sockets/socket.ts';

// The members of the SDK's class that the seams reach: public, or called by the SDK itself on the object.

/** The members that a socket of any factory has. The SDK's own factory makes sockets of `ws`. */
export interface FactorySocket {
  readonly readyState: number;
  send(data: string): void;
  close(): void;
  on(event: string, listener: (...args: never[]) => void): unknown;
}

export type ConversationSocket = FactorySocket & SocketLike;

/** The microphone and the speaker, which the app has made. */
export interface AudioInterface {
  start(listener: (audio: unknown) => void): void;
  stop(): void;
  output(audio: unknown): void;
  interrupt(): void;
}

/** Gets the address of a session; the client by default. */
export interface ConversationClient {
  conversationalAi: {
    conversations: { getSignedUrl(request: object, options?: RequestOptions): Promise<unknown> };
  };
}

/** A message of the provider, parsed. */
export interface Message {
  type?: unknown;
}

export interface Conversation {
  readonly client?: object;
  readonly conversationClient: ConversationClient;
  audioInterface?: AudioInterface;
  /** The SDK forgets it when it ends the session. */
  ws?: ConversationSocket | undefined;
  /** The microphone has been started. */
  readonly inputCallback?: unknown;
  emit(type: string, ...args: unknown[]): boolean;
  listenerCount(type: string): number;
  startSession(): Promise<void>;
  endSession(): unknown;
  sendUserMessage(text: string): void;
  registerUserActivity(): void;
  sendContextualUpdate(text: string): void;
  /** Later versions have it. */
  sendMultimodalMessage?(options: object): void;
  readonly shouldStop: boolean;
  _getSignedUrl(): Promise<string>;
  /** The SDK calls these with each message, and prints its own failures. */
  _onWebSocketMessage(data: unknown): void;
  _handleMessage(message: Message): void;
}
