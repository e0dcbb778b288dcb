/*! hangup 0.1.0 (MIT). SHA-256 of what follows this line: 771d3eefca091ec48df9ae0b6692070e965c65bfa66fbb8d458ebfa83bd3f179 */
declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol;
    readonly asyncDispose: unique symbol;
  }
  interface Disposable {
    [Symbol.dispose](): void;
  }
  interface AsyncDisposable {
    [Symbol.asyncDispose](): PromiseLike<void>;
  }
}

/** One step of an end: a polite one, or the last one, which is `force`. */
export interface StepReport {
  /** `drain` (only with the option of this name), `cancel`, `loops`, `close` or `force`; for a client `connections` or `force`. */
  name: 'drain' | 'cancel' | 'loops' | 'close' | 'connections' | 'force' | (string & {});
  /** `skipped`: there was nothing to do, or the end was forced before. `failed`: the step threw, or the connection was lost by an error; see `error`. */
  outcome: 'ok' | 'timeout' | 'failed' | 'skipped';
  durationMs: number;
  /** The error of a step that failed, without keys and tokens. */
  error?: Error;
}

/**
 * Why an end was not graceful. `deadline`: a limit of time was spent. `abort`: the signal was aborted. `force`: somebody
 * called with `force`. `failed`: a polite step threw, or the peer reset the connection in place of an answer.
 */
export type ForceReason = 'deadline' | 'abort' | 'force' | 'failed';

/** How something ended: a connection, or a client with all its connections. */
export interface EndReport {
  /** `socket tts`, `client`, … */
  name: string;
  /** `forced` when it, or one of its members, had to be destroyed or abandoned, or a polite step failed. */
  outcome: 'graceful' | 'forced';
  /** The first reason for `forced`. Missing when the end was graceful, and when only members were forced. */
  reason?: ForceReason;
  durationMs: number;
  steps: StepReport[];
  /** The parts that ended with it: the connections of a client. Missing for a connection. */
  members?: EndReport[];
  /** Streams that the provider had neither finished nor cancelled, and parts that even force did not end, by their path: `client › socket tts › context a`. */
  abandoned: string[];
}

/** The answer of `disconnect()`. */
export type DisconnectReport = EndReport;

export interface DisconnectOptions {
  /** Skip the polite steps. Default `false`. */
  force?: boolean;
  /**
   * The whole budget in ms, from 0 (which means force) to 2147483647. Default 2000, or the default given to `overlay()`; plus
   * `drain`.
   */
  timeout?: number;
  /**
   * How long the provider may finish what was sent before this call, in ms. Default 0: open streams are cancelled at once.
   * Meanwhile the door is closed: calls that send are refused. Loops go on, and end with the last of their audio. The time is
   * a part of the budget: a `timeout` that is shorter ends it early, and one that is as long leaves no time to close politely.
   */
  drain?: number;
  /** Aborting it forces everything that has not ended yet; a signal that is aborted already means force. */
  signal?: AbortSignal;
}

/** The contract of every connection and client that hangup patches or overlays. */
export interface Disconnectable {
  /** The handshake is done and neither side has begun to close. */
  readonly connected: boolean;
  /**
   * Ends the connection within one deadline: cancels open contexts (at most 500 ms), waits for their loops (500 ms), closes
   * (1000 ms), then forces. `true` forces at once. Every call returns the same promise; `disconnect(true)` during a
   * graceful end escalates it. The promise never rejects, and settles at most 250 ms after the deadline.
   *
   * `{ drain: 4000 }` lets the provider finish what was sent, for at most 4000 ms, before all that. A later call without `drain`
   * ends this early.
   *
   * It can be a callback: an event, a report, or any other value that is no object with options, counts as no argument.
   *
   * @throws {TypeError} at once, on a budget that is negative, NaN or not finite, and on an unknown option
   */
  disconnect(force?: boolean | DisconnectOptions): Promise<DisconnectReport>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A connection that can keep the process alive. */
export interface ConnectionStatus {
  /** As in reports: `socket tts`. */
  name: string;
  state: 'connecting' | 'open' | 'closing';
  /** ms since it was opened. */
  ageMs: number;
  /** The names of its streams that the provider has not finished: `context a`. */
  streams: string[];
}

/** The contract of every client: an object that opens connections. */
export interface DisconnectableClient extends Disconnectable {
  /** The connections of this client that have not closed. Every look gives a new list. */
  readonly connections: readonly ConnectionStatus[];
}
