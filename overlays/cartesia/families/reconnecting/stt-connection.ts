import type { SocketEnd } from '../../../sockets/socket.ts';
import { ReconnectingConnection } from './connection.ts';
import type { ConnectOptions, SocketEvent, SttClient, TranscriptCallback } from './shapes.ts';

/** `SttWebsocket` of 2.2.4 and later: one transcription, told to callbacks. */
export class SttConnection extends ReconnectingConnection<SttClient> {
  protected readonly name = 'socket stt';
  /** By callback: how the SDK is asked to register it. */
  readonly #callbacks = new Map<TranscriptCallback, () => Promise<void>>();
  /** Something was sent, and the provider has not said that it is done. */
  #isTranscribing = false;
  #wasTranscribing = false;

  onSend(): void {
    this.#isTranscribing = true;
  }

  /** @param register asks the SDK to call it, on the connection that is open then */
  async listen(callback: TranscriptCallback, register: () => Promise<void>): Promise<void> {
    await register();
    this.#callbacks.set(callback, register);
  }

  /** As with the SDK, whose callbacks are those of one connection. */
  protected override beginAnew(options: ConnectOptions): void {
    this.#callbacks.clear();
    super.beginAnew(options);
  }

  /** One that a call needs takes the callbacks along. */
  protected override async connectForCall(): Promise<void> {
    await super.connectForCall();
    await Promise.all([...this.#callbacks.values()].map((register) => register()));
  }

  onFrame({ data }: SocketEvent, pass: () => void): void {
    if (this.#isTranscribing && typeof data === 'string' && data.includes('"done"')) {
      this.#isTranscribing = !isDone(data);
    }
    pass();
  }

  protected cutStreams(end: SocketEnd): void {
    if (!this.#isTranscribing) return;
    this.#isTranscribing = false;
    const { message } = this.faults.streamEnded({ contextId: undefined, phase: 'between-chunks' }, end);
    if (this.#callbacks.size === 0) this.faults.warn(message);
    for (const callback of this.#callbacks.keys()) {
      // What it throws is its own, and must not keep the others from being told.
      queueMicrotask(() => callback({ type: 'error', requestId: '', message }));
    }
  }

  protected dropStreams(): void {
    this.#wasTranscribing = this.#isTranscribing;
    this.#isTranscribing = false;
    this.#callbacks.clear();
  }

  protected forgetStreams(): void {}

  protected unfinished(): string[] {
    return this.#wasTranscribing ? ['transcription'] : [];
  }
}

function isDone(frame: string): boolean {
  try {
    return (JSON.parse(frame) as { type?: unknown } | null)?.type === 'done';
  } catch {
    return false;
  }
}
