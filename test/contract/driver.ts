import type { Disconnectable } from '../../core/disconnectable.ts';
import type { Target } from '../../overlays/cartesia/targets.ts';
import type { Delivery } from '../support/sdk.ts';

/** The module formats that published versions ship. */
export type Format = 'cjs' | 'esm';

/** One class of connections, in one version, format and delivery. */
export interface SocketCell {
  target: Target;
  version: string;
  format: Format;
  delivery: Delivery;
}

/** A stream (audio of one context, or a transcription) that is being read in the background. */
export interface Stream {
  /** How many chunks, or transcripts, the reader got. */
  readonly arrived: number;
  /** Settles when the reader is done: `undefined` after a normal end, else what it was told. Never rejects. */
  readonly ended: Promise<Error | undefined>;
}

/** A connection object of the SDK, used the way its users do. */
export interface Line {
  /** The SDK's object. On the bare SDK what hangup adds is not there. */
  readonly target: Disconnectable;
  /** Settles with the handshake. */
  readonly opened: Promise<unknown>;
  /** Starts a stream and reads it until it ends. What the call itself rejects with is the stream's end. */
  speak(contextId: string): Stream;
  /** The SDK's own shutdown. */
  close(): unknown;
  /** Every call that could send or dial, by name; what the SDK makes synchronous throws. */
  readonly calls: Readonly<Record<string, () => unknown>>;
  /** Connects again, for SDKs whose `connect()` may follow the end. */
  readonly reconnect?: () => Promise<unknown>;
  /** What an `error` listener of the user's heard, where the SDK has such. */
  readonly heard: readonly unknown[];
  /** Destroys its sockets, stops its timers, whatever the SDK thinks: what a bare SDK leaves must not disturb others. */
  destroy(): void;
}

/** How the contract drives one kind of connection. One driver a family of classes. */
export interface Driver {
  /** Class names of `targets.ts` that it drives. */
  readonly classNames: readonly string[];
  /** What the local server speaks to it. */
  readonly protocol: 'tts' | 'stt-turns' | 'stt';
  readonly traits: {
    /** The SDK dials again by itself after a drop: `disconnect()` comes before exit is judged. */
    reconnects: boolean;
    /** Its streams are ended on the provider before the close frame. */
    cancels: boolean;
    /** Its reader is told of a drop by an error. `false`: by an event of the SDK's own, which stays as it is. */
    throws: boolean;
  };
  /** Begins to connect, with an `error` listener unless `listen` is false. */
  dial(cell: SocketCell, server: { url: string; ca: string }, options?: { listen?: boolean }): Promise<Line>;
}
