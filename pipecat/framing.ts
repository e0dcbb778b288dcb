/** A message on the wire: text or bytes. */
export type Wire = string | Uint8Array;

/** The content of a message from the bot. `interruption`: the audio that was not played yet is to be dropped. */
export type Said =
  | { kind: 'audio'; pcm: Int16Array; sampleRate: number }
  | { kind: 'interruption' }
  | { kind: 'mark'; name: string }
  | { kind: 'message'; message: unknown };

/** The words in which audio and events travel. It keeps the state of one connection. */
export interface Framing {
  /** Samples a second of the audio that is sent. */
  readonly sampleRate: number;
  /** The first messages, which are sent as soon as the connection is open. */
  hello(): readonly Wire[];
  audio(pcm: Int16Array): Wire;
  /**
   * Reads a message of the bot.
   *
   * @returns `undefined` when it says nothing that matters
   * @throws {Error} when it cannot be read
   */
  read(data: Wire): Said | undefined;
  /** Tells that the audio before a mark was played. */
  mark?(name: string): Wire;
  dtmf?(digit: string): Wire;
  message?(message: object): Wire;
  /** The last message before the close frame. */
  bye?(): Wire;
}
