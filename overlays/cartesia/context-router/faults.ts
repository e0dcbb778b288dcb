import { HangupError, StreamEndedError } from '../../../core/errors.ts';
import { scrub, scrubError } from '../../../core/scrub.ts';
import type { Consumer } from './consumers.ts';
import { headerEntries } from './headers.ts';
import type { ServerEvent, TTSWS } from './shapes.ts';
import type { Streams } from './streams.ts';

/**
 * What goes wrong on one connection, and who is told: the consumer of the context that it names; if it names none, the
 * only open stream, if there is just one; and where there is neither consumer nor listener, a warning.
 */
export class Faults {
  /** Why the current socket is lost: the cause of what ends because of it. */
  lastError: Error | undefined;
  /** Whoever opened the connection learns of its faults by the handshake's failure. */
  isConnecting = false;
  #hasWarned = false;
  readonly #ws: TTSWS;
  readonly #streams: Streams;

  constructor(ws: TTSWS, streams: Streams) {
    this.#ws = ws;
    this.#streams = streams;
  }

  /** The SDK reports a fault. Returns whether somebody learns of it without a listener. */
  onError(event: ServerEvent | null, message: string | undefined, cause: unknown): boolean {
    if (event !== null) return this.#onErrorEvent(event);
    if (isSocketError(cause)) {
      this.lastError ??= this.#clean(cause.error ?? cause);
      return this.isConnecting || !this.#streams.isEmpty;
    }
    return this.#endOnly(message ?? 'unknown fault', cause);
  }

  #onErrorEvent(event: ServerEvent): boolean {
    const contextId = event.context_id;
    if (typeof contextId === 'string' && contextId !== '') {
      this.#streams.finish(contextId);
      // The SDK itself hands it on to them.
      return this.#streams.consumersOf(contextId).size > 0;
    }
    const only = this.#streams.soleOpen();
    only?.deliver(event);
    return only !== undefined;
  }

  /** A frame made a listener throw. Returns false when the frame is well: then the error is the listener's own. */
  onFrame(frame: unknown): boolean {
    const event = parse(frame);
    if (!isPeerFault(event)) return false;
    const what = 'the provider sent a message that the SDK cannot read';
    const { context_id: contextId, type } = event as ServerEvent;
    const cause = new TypeError(`message of type ${JSON.stringify(type)}`);
    if (typeof contextId !== 'string' || contextId === '') {
      if (!this.#endOnly(what, cause)) this.warn(what);
      return true;
    }
    const consumers = this.#streams.consumersOf(contextId);
    for (const consumer of consumers) consumer.end(this.streamEnded(consumer, { what, cause }));
    if (consumers.size === 0) this.warn(what);
    return true;
  }

  #endOnly(what: string, cause: unknown): boolean {
    const only = this.#streams.soleOpen();
    only?.end(this.streamEnded(only, { what, cause }));
    return only !== undefined;
  }

  streamEnded(
    consumer: Consumer,
    end: { what?: string; code?: number | undefined; reason?: string | undefined; cause?: unknown },
  ): StreamEndedError {
    const { contextId, phase } = consumer;
    const closeReason = end.reason === undefined ? undefined : scrub(end.reason, this.#secrets);
    const closed = `the connection closed${end.code === undefined ? '' : ` with code ${end.code}`}`;
    const said = closeReason ? ` (${JSON.stringify(closeReason)})` : '';
    return new StreamEndedError(`${end.what ?? closed}${said} before context ${contextId} was done`, {
      closeCode: end.code,
      closeReason,
      contextId,
      phase,
      cause: this.#clean(end.cause ?? this.lastError),
    });
  }

  /** Why a handshake failed, from what the socket reported. */
  connectFailure(event: unknown): Error {
    // Ours says more than the socket's: it is why the socket was destroyed.
    if (this.lastError instanceof HangupError) return this.lastError;
    const { error } = (event ?? {}) as { error?: unknown };
    return this.#clean(error ?? event) ?? new HangupError('ERR_CONNECT', 'the connection failed');
  }

  /** An event of the provider's as text, without the client's secrets. */
  describe(event: ServerEvent): string {
    return scrub(JSON.stringify(event), this.#secrets, Number.POSITIVE_INFINITY);
  }

  /** For a fault of which nobody learns otherwise: once a connection, lest a bad peer floods the log. */
  warn(message: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const text = `hangup: ${scrub(message, this.#secrets)}; nothing listens for errors on this connection`;
    if (typeof process === 'undefined' || process.emitWarning === undefined) console.warn(text);
    else process.emitWarning(text, 'HangupWarning');
  }

  #clean(error: unknown): Error | undefined {
    return scrubError(error, this.#secrets);
  }

  get #secrets(): string[] {
    const { client, _wsOptions } = this.#ws;
    const given = headerEntries(_wsOptions?.headers).filter(([name]) => /^authorization$/i.test(name));
    const tokens = given.map(([, value]) => String(value).replace(/^\S+\s+/, ''));
    return [client?.apiKey, client?.token, ...tokens].filter((secret) => typeof secret === 'string');
  }
}

function isSocketError(cause: unknown): cause is { type: 'error'; error?: unknown } {
  return typeof cause === 'object' && cause !== null && (cause as { type?: unknown }).type === 'error';
}

/** Reads a frame a second time: only after the SDK has failed on it. `undefined` when it is no JSON. */
function parse(frame: unknown): unknown {
  try {
    return JSON.parse(String(frame));
  } catch {
    return undefined;
  }
}

/** What of a parsed frame makes the SDK throw: these are the peer's faults, everything else is a listener's. */
function isPeerFault(event: unknown): boolean {
  if (typeof event !== 'object' || event === null) return false;
  const { type, data } = event as ServerEvent;
  // The SDK decodes `data` unchecked, and looks its listeners up in a plain object.
  return (type === 'chunk' && typeof data !== 'string') || (typeof type === 'string' && type in Object.prototype);
}
