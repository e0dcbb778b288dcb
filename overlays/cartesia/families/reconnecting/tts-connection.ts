import { checkMs } from '../../../../core/options.ts';
import { StreamSet } from '../../../connection/streams.ts';
import type { Listener, SocketEvent } from '../../../fern/shapes.ts';
import { isPromise } from '../../../seams/handled.ts';
import { OPEN, type SocketEnd } from '../../../sockets/socket.ts';
import { ReconnectingConnection } from './connection.ts';
import { inspect } from './frames.ts';
import type { ServerMessage, StreamHandle, StreamRequest, TtsClient } from './shapes.ts';
import { type Input, SpeechStream } from './stream.ts';

/** `Websocket` of 2.x and `WebSocket` of 1.x: audio streams, each told from the others by its context. */
export class TtsConnection extends ReconnectingConnection<TtsClient> {
  readonly name = 'socket tts';
  readonly streams = new StreamSet<SpeechStream>();
  #shape = { sampleBytes: 1, allAudio: false };

  // -- streams --

  /** Starts a stream. The SDK's own time limit would crash, so it is kept here. @param send the SDK's method */
  start(
    request: StreamRequest,
    timeout: number,
    send: () => StreamHandle | Promise<StreamHandle>,
  ): StreamHandle | Promise<StreamHandle> {
    const { guard } = this;
    const start = guard?.expect((listener) => this.#guarded(listener));
    const settled = () => start?.settled();
    const begin = (handle: StreamHandle): StreamHandle => {
      const contextId = request.contextId ?? request.context_id ?? contextIn(start?.request);
      const stream = new SpeechStream(handle, contextId, timeout, () => {
        this.streams.delete(stream);
        if (start !== undefined) guard?.unregister(start.registrations);
      });
      this.streams.add(stream);
      this.#noteInput(start?.request);
      this.#shape = { sampleBytes: stream.sampleBytes, allAudio: stream.isAllAudio };
      // The connection ended while the SDK was starting the stream.
      if (this.isDeaf) stream.drop();
      return handle;
    };
    try {
      const started = send();
      if (isPromise(started)) {
        const begun = started.then(begin);
        begun.then(settled, settled);
        return begun;
      }
      settled();
      return begin(started);
    } catch (error) {
      settled();
      throw error;
    }
  }

  /** More text is sent for a stream. @param sent the result of the SDK's method */
  continued<R>(sent: R): R {
    const note = () => this.#noteInput(this.guard?.lastSent);
    if (isPromise(sent)) sent.then(note, () => {});
    else note();
    return sent;
  }

  #noteInput(text: unknown): void {
    if (typeof text !== 'string') return;
    const input = JSON.parse(text) as Input;
    for (const stream of this.streams.open) if (stream.contextId === input.context_id) stream.input = input;
  }

  /** An error that a listener of the SDK's throws is the fault of the frame that it reads. */
  #guarded(listener: Listener): Listener {
    return (event) => {
      try {
        listener(event);
      } catch {
        this.#onUnreadable(undefined, 'the provider sent a message that the SDK cannot read');
      }
    };
  }

  #onUnreadable(contextId: unknown, what: string): void {
    this.faults.unreadable(what);
    if (!this.streams.cutConcerned(contextId, this.faults.loss({ what }))) this.faults.warn(what);
  }

  // -- frames --

  onFrame(event: SocketEvent, pass: Listener): void {
    const verdict = typeof event.data === 'string' ? inspect(event.data, this.#shape) : 'plain';
    if (verdict === 'plain') pass(event);
    else if (verdict === 'unknown') return;
    else if ('error' in verdict) this.#onErrorMessage(verdict.error, () => pass(event));
    else this.#onUnreadable(verdict.message?.context_id, `the provider sent ${verdict.fault}`);
  }

  #onErrorMessage(message: ServerMessage, pass: () => void): void {
    const what = 'the provider reported an error';
    const cause = new Error(this.faults.scrub(JSON.stringify(message), 500));
    const loss = this.faults.loss({ what, cause });
    const concerned = this.streams.concernedBy(message.context_id);
    const handle = concerned.reduceRight((inner, stream) => () => stream.cutAround(loss, inner), pass);
    handle();
    if (concerned.length === 0) this.faults.warn(`${what}: ${cause.message}`);
  }

  // -- the end --

  /** The provider of a stream that takes more text waits for that, and holds the last words back. */
  protected override finishStreams(): Promise<void> | undefined {
    for (const { input } of this.streams.open) {
      if (input?.continue !== true || this.socket?.readyState !== OPEN) continue;
      this.ws.socket?.send(JSON.stringify({ ...input, transcript: '', continue: false }));
    }
    return this.streams.whenNoneOpen();
  }

  protected override cutStreams(end: SocketEnd): void {
    const { open } = this.streams;
    super.cutStreams(end);
    const silent = open.filter((stream) => !stream.isConsumed);
    if (silent.length > 0) this.faults.warn(`${silent.length} streams were cut: the connection closed`);
  }
}

/** Before 1.1.0 the SDK does not write the context that it has made into the request. */
function contextIn(request: unknown): string | undefined {
  return typeof request === 'string' ? (JSON.parse(request) as { context_id?: string }).context_id : undefined;
}

/** Reads the option of `send()`. The SDK takes 0 for no limit, and everything that is no number above 0. */
export function readTimeout(options: { timeout?: unknown } | undefined): number {
  const timeout = options?.timeout;
  return typeof timeout === 'number' && timeout > 0 && timeout !== Number.POSITIVE_INFINITY
    ? checkMs('send(): timeout', timeout)
    : 0;
}
