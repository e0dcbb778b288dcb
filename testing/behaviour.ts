/** Faults of the provider before a connection is a WebSocket. */
export type Greeting =
  | 'accept'
  /** Accepts TCP and reads nothing at all. */
  | 'tcp-silence'
  /** Reads the TLS hello and never answers it. */
  | 'tls-stall'
  /** Completes TLS, reads the upgrade request, never answers it. */
  | 'upgrade-stall'
  /** Answers the upgrade request with 401. */
  | 'upgrade-401'
  /** Resets the TCP connection on sight. */
  | 'reset';

/** Faults of the provider on a WebSocket connection; `$CTX` in `text` stands for the id of the newest context. */
export type Fault =
  /** A close frame and then an orderly end. `code` 1005 sends a close frame without a code. */
  | { kind: 'close'; code: number; reason?: string }
  /** A close frame; the TCP connection stays and nothing more is read. */
  | { kind: 'close-and-hang'; code?: number }
  /** TCP RST. */
  | { kind: 'reset' }
  /** TCP FIN without a close frame. */
  | { kind: 'fin' }
  /** Neither reads nor writes from here on: no pong, no close frame, no answer. */
  | { kind: 'black-hole' }
  /** Alive (answers pings and close frames), but sends no message any more. */
  | { kind: 'silence' }
  /** Text frames as they are. */
  | { kind: 'text'; data: string | readonly string[] }
  /** A binary frame of so many bytes. */
  | { kind: 'binary'; bytes: number }
  /** Bytes that bypass the WebSocket layer, such as a frame with a reserved opcode. */
  | { kind: 'raw'; bytes: Uint8Array }
  /** An `error` event, with the id of the newest context or without any. Google has none, and closes with code 1011. */
  | { kind: 'error-event'; withContext: boolean; message?: string };

/** How the provider behaves. In `{}`, it is well. */
export interface Behaviour {
  /** Default `accept`. */
  greeting?: Greeting;
  /** Wait before the upgrade is answered, in ms. Default 0. */
  upgradeDelay?: number;
  /**
   * The answer to each request for speech: its chunks of audio, or their number. Of a transcription: its texts, or their
   * number. `Infinity` goes on until cancelled. Default 3.
   */
  chunks?: number | readonly (Uint8Array | string)[];
  /** Bytes of a chunk of audio, where `chunks` is a number. Default 64. */
  chunkBytes?: number;
  /** Between chunks, in ms. Default 2; with 0 all chunks of a finite stream go out in one tick. */
  interval?: number;
  /**
   * `false`: a finished generation is never followed by its `done` event, for which Pipecat has a mark, or with protobuf
   * `bot-stopped-speaking`. Default `true`.
   */
  done?: boolean;
  /** `true`: a cancel changes nothing. Pipecat: the user cannot interrupt the bot. Default `false`. */
  ignoreCancel?: boolean;
  /** The answer to a close frame of the client. `answer-and-hang` answers it and then keeps TCP open. Default `answer`. */
  onClose?: 'answer' | 'ignore' | 'answer-and-hang';
  /** `true`: reads nothing after the handshake, so that what the client sends stays in its buffers. Default `false`. */
  stopReading?: boolean;
  /**
   * Realtime, AssemblyAI, Google, ElevenLabs and Speechmatics: `false`: no message begins the session after the handshake.
   * Default `true`.
   */
  greets?: boolean;
  /**
   * Realtime: a response of the provider's own begins just before the first one that is asked for. Pipecat: the bot speaks
   * first. Default `false`.
   */
  begins?: boolean;
  /** Realtime: knows no response any more that is to be cancelled. Default `false`. */
  forgets?: boolean;
  /** Realtime: the code with which responses and updates of the session are refused. Default: none are. */
  refuses?: string;
  /** Happens once per connection, on the first request or after `faultAfter` chunks. */
  fault?: Fault;
  /** Chunks sent on the connection before `fault`. Default 0: as soon as a request arrives. */
  faultAfter?: number;
}
