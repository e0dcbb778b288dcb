import type { ClientEvent } from '../../../realtime/events.ts';
import type { SocketLike } from '../../../sockets/socket.ts';

// The members of the SDK's class that the seams reach: public, or called by the SDK itself on the object.

export interface TransportSocket extends SocketLike {
  send(data: unknown, ...rest: unknown[]): void;
}

/** `OpenAIRealtimeWebSocket`. */
export interface Transport {
  readonly connectionState: { readonly websocket?: TransportSocket | undefined };
  connect(options: { apiKey?: unknown; url?: unknown }): Promise<unknown>;
  close(): unknown;
  sendEvent(event: ClientEvent): void;
  /** Versions with a queue of their own for `response.create` send it past `sendEvent()`. */
  requestResponse?(response?: object): void;
  sendAudio(audio: unknown, options?: unknown): void;
  interrupt(cancelOngoingResponse?: boolean): void;
  emit(type: string, ...args: unknown[]): unknown;
  /** `connect()` waits for it. */
  _getApiKey(options: { apiKey?: unknown }): Promise<unknown>;
  _onMessage(event: unknown): void;
  _onError(error: unknown): void;
}
