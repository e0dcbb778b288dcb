import type { SocketLike } from '../../../sockets/socket.ts';

// The members of the SDK's classes that the seams reach: public, or called by the SDK itself on the object.

export type Listener = (...args: never[]) => unknown;

export interface TranscriberSocket extends SocketLike {
  send(data: string): void;
  /** The SDK's own listener. */
  onclose: ((event: { code: number; reason: string }) => void) | null;
}

/** `StreamingTranscriber` or `RealtimeTranscriber`. */
export interface Transcriber {
  readonly apiKey?: unknown;
  readonly token?: unknown;
  readonly params?: { readonly webhookAuthHeaderValue?: unknown };
  socket?: TranscriberSocket | undefined;
  /** One listener for each event. The SDK forgets them in its `close()`. */
  listeners: Record<string, Listener | undefined>;
  /** Ends the wait of the SDK's `close()`. */
  sessionTerminatedResolve?: (() => void) | undefined;
  /** Mixes the audio of two channels. */
  flushTimer?: ReturnType<typeof setInterval> | undefined;
  /** Sends the audio that was not mixed yet. */
  flushMix?(isLast: boolean): void;
  on(event: string, listener: Listener | undefined): void;
  connect(): Promise<unknown>;
  /** One attempt of those that `connect()` makes, from 4.35 on. `RealtimeTranscriber` makes one. */
  connectOnce?(): Promise<unknown>;
  /** Clears up after an attempt that failed: then the SDK rejects the promise of `connect()` by itself. */
  discardPendingSocket?(): void;
  sendAudio(audio: unknown, options?: unknown): void;
  send(data: unknown): void;
  close(waitForSessionTermination?: boolean, terminationTimeout?: number): Promise<unknown>;
}

/** The two protocols: what they are called in reports, and the message that ends a session. */
export interface Protocol {
  readonly name: string;
  readonly terminate: string;
}

export const streaming: Protocol = { name: 'socket streaming', terminate: '{"type":"Terminate"}' };
export const realtime: Protocol = { name: 'socket realtime', terminate: '{"terminate_session":true}' };
