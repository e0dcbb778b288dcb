import type { PatchErrorCode } from './error-codes.ts';

/** Base of every error that hangup makes. `code` is stable across releases; messages are not. */
export class HangupError extends Error {
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
  override name = 'StreamEndedError';
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

/** A call came after `disconnect()` or `close()`; it was refused and dialled nothing (`ERR_DISCONNECTED`). */
export class DisconnectedError extends HangupError {
  override name = 'DisconnectedError';
  /** @param what names the thing that was disconnected: `connection`, `client` */
  constructor(call: string, what = 'connection') {
    super('ERR_DISCONNECTED', `${call}: this ${what} was disconnected; open a new ${what} to go on`);
  }
}

/** The handshake did not finish within its limit (`ERR_CONNECT_TIMEOUT`). */
export class ConnectTimeoutError extends HangupError {
  override name = 'ConnectTimeoutError';
  /** The limit, in ms. */
  readonly timeout: number;

  constructor(timeout: number) {
    super('ERR_CONNECT_TIMEOUT', `the provider did not finish the WebSocket handshake within ${timeout} ms`);
    this.timeout = timeout;
  }
}

/** The connection is alive but the stream is silent for longer than the caller allowed (`ERR_RECEIVE_TIMEOUT`). */
export class ReceiveTimeoutError extends HangupError {
  override name = 'ReceiveTimeoutError';
  readonly phase: StreamPhase;
  /** The limit, in ms. */
  readonly timeout: number;
  readonly contextId: string | undefined;

  constructor(phase: StreamPhase, timeout: number, contextId?: string) {
    super('ERR_RECEIVE_TIMEOUT', `no message (${phase}) on context ${contextId ?? '(none)'} for ${timeout} ms`);
    this.phase = phase;
    this.timeout = timeout;
    this.contextId = contextId;
  }
}

/** A class, file or version cannot be patched (`ERR_PATCH_…`). The message says what failed, why, and what to do next. */
export class PatchError extends HangupError {
  override name = 'PatchError';
  constructor(code: PatchErrorCode, what: string, why: string, next: string, options?: { cause?: unknown }) {
    super(code, `${what}: ${why}. ${next}`, options);
  }
}
