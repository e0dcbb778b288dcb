import type { Disconnectable } from '../../core/disconnectable.ts';
import type { OverlayOptions } from '../../overlays/cartesia/index.ts';
import type { Target } from '../../overlays/cartesia/targets.ts';
import type { Delivery, Format } from '../support/sdk.ts';
import type { Protocol, VoiceServer } from '../support/voice-server.ts';
import type { Bare } from './play.ts';

/** One class of connections, in one version, format and delivery. */
export interface SocketCell {
  target: Target;
  version: string;
  format: Format;
  delivery: Delivery;
  /** Why the build cannot be used, whatever hangup does; what it throws is in quotes. */
  broken?: string;
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
  /** Settles with the handshake. Not looked at, it changes nothing: the line is its SDK's user who awaits no connect(). */
  readonly opened: Promise<unknown>;
  /** Every socket that it has opened is CLOSED, on this side. */
  readonly closed: boolean;
  /** Bytes that its socket has taken and not been able to send (`bufferedAmount`). */
  readonly buffered: number;
  /** Starts a stream, asks for all of it, and reads until it ends. What the calls themselves reject with is its end. */
  speak(contextId: string): Stream;
  /** Sends one message of about so many bytes. */
  post(bytes: number): unknown;
  /** The SDK's own shutdown. */
  close(): unknown;
  /** Every call that could send or dial, by name; what the SDK makes synchronous throws. Too late, they all fail. */
  readonly calls: Readonly<Record<string, () => unknown>>;
  /** Every call that takes something back. Too late, they resolve, there being nothing left to take back. */
  readonly cancels: Readonly<Record<string, () => unknown>>;
  /** Connects again; a rejection where `traits.reopens` is false. */
  reconnect(): Promise<unknown>;
  /** Listens as users do. Called only with what the driver's `listeners` name. */
  on(what: 'message' | 'error', listener: () => void): void;
  /** What the `error` listener of `dial()` heard. */
  readonly heard: readonly unknown[];
  /** Destroys its sockets, stops its timers, whatever the SDK thinks: what a bare SDK leaves must not disturb others. */
  destroy(): void;
}

export interface DialOptions {
  /** `false`: without any `error` listener. Default `true`. */
  listen?: boolean;
  /** Options for this connection, given with `overlay()` to its client or to itself. Means nothing to the bare SDK. */
  overlay?: OverlayOptions;
}

/** Begins to connect, in this tick. */
export type Dial = (server: Pick<VoiceServer, 'url' | 'ca'>, options?: DialOptions) => Line;

/** How the contract drives one kind of connection. One driver a family of classes. */
export interface Driver {
  /** Class names of `targets.ts` that it drives. */
  readonly classNames: readonly string[];
  /** What the local server speaks to it. */
  readonly protocol: Protocol;
  /** `false`: the SDK takes no certificate and dials a plain server. */
  readonly tls: boolean;
  readonly traits: {
    /** The SDK dials again by itself after a drop: `disconnect()` comes before exit is judged. */
    reconnects: boolean;
    /** Its streams are ended on the provider before the close frame. */
    cancels: boolean;
    /** Its `connect()` may follow the end. `undefined`: it has none. */
    reopens: boolean | undefined;
    /** Its reader is told of a drop by an error. `false`: by an event of the SDK's own, which stays as it is. */
    throws: boolean;
  };
  /** What users can listen to. */
  readonly listeners: readonly ('message' | 'error')[];
  /** Frames of its protocol that its SDK cannot digest, by name; `$CTX` stands for the id of the newest context. */
  readonly badFrames: Readonly<Record<string, string>>;
  /** What the bare SDK does in a scenario of `every/`, by id, where that is not what the scenario says of most. */
  readonly bare: Readonly<Record<string, Bare | ((cell: SocketCell) => Bare)>>;
  /**
   * Of a bare build that does not connect with `ws` on this Node, so that it shows nothing of the rest: what `opened` rejects
   * with, or that it dials with Node's own WebSocket, which takes no headers.
   */
  bareLacksWs?(cell: SocketCell): { throws: RegExp } | 'native' | undefined;
  /** Loads the SDK of the cell, overlaid where its delivery says so. */
  load(cell: SocketCell): Promise<Dial>;
}

/** What the bare SDK does in scenarios that it passes. */
export function passing(...ids: readonly string[]): Driver['bare'] {
  return Object.fromEntries(ids.map((id) => [id, 'passes']));
}
