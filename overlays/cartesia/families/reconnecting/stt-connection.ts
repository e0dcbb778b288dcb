import { StreamSet } from '../../../connection/streams.ts';
import { ToldStream } from '../../../connection/told-stream.ts';
import type { Listener, SocketEvent } from '../../../fern/shapes.ts';
import { OPEN } from '../../../sockets/socket.ts';
import { ReconnectingConnection } from './connection.ts';
import { type ConnectOptions, onEnd, type SttClient, type TranscriptCallback } from './shapes.ts';

/** `SttWebsocket` of 2.2.4 and later: one transcription, told to callbacks. */
export class SttConnection extends ReconnectingConnection<SttClient> {
  readonly name = 'socket stt';
  readonly streams = new StreamSet<Transcription>();
  /** By callback, the function that asks the SDK to register it. */
  readonly #callbacks = new Map<TranscriptCallback, () => Promise<void>>();
  /** Something was sent, and the provider has not said that it is done. */
  #transcription: Transcription | undefined;

  onSend(call: 'send' | 'finalize' | 'done'): void {
    if (!this.#transcription?.isOpen) {
      this.#transcription = new Transcription('transcription', (cause) => this.#tell(cause));
      this.streams.add(this.#transcription);
    }
    this.#transcription.hasAllAudio = call === 'done';
  }

  /** @param register asks the SDK to call the callback, on the connection that is open then */
  async listen(callback: TranscriptCallback, register: () => Promise<void>): Promise<void> {
    await register();
    // The connection may have ended in this very tick.
    this.admit('onMessage()');
    this.#callbacks.set(callback, register);
  }

  /** Forgets the callbacks, as the SDK does: they are those of one connection. */
  protected override beginAnew(options: ConnectOptions): void {
    this.#callbacks.clear();
    super.beginAnew(options);
  }

  /** A connection that a call needs takes the callbacks along. */
  protected override async connectForCall(): Promise<void> {
    await super.connectForCall();
    await Promise.all([...this.#callbacks.values()].map((register) => register()));
  }

  onFrame(event: SocketEvent, pass: Listener): void {
    const { data } = event;
    if (this.#transcription?.isOpen && typeof data === 'string' && data.includes('"done"') && isDone(data)) {
      this.#transcription.end();
      this.streams.noteEnd();
    }
    pass(event);
  }

  #tell(cause: Error): void {
    const { message } = cause;
    if (this.#callbacks.size === 0) this.faults.warn(message);
    for (const callback of this.#callbacks.keys()) {
      // An error that it throws must not keep the others from being told.
      queueMicrotask(() => {
        if (callback[onEnd] === undefined) callback({ type: 'error', requestId: '', message });
        else callback[onEnd](cause);
      });
    }
  }

  /** The provider transcribes what it has heard when it is told that this is all. */
  protected override finishStreams(): Promise<void> | undefined {
    if (this.#transcription?.hasAllAudio === false && this.socket?.readyState === OPEN) this.ws.socket?.send('done');
    return this.streams.whenNoneOpen();
  }

  protected override dropStreams(): void {
    super.dropStreams();
    const callbacks = [...this.#callbacks.keys()];
    this.#callbacks.clear();
    for (const callback of callbacks) callback[onEnd]?.();
  }
}

/** Audio that was sent, until the provider says that it is done. */
class Transcription extends ToldStream {
  /** The provider was told that no more audio follows. */
  hasAllAudio = false;
}

function isDone(frame: string): boolean {
  try {
    return (JSON.parse(frame) as { type?: unknown } | null)?.type === 'done';
  } catch {
    return false;
  }
}
