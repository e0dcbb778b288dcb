import type { SocketLike } from '../../../sockets/socket.ts';

// The members of the SDK's class that the seams reach: public, or called by the SDK itself on the object.

export interface TranscriptionSocket extends SocketLike {
  readonly url?: string;
  /** The request of the handshake, of `ws`. */
  readonly _req?: { getHeader?(name: string): unknown } | null;
}

/** The emitter inside a connection: the app's listeners are on it. */
export interface Emitter {
  emit(type: string, ...args: unknown[]): boolean;
  listenerCount(type: string): number;
}

/** The program that reads audio from the URL of `connect({ url })`. */
export interface Ffmpeg {
  readonly stdout?: { removeAllListeners(event: string): unknown } | null;
}

export interface Audio {
  audioBase64?: unknown;
  commit?: unknown;
}

/** `RealtimeConnection`. */
export interface Transcription {
  websocket: TranscriptionSocket | null;
  readonly eventEmitter: Emitter;
  ffmpegProcess: Ffmpeg | null;
  setWebSocket(socket: TranscriptionSocket): void;
  setFfmpegProcess(process: Ffmpeg): void;
  send(data: Audio): void;
  commit(): void;
  close(): unknown;
  /** Ends ffmpeg. */
  cleanup(): void;
}

/** An event of the provider, parsed. */
export interface ProviderEvent {
  message_type?: unknown;
  error?: unknown;
}
