import type { Disconnectable } from '../../core/disconnectable.ts';
import type { Sdk, Target } from '../../overlays/sdk.ts';
import type { OverlayOptions } from '../../overlays/seams/overlay-options.ts';
import type { Delivery, Format } from '../support/sdk.ts';
import type { VoiceServer } from '../support/voice-server.ts';
import type { Bare } from './play.ts';

/** One class of connections, in one version, format and delivery. */
export interface SocketCell {
  sdk: Sdk;
  target: Target;
  version: string;
  format: Format;
  delivery: Delivery;
  /** Says why the build cannot be used, with or without hangup. The error that it throws is in quotes. */
  broken?: string;
}

/** A stream (audio of one context, or a transcription) that is being read in the background. */
export interface Stream {
  /** The number of chunks, or transcripts, that the reader got. */
  readonly arrived: number;
  /** Settles when the reader is done: with `undefined` after a normal end, else with its error. Never rejects. */
  readonly ended: Promise<Error | undefined>;
}

/** A connection object of the SDK, used the way its users do. */
export interface Line {
  /** The SDK's object. On the bare SDK what hangup adds is not there. */
  readonly target: Disconnectable;
  /** Settles with the handshake. A line whose `opened` is not read behaves like an app that does not await `connect()`. */
  readonly opened: Promise<unknown>;
  /** Every socket that it has opened is CLOSED, on this side. */
  readonly closed: boolean;
  /** Bytes that its socket has taken and not been able to send (`bufferedAmount`). */
  readonly buffered: number;
  /** Starts a stream, asks for all of it, and reads until it ends. A call that rejects is its end too. */
  speak(contextId: string): Stream;
  /** Sends one message of about so many bytes. */
  post(bytes: number): unknown;
  /** The SDK's own shutdown. */
  close(): unknown;
  /** Every call that could send or dial, by name. After the end each of them rejects, or throws where it is synchronous. */
  readonly calls: Readonly<Record<string, () => unknown>>;
  /** Every call that takes something back. After the end each of them resolves, because nothing is left to take back. */
  readonly cancels: Readonly<Record<string, () => unknown>>;
  /** Connects again; a rejection where `traits.reopens` is false. */
  reconnect(): Promise<unknown>;
  /** Listens as users do. Called only with what the driver's `listeners` name. */
  on(what: 'message' | 'error', listener: () => void): void;
  /** The errors that the `error` listener of `dial()` heard. */
  readonly heard: readonly unknown[];
  /** Destroys its sockets and stops its timers without the SDK's help, so that a bare SDK's remains disturb no other cell. */
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

/** Drives one kind of connection. There is one driver for each family of classes. */
export interface Driver {
  /** Class names of `targets.ts` that it drives. */
  readonly classNames: readonly string[];
  /** `false`: the SDK takes no certificate and dials a plain server. */
  readonly tls: boolean;
  readonly traits: {
    /** The SDK dials again by itself after a drop: `disconnect()` comes before exit is judged. */
    reconnects: boolean;
    /** It opens its socket after the tick of the call that connects. */
    dialsLater?: boolean;
    /** Its `connect()` may follow the end. `undefined`: it has none. */
    reopens: boolean | undefined;
    /**
     * How it tells of a drop: its reader throws, its error listeners hear of it, or an event of the SDK's own comes, which
     * stays as it is.
     */
    told: 'throws' | 'errors' | 'closes';
    /** Its protocol has no message for an error: the provider closes the connection instead. */
    closesOnErrors?: true;
    /** A session is a stream from its begin on, though nobody reads. */
    isSession?: true;
  };
  /** Tells the message by which the SDK itself begins a session. Missing where there is none. */
  isHello?(message: Readonly<Record<string, unknown>>): boolean;
  /** Tells the message that ends a stream on the provider, before the close frame. Missing where there is none. */
  isCancel?(message: Readonly<Record<string, unknown>>): boolean;
  /** Tells the message by which an end of the connection itself says goodbye. Missing where there is none. */
  isFarewell?(message: Readonly<Record<string, unknown>>): boolean;
  /**
   * Its socket is Node's own. That does not say why a handshake has failed, and hides a close frame whose TCP connection stays
   * open.
   */
  isNative?(cell: SocketCell): boolean;
  /** Its socket takes frames of any size. */
  takesHugeFrames?(cell: SocketCell): boolean;
  /** The events that users can listen to. */
  readonly listeners: readonly ('message' | 'error')[];
  /** Frames of its protocol that its SDK cannot digest, by name; `$CTX` stands for the id of the newest context. */
  readonly badFrames: Readonly<Record<string, string>>;
  /** The behaviour of the bare SDK in a scenario of `every/`, by id, where the scenario says something else. */
  readonly bare: Readonly<Record<string, Bare | ((cell: SocketCell) => Bare)>>;
  /**
   * Tells whether a bare build does without `ws` on this Node, so that it cannot play. `throws`: `opened` rejects with this.
   * `native`: it dials with Node's own WebSocket, which takes no headers.
   */
  bareLacksWs?(cell: SocketCell): { throws: RegExp } | 'native' | undefined;
  /** Loads the SDK of the cell, overlaid where its delivery says so. */
  load(cell: SocketCell): Promise<Dial>;
}

// Scenarios by their ids: groups that the bare classes of several SDKs pass.

const midStream = [
  ...['close-1000', 'close-1001', 'close-1011', 'a-close-frame-without-a-code'],
  ...['a-tcp-reset', 'a-tcp-fin', 'a-frame-with-a-reserved-opcode', 'a-frame-of-120-mb'],
];

/** The peer or the network ends a stream. */
export const drops: readonly string[] = [...midStream.map((id) => `${id}-mid-stream`), 'drop-before-the-first-chunk'];
/** The provider reports an error by a message. */
export const errorEvents: readonly string[] = ['error-event-named', 'error-event-nameless'];
/** The app ends a connection in the tick in which it has opened it. */
export const endsInTheTick: readonly string[] = ['disconnect-in-the-tick-of-connect', 'force-in-the-tick-of-connect'];
/** A handshake fails. */
export const failedHandshakes: readonly string[] = [
  ...['connect-a-401', 'connect-a-reset', 'connect-refused'],
  'failed-attempt-unawaited',
];

/** Scenarios, by id, that the bare SDK passes. */
export function passing(...ids: readonly string[]): Driver['bare'] {
  return Object.fromEntries(ids.map((id) => [id, 'passes']));
}
