import { HangupError, StreamEndedError } from '../../core/errors.ts';
import { publish, publishLater } from '../../core/publish.ts';
import { scrub, scrubError } from '../../core/scrub.ts';
import { setMember } from '../foreign/members.ts';
import type { SocketEnd } from '../sockets/socket.ts';
import { warn } from '../warn.ts';
import type { Loss, Reader } from './streams.ts';

/** Something that the provider did wrong, or says that it did. */
interface Fault {
  /** Says what happened, as the first words of a message. */
  what: string;
  cause?: unknown;
}

type Coded = Error & { code?: unknown; errors?: unknown };

/** Node's own WebSocket gives an error that says nothing; that of a host with several addresses has one for each. */
function ofWordless(cause: Coded | undefined): Error {
  const { code, errors } = cause ?? ({} as Partial<Coded>);
  const said = (Array.isArray(errors) ? errors : []).map((error: Partial<Coded> | null) => error?.message);
  const sentences = said.filter((message) => message).join('; ');
  const message = sentences || 'the connection failed, and the socket does not say why';
  const known = typeof code === 'string' ? code : 'ERR_CONNECT';
  return new HangupError(known, message, cause && { cause });
}

/** Gives an error of `ws` a code when it has none: its class and its message stay, because apps look at these. */
function withCode(error: Coded): Error {
  if (error.code !== undefined) return error;
  setMember(error, 'code', { value: 'ERR_CONNECT', writable: true, enumerable: true });
  const [, status] = /^Unexpected server response: (\d{3})$/.exec(error.message) ?? [];
  if (status !== undefined) setMember(error, 'status', { value: Number(status), writable: true, enumerable: true });
  return error;
}

/** Makes the errors and the warning of one connection, without the client's secrets. */
export class Faults {
  /** Says why the current socket is lost: it is the cause of every error that follows from that. */
  lastError: Error | undefined;
  /** During the handshake, its failure tells the caller of `connect()` of every fault. */
  isConnecting = false;
  #hasWarned = false;
  readonly #connection: { readonly name: string };
  readonly #secrets: () => readonly unknown[];

  /**
   * @param connection is named in messages as in reports
   * @param secrets gives the client's keys and tokens as they are now; only strings count
   */
  constructor(connection: { readonly name: string }, secrets: () => readonly unknown[]) {
    this.#connection = connection;
    this.#secrets = secrets;
  }

  /** Makes the errors for all readers that one fault, or the loss of the socket, ends. */
  loss(end: Fault | SocketEnd): Loss {
    return (reader) => this.streamEnded(reader, end);
  }

  /** The error for a reader of a stream that the peer or the network ended before the stream's own end message. */
  streamEnded(reader: Reader, end: Partial<Fault> & SocketEnd): StreamEndedError {
    const error = this.lossError(end, reader);
    publishLater('hangup.stream.cut', () => ({ name: this.#connection.name, error }));
    return error;
  }

  /** The same error where no stream was cut: for a report, or for a call that comes later. */
  lossError(end: Partial<Fault> & SocketEnd, { contextId, phase }: Partial<Reader> = {}): StreamEndedError {
    const closeReason = end.reason === undefined ? undefined : this.scrub(String(end.reason));
    const stream = contextId === undefined ? 'the stream' : `context ${contextId}`;
    const said = closeReason ? ` (${JSON.stringify(closeReason)})` : '';
    const message =
      end.what === undefined
        ? `${this.#lossOf(end)}${said} before ${stream} was done`
        : `${stream} ended early: ${end.what}`;
    const cause = this.clean(end.cause ?? this.lastError);
    return new StreamEndedError(message, { closeCode: end.code, closeReason, contextId, phase, cause });
  }

  /** Publishes that the SDK cannot read a frame. @param what the provider did */
  unreadable(what: string): void {
    publish('hangup.frame.unreadable', () => ({ name: this.#connection.name, reason: this.scrub(what) }));
  }

  #lossOf({ code }: SocketEnd): string {
    // The socket has closed because hangup has destroyed it: the reason for that says more.
    if (this.lastError instanceof HangupError) return `${this.lastError.message}, so the connection was destroyed`;
    if (code === 1006)
      return 'the connection closed with code 1006 (no close frame: the network or the provider is gone)';
    return `the connection closed${code === undefined ? '' : ` with code ${code}`}`;
  }

  /** The error for a handshake that failed, from the socket's own error. */
  connectFailure(event: unknown): Error {
    // Our own error says more than the socket's: it is why the socket was destroyed.
    if (this.lastError instanceof HangupError) return this.lastError;
    const { error } = (event ?? {}) as { error?: unknown };
    const cause = this.clean(error ?? event);
    return cause === undefined || cause.message === '' ? ofWordless(cause) : withCode(cause);
  }

  /** The error for a socket that closed before the provider began the session. */
  closedEarly({ code, reason }: SocketEnd): HangupError {
    const said = String(reason ?? '');
    const why = `the connection closed with code ${code}${said && ` (${JSON.stringify(said)})`}`;
    return new HangupError('ERR_CONNECT', this.scrub(`${why} before the session began`));
  }

  /** Warns of a fault that nobody would learn of otherwise: once a connection, so that a bad peer cannot flood the log. */
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
