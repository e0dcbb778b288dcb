import { checkMs } from '../../../../core/options.ts';
import type { SocketEnd } from '../../../sockets/socket.ts';
import { ReconnectingConnection } from './connection.ts';
import { inspect } from './frames.ts';
import type { Listener, ServerMessage, SocketEvent, StreamHandle, StreamRequest, TtsClient } from './shapes.ts';
import { type EndCause, Stream } from './stream.ts';

/** `Websocket` of 2.x and `WebSocket` of 1.x: audio streams, each told from the others by its context. */
export class TtsConnection extends ReconnectingConnection<TtsClient> {
  protected readonly name = 'socket tts';
  /** Those that have not ended. */
  readonly #streams = new Set<Stream>();
  #shape = { sampleBytes: 1, allAudio: false };
  /** What our disconnect() ended, by name. */
  #dropped: string[] = [];

  // -- streams --

  /** Starts a stream; the SDK's own time limit would crash, so it is kept here. @param send the SDK's */
  start(
    request: StreamRequest,
    timeout: number,
    send: () => StreamHandle | Promise<StreamHandle>,
  ): StreamHandle | Promise<StreamHandle> {
    const { held } = this;
    const start = held?.expect((listener) => this.#guarded(listener));
    const settled = () => start?.settled();
    const begin = (handle: StreamHandle): StreamHandle => {
      const contextId = request.contextId ?? request.context_id ?? contextIn(start?.request);
      const stream = new Stream(handle, contextId, timeout, () => {
        this.#streams.delete(stream);
        if (start !== undefined) held?.unregister(start.registrations);
      });
      this.#streams.add(stream);
      this.#shape = { sampleBytes: stream.sampleBytes, allAudio: stream.isAllAudio };
      // The connection went while the SDK was at it.
      if (this.ended) stream.drop();
      return handle;
    };
    try {
      const started = send();
      if (started instanceof Promise) return started.then(begin).finally(settled);
      settled();
      return begin(started);
    } catch (error) {
      settled();
      throw error;
    }
  }

  /** Whatever a listener of the SDK's throws is the fault of the frame that it reads. */
  #guarded(listener: Listener): Listener {
    return (event) => {
      try {
        listener(event);
      } catch {
        this.#fail(undefined, 'the provider sent a message that the SDK cannot read', undefined);
      }
    };
  }

  /** Ends the stream that a fault is about; without a name, the only one there is. */
  #fail(contextId: unknown, what: string, cause: unknown): void {
    const concerned = this.#concerned(contextId);
    for (const stream of concerned) stream.cut(this.#cause(stream, { what, cause }));
    if (concerned.length === 0) this.faults.warn(what);
  }

  #concerned(contextId: unknown): Stream[] {
    const streams = [...this.#streams];
    if (typeof contextId === 'string' && contextId !== '') return streams.filter((one) => one.contextId === contextId);
    return streams.length === 1 ? streams : [];
  }

  #cause(stream: Stream, end: SocketEnd & { what?: string; cause?: unknown }): EndCause {
    return this.faults.streamEnded(stream, end);
  }

  // -- frames --

  onFrame(event: SocketEvent, pass: () => void): void {
    const verdict = typeof event.data === 'string' ? inspect(event.data, this.#shape) : 'plain';
    if (verdict === 'plain') pass();
    else if (verdict === 'unknown') return;
    else if ('error' in verdict) this.#onErrorMessage(verdict.error, pass);
    else this.#fail(verdict.message?.context_id, `the provider sent ${verdict.fault}`, undefined);
  }

  #onErrorMessage(message: ServerMessage, pass: () => void): void {
    const what = 'the provider reported an error';
    const cause = new Error(this.faults.scrub(JSON.stringify(message), 500));
    const concerned = this.#concerned(message.context_id);
    const handle = concerned.reduceRight((inner, stream) => {
      return () => stream.failWith(this.#cause(stream, { what, cause }), inner);
    }, pass);
    handle();
    if (concerned.length === 0) this.faults.warn(`${what}: ${cause.message}`);
  }

  // -- what the ladder asks --

  protected cutStreams(end: SocketEnd): void {
    const cut = [...this.#streams];
    for (const stream of cut) stream.cut(this.#cause(stream, end));
    const silent = cut.filter((stream) => !stream.isConsumed);
    if (silent.length > 0) this.faults.warn(`${silent.length} streams were cut: the connection closed`);
  }

  protected dropStreams(): void {
    this.#dropped = [...this.#streams].map(({ contextId }) => `context ${contextId ?? '(unnamed)'}`);
    for (const stream of [...this.#streams]) stream.drop();
  }

  protected forgetStreams(): void {}

  protected unfinished(): string[] {
    return this.#dropped;
  }
}

/** Before 1.1.0 the SDK does not write the context that it has made into the request. */
function contextIn(request: unknown): string | undefined {
  return typeof request === 'string' ? (JSON.parse(request) as { context_id?: string }).context_id : undefined;
}

/** Reads the option of `send()`. The SDK takes 0, and what is no number above it, for no limit. */
export function readTimeout(options: { timeout?: unknown } | undefined): number {
  const timeout = options?.timeout;
  return typeof timeout === 'number' && timeout > 0 && timeout !== Number.POSITIVE_INFINITY
    ? checkMs('send(): timeout', timeout)
    : 0;
}
