import { Faults } from '../../../connection/faults.ts';
import { secretsOf } from '../../secrets.ts';
import type { ServerEvent, TTSWS } from './shapes.ts';
import type { Streams } from './streams.ts';

/**
 * Who is told of a fault: the consumer of the context that it names; if it names none, the only open stream, if there is
 * just one; and where there is neither consumer nor listener, a warning.
 */
export class ContextFaults extends Faults {
  readonly #streams: Streams;

  constructor(ws: TTSWS, streams: Streams) {
    super(() => secretsOf(ws.client, ws._wsOptions));
    this.#streams = streams;
  }

  /** The SDK reports a fault. Returns whether somebody learns of it without a listener. */
  onError(event: ServerEvent | null, message: string | undefined, cause: unknown): boolean {
    if (event !== null) return this.#onErrorEvent(event);
    if (isSocketError(cause)) {
      this.lastError ??= this.clean(cause.error ?? cause);
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
  onFrame(frame: unknown, error: unknown): boolean {
    const event = parse(frame);
    if (!isObject(event)) return isAboutNoObject(error);
    if (!isPeerFault(event)) return false;
    const what = 'the provider sent a message that the SDK cannot read';
    const { context_id: contextId, type } = event;
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

  /** An event of the provider's as text, without the client's secrets. */
  describe(event: ServerEvent): string {
    return this.scrub(JSON.stringify(event), Number.POSITIVE_INFINITY);
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

function isObject(event: unknown): event is ServerEvent {
  return typeof event === 'object' && event !== null;
}

/** 3.0.0 looks for `context_id` in whatever came; later versions let numbers and strings pass, and so does hangup. */
function isAboutNoObject(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes("'in' operator");
}

/** What of a parsed frame makes the SDK throw: these are the peer's faults, everything else is a listener's. */
function isPeerFault({ type, data }: ServerEvent): boolean {
  // The SDK decodes `data` unchecked, and looks its listeners up in a plain object.
  return (type === 'chunk' && typeof data !== 'string') || (typeof type === 'string' && type in Object.prototype);
}
