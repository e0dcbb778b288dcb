import { HangupError, StreamEndedError, type StreamPhase } from '../../core/errors.ts';
import { scrub, scrubError } from '../../core/scrub.ts';
import type { SocketEnd } from '../sockets/socket.ts';
import { warn } from '../warn.ts';

/** What goes wrong on one connection, told without the client's secrets. */
export class Faults {
  /** Why the current socket is lost: the cause of what ends because of it. */
  lastError: Error | undefined;
  /** Whoever opened the connection learns of its faults by the handshake's failure. */
  isConnecting = false;
  #hasWarned = false;
  readonly #secrets: () => readonly unknown[];

  /** @param secrets the client's keys and tokens as they are now; what is no string is passed over */
  constructor(secrets: () => readonly unknown[]) {
    this.#secrets = secrets;
  }

  /** The error for a stream that the peer or the network ended before its own end message. */
  streamEnded(
    stream: { contextId: string | undefined; phase: StreamPhase },
    end: SocketEnd & { what?: string; cause?: unknown },
  ): StreamEndedError {
    const { contextId, phase } = stream;
    const closeReason = end.reason === undefined ? undefined : this.scrub(String(end.reason));
    const closed = `the connection closed${end.code === undefined ? '' : ` with code ${end.code}`}`;
    const said = closeReason ? ` (${JSON.stringify(closeReason)})` : '';
    const what = contextId === undefined ? 'the stream' : `context ${contextId}`;
    return new StreamEndedError(`${end.what ?? closed}${said} before ${what} was done`, {
      closeCode: end.code,
      closeReason,
      contextId,
      phase,
      cause: this.clean(end.cause ?? this.lastError),
    });
  }

  /** Why a handshake failed, from what the socket reported. */
  connectFailure(event: unknown): Error {
    // Ours says more than the socket's: it is why the socket was destroyed.
    if (this.lastError instanceof HangupError) return this.lastError;
    const { error } = (event ?? {}) as { error?: unknown };
    const cause = this.clean(error ?? event);
    // Node's own WebSocket gives an error that says nothing.
    if (cause !== undefined && cause.message !== '') return cause;
    return new HangupError('ERR_CONNECT', 'the connection failed, and the socket does not say why', cause && { cause });
  }

  /** For a fault of which nobody learns otherwise: once a connection, lest a bad peer floods the log. */
  warn(message: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    warn(`${this.scrub(message)}; nothing listens for errors on this connection`);
  }

  /** @param maxLength characters; 200 by default */
  scrub(text: string, maxLength?: number): string {
    return scrub(text, this.#strings(), maxLength);
  }

  clean(error: unknown): Error | undefined {
    return scrubError(error, this.#strings());
  }

  #strings(): string[] {
    return this.#secrets().filter((secret) => typeof secret === 'string');
  }
}
