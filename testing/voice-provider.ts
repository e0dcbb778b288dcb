import type { Behaviour, Fault } from './behaviour.ts';

/** A provider for tests, in the memory of this process or on 127.0.0.1. It behaves as it is told, and notes what it sees. */
export interface VoiceProvider {
  /** Its address: the `baseURL` of a client (`environment` in 2.x, `baseUrl` in 1.x). */
  readonly url: string;
  /** It may be replaced at any time. A function is asked at each connection; it gets the number of those before. */
  behaviour: Behaviour | ((connection: number) => Behaviour);
  /** The connections that it has seen. */
  readonly seen: Seen;
  /**
   * Inflicts a fault now, on every WebSocket connection that is open. One whose handshake is under way gets it at once when
   * it is a `reset` or a `fin`, else when it opens.
   *
   * @throws {Error} before the first connection: a fault that hits nothing would let a test pass by mistake
   */
  inflict(fault: Fault): void;
  /** Ends every connection, and takes no more. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Seen {
  /** One entry for each connection, in order. */
  readonly connections: readonly SeenConnection[];
  /** The messages of all connections. */
  readonly messages: Record<string, unknown>[];
  /** The number of connections that sent an upgrade request. */
  readonly upgrades: number;
}

/** The events of one connection, as the provider saw them. */
export interface SeenConnection {
  /** The upgrade request; `undefined` when the connection never got that far. */
  upgrade: { url: string; headers: Record<string, string | string[] | undefined> } | undefined;
  /** Text frames received, as sent. */
  frames: string[];
  /** The same frames, parsed. */
  messages: Record<string, unknown>[];
  /** The close frame that the client sent, if any. */
  close: { code: number; reason: string } | undefined;
  /** Chunks sent to the client. */
  chunks: number;
  /** The TCP connection, or the one in memory, is gone. */
  ended: boolean;
}
