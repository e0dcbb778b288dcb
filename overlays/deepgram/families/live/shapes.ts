import type { SocketLike } from '../../../sockets/socket.ts';
import type { ClientOptions } from '../live-client/owner.ts';

// The members of the SDK's classes that the seams reach: public, or called by the SDK itself on the object.

export interface LiveSocket extends SocketLike {
  send(data: unknown): void;
}

/** Stands for a socket until the SDK has loaded `ws`, and is none. */
interface Dummy {
  close(): void;
}

/** `ListenLiveClient`, `SpeakLiveClient` or `AgentLiveClient` of 3.4 to 4.x. Its constructor connects. */
export interface LiveClient {
  readonly options?: ClientOptions;
  /** `listen`, `speak`, `agent`. */
  readonly namespace: string;
  readonly key?: unknown;
  readonly accessToken?: unknown;
  conn: LiveSocket | Dummy | null;
  /** Calls that wait for a connection. The SDK never makes them. */
  readonly sendBuffer: unknown[];
  connect(options: object, endpoint: string): void;
  disconnect(code?: number, reason?: string): unknown;
  send(data: unknown): void;
  emit(event: string, ...args: unknown[]): boolean;
  listenerCount(event: string): number;
}

export function isSocket(conn: LiveClient['conn'] | undefined): conn is LiveSocket {
  return typeof (conn as Partial<LiveSocket> | null | undefined)?.addEventListener === 'function';
}
