/*! hangup 0.1.0 (MIT). SHA-256 of what follows this line: c65833e6334dd706adb74557fe1753629c3c852949cb369ec2ce902b2af100d1 */
/// <reference lib="esnext.disposable" />

/** What `disconnect()` did, one entry per step of the ladder. */
export interface StepReport {
  /** `cancel`, `drain`, `close` or `force`; of a client, `connections` or `force`. */
  name: string;
  /** `skipped`: there was nothing to do, or force came first. `failed`: the step threw. */
  outcome: 'ok' | 'timeout' | 'failed' | 'skipped';
  durationMs: number;
}

export interface DisconnectReport {
  /** `forced` when the polite steps did not close the connection and it had to be destroyed. */
  outcome: 'graceful' | 'forced';
  durationMs: number;
  steps: StepReport[];
  /** What had not ended by itself when the budget was spent, by name. */
  abandoned: string[];
}

export interface DisconnectOptions {
  /** Skip the polite steps. Default `false`. */
  force?: boolean;
  /** The whole budget in ms, from 0 (which means force) to 2147483647. Default 2000, or what `overlay()` was given. */
  timeout?: number;
  /** Aborting it forces what has not ended yet; one that is aborted already means force. */
  signal?: AbortSignal;
}

/** The contract of every client that hangup patches or overlays. */
export interface Disconnectable {
  /** The handshake is done and neither side has begun to close. */
  readonly connected: boolean;
  /**
   * Ends the connection within one deadline: cancel open contexts (at most 500 ms), wait for their loops (500 ms), close
   * (1000 ms), then force. `true` forces at once. Every call returns the same promise; `disconnect(true)` during a
   * graceful end escalates it. The promise never rejects.
   *
   * @throws {TypeError} at once, on a budget that is negative, NaN or not finite, and on an unknown option
   */
  disconnect(force?: boolean | DisconnectOptions): Promise<DisconnectReport>;
  [Symbol.asyncDispose](): Promise<void>;
}
