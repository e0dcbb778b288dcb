import { brand, tellByCode } from './brand.ts';
import type { PatchErrorCode } from './error-codes.ts';

/** Base of every error that hangup makes. `code` is stable across releases; messages are not. */
export class HangupError extends Error {
  static {
    Object.defineProperty(HangupError.prototype, brand, { value: true });
    tellByCode(HangupError, 'HangupError', /^/);
  }

  // Spelt out, because minifiers rename classes.
  override name = 'HangupError';
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Whether a stream had delivered anything when it ended. */
export type StreamPhase = 'first-chunk' | 'between-chunks';

export interface StreamEnd {
  /** RFC 6455 close code: 1006 when the connection ended without a close frame, `undefined` when none is known yet. */
  closeCode?: number | undefined;
  /** The peer's close reason, scrubbed of the client's secrets and at most 200 characters. */
  closeReason?: string | undefined;
  contextId?: string | undefined;
  phase?: StreamPhase | undefined;
  cause?: unknown;
}

/** The peer or the network ended a stream before the stream's own end message (`ERR_STREAM_ENDED`). */
export class StreamEndedError extends HangupError {
  static {
    tellByCode(StreamEndedError, 'StreamEndedError', /^ERR_STREAM_ENDED$/);
  }

  override name = 'StreamEndedError';
  declare readonly code: 'ERR_STREAM_ENDED';
  readonly closeCode: number | undefined;
  readonly closeReason: string | undefined;
  readonly contextId: string | undefined;
  readonly phase: StreamPhase | undefined;

  constructor(message: string, end: StreamEnd = {}) {
    super('ERR_STREAM_ENDED', message, end.cause === undefined ? undefined : { cause: end.cause });
    this.closeCode = end.closeCode;
    this.closeReason = end.closeReason;
    this.contextId = end.contextId;
    this.phase = end.phase;
  }
}

/** Tells whether the peer or the network ended a stream early. It holds for the errors of overlaid and of patched SDKs. */
export function isStreamEnded(error: unknown): error is StreamEndedError {
  return error instanceof StreamEndedError;
}

/** A call came after `disconnect()` or `close()`; it was refused and dialled nothing (`ERR_DISCONNECTED`). */
export class DisconnectedError extends HangupError {
  static {
    tellByCode(DisconnectedError, 'DisconnectedError', /^ERR_DISCONNECTED$/);
  }

  override name = 'DisconnectedError';
  declare readonly code: 'ERR_DISCONNECTED';
  /** @param what names the thing that was disconnected: `connection`, `client` */
  constructor(call: string, what = 'connection') {
    super('ERR_DISCONNECTED', `${call}: this ${what} was disconnected; open a new ${what} to go on`);
  }
}

/** The handshake did not finish within its limit (`ERR_CONNECT_TIMEOUT`). */
export class ConnectTimeoutError extends HangupError {
  static {
    tellByCode(ConnectTimeoutError, 'ConnectTimeoutError', /^ERR_CONNECT_TIMEOUT$/);
  }

  override name = 'ConnectTimeoutError';
  declare readonly code: 'ERR_CONNECT_TIMEOUT';
  /** The limit, in ms. */
  readonly timeout: number;

  constructor(timeout: number) {
    super('ERR_CONNECT_TIMEOUT', `the provider did not finish the WebSocket handshake within ${timeout} ms`);
    this.timeout = timeout;
  }
}

/** The connection is alive, but nothing came within the limit (`ERR_RECEIVE_TIMEOUT`). */
export class ReceiveTimeoutError extends HangupError {
  static {
    tellByCode(ReceiveTimeoutError, 'ReceiveTimeoutError', /^ERR_RECEIVE_TIMEOUT$/);
  }

  override name = 'ReceiveTimeoutError';
  declare readonly code: 'ERR_RECEIVE_TIMEOUT';
  readonly phase: StreamPhase;
  /** The limit, in ms. */
  readonly timeout: number;
  readonly contextId: string | undefined;

  /** @param what says what has not happened, in the place of a message that did not come */
  constructor(phase: StreamPhase, timeout: number, contextId?: string, what?: string) {
    const context = contextId === undefined ? '' : ` on context ${contextId}`;
    const silence = `no message (${phase})${context} for ${timeout} ms`;
    super('ERR_RECEIVE_TIMEOUT', what === undefined ? silence : `${what} within ${timeout} ms`);
    this.phase = phase;
    this.timeout = timeout;
    this.contextId = contextId;
  }
}

/** A class, file or version cannot be patched (`ERR_PATCH_…`). The message says what failed, why, and what to do next. */
export class PatchError extends HangupError {
  static {
    tellByCode(PatchError, 'PatchError', /^ERR_PATCH_/);
  }

  override name = 'PatchError';
  declare readonly code: PatchErrorCode;

  constructor(code: PatchErrorCode, what: string, why: string, next: string, options?: { cause?: unknown }) {
    super(code, `${what}: ${why}. ${next}`, options);
  }
}
