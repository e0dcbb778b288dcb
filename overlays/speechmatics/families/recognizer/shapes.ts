import type { SocketLike } from '../../../sockets/socket.ts';

// The members of the SDK's class that the seams reach: public, or called by the SDK itself on the object.

export interface RecognizerSocket extends SocketLike {
  /** The address, which has the token in it. */
  readonly url?: string;
}

/** A message of the protocol, in either direction. */
export interface Message {
  readonly message: string;
  readonly last_seq_no?: number;
}

export interface StopOptions {
  noTimeout?: true;
}

/** `RealtimeClient`. */
export interface Recognizer extends EventTarget {
  socket?: RecognizerSocket | undefined;
  /** How long the SDK waits for the answer to `start()` and to `stopRecognition()`, in ms. */
  timeout: number;
  readonly lastAudioAddedSeqNo: number;
  connect(jwt: string): Promise<void>;
  start(jwt: string, config: object): Promise<unknown>;
  sendMessage(message: Message): void;
  sendAudio(audio: unknown): void;
  getSpeakers(options?: { timeout?: number }): Promise<unknown>;
  stopRecognition(options?: StopOptions): Promise<unknown>;
  setRecognitionConfig(config: object): void;
  /** The SDK has it from 8.3 on. */
  forceEndOfUtterance?(channel?: string): void;
  /** The SDK tells its listeners. */
  dispatchTypedEvent(type: string, event: Event & { readonly data?: Message }): boolean;
}
