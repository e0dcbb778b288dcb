import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Behaviour, Fault } from '../behaviour.ts';
import type { Stream } from '../memory-socket.ts';
import type { SeenConnection } from '../voice-provider.ts';
import { Chunks } from './chunks.ts';

/** One WebSocket connection of the provider's side: what all its protocols have in common, and above all its faults. */
export abstract class ProviderSession {
  /** Id of the newest context; protocols without contexts have none. */
  protected newest = '';
  private faulty = true;
  /** Sends no message any more. */
  protected mute = false;
  /** Answers nothing at all any more. */
  private deaf = false;

  constructor(
    private readonly ws: WebSocket,
    private readonly secure: Duplex,
    private readonly tcp: Stream,
    protected readonly now: () => Behaviour,
    protected readonly seen: SeenConnection,
  ) {
    this.takeOverClosing();
    ws.on('error', () => {});
    ws.on('message', (data, isBinary) => this.request(data as Buffer, isBinary));
    ws.on('close', () => this.stop());
    if (!this.waitsForHello) this.stopReading();
  }

  /** The client has to begin the session, before the provider may stop reading. */
  protected get waitsForHello(): boolean {
    return false;
  }

  /** Reads nothing more, where it is told to. */
  protected stopReading(): void {
    if (this.now().stopReading) this.ws.pause();
  }

  /** The client has sent a message. */
  protected abstract request(data: Buffer, isBinary: boolean): void;
  /** Sends the protocol's error event. */
  protected abstract reportError(fault: Extract<Fault, { kind: 'error-event' }>): void;
  /** Nothing that is under way goes on. */
  protected abstract stopTimers(): void;

  /** The number of chunks that answer one request. */
  protected get chunksPerAnswer(): number {
    const { chunks = 3 } = this.now();
    return typeof chunks === 'number' ? chunks : chunks.length;
  }

  /** A chunk that the test has given. @param index counts from the first answer on, and goes round */
  protected given(index: number): Uint8Array | string | undefined {
    const { chunks } = this.now();
    return typeof chunks === 'object' ? chunks[index % chunks.length] : undefined;
  }

  /** The audio of the next chunk: what the test has given, or bytes that say nothing. */
  protected nextAudio(): Buffer {
    return Buffer.from((this.given(this.seen.chunks) ?? Buffer.alloc(this.now().chunkBytes ?? 64, 7)) as Uint8Array);
  }

  /**
   * Makes an answer, whose chunks are sent in the interval of the behaviour.
   *
   * @param onDone sends the message that ends the answer
   */
  protected chunksOf(sendChunk: () => void, onDone: () => void): Chunks {
    return new Chunks({
      interval: () => this.now().interval ?? 2,
      isMute: () => this.mute,
      send: () => {
        sendChunk();
        this.seen.chunks++;
        return !this.due();
      },
      onDone,
    });
  }

  /** Notes a text frame; returns it parsed where it is JSON. */
  protected note(frame: string): Record<string, unknown> | undefined {
    this.seen.frames.push(frame);
    try {
      const message = JSON.parse(frame) as Record<string, unknown>;
      this.seen.messages.push(message);
      return message;
    } catch {
      return undefined;
    }
  }

  /** `ws` answers a close frame through its own `close()`: the one place to see the frame, and to leave it unanswered. */
  private takeOverClosing(): void {
    const answer = this.ws.close.bind(this.ws);
    let asked = false;
    this.ws.close = (code?: number, reason?: string | Buffer) => {
      const received = code === undefined || code === 1005 ? 1005 : code;
      if (!asked) this.seen.close = { code: received, reason: reason?.toString() ?? '' };
      asked = true;
      if (this.deaf || this.now().onClose === 'ignore') return;
      if (this.now().onClose === 'answer-and-hang') {
        this.hang(code ?? 1000);
        return;
      }
      answer(code, reason);
    };
    this.closeByServer = (code, reason) => {
      asked = true;
      if (code === 1005) answer();
      else answer(code, reason);
    };
  }

  protected closeByServer: (code: number, reason: string) => void = () => {};

  /** @param message bytes are sent as they are, anything else as JSON */
  protected send(message: object): void {
    if (this.mute || this.ws.readyState !== this.ws.OPEN) return;
    this.ws.send(Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  /** Applies the fault if its time has come; true when it ended the stream that was running. */
  protected due(): boolean {
    const { fault, faultAfter = 0 } = this.now();
    if (!this.faulty || fault === undefined || this.seen.chunks < faultAfter) return false;
    this.faulty = false;
    this.inflict(fault);
    return this.mute;
  }

  inflict(fault: Fault): void {
    switch (fault.kind) {
      case 'close':
        this.stop();
        this.closeByServer(fault.code, fault.reason ?? '');
        return;
      case 'close-and-hang':
        this.hang(fault.code ?? 1000);
        return;
      case 'reset':
        this.stop();
        this.tcp.resetAndDestroy();
        return;
      case 'fin':
        this.stop();
        this.tcp.destroy();
        return;
      case 'black-hole':
        this.deafen();
        return;
      case 'silence':
        this.stop();
        return;
      case 'text':
        for (const text of [fault.data].flat()) this.ws.send(text.replaceAll('$CTX', this.newest));
        return;
      case 'binary':
        this.ws.send(Buffer.alloc(fault.bytes, 0xfe));
        return;
      case 'raw':
        this.secure.write(fault.bytes);
        return;
      case 'error-event':
        this.reportError(fault);
    }
  }

  /** A close frame written past `ws`, which would otherwise end the TCP connection after it. */
  private hang(code: number): void {
    this.secure.write(Buffer.of(0x88, 0x02, code >> 8, code & 0xff));
    this.deafen();
  }

  /** Reads and answers nothing from here on, not even the end of the client's half of the TCP connection. */
  private deafen(): void {
    this.deaf = true;
    this.stop();
    this.ws.pause();
    // After a close frame `ws` resumes the socket in the next tick.
    setImmediate(() => this.secure.pause());
    this.secure.removeAllListeners('end');
    this.secure.on('end', () => {
      this.seen.ended = true;
    });
  }

  stop(): void {
    this.mute = true;
    this.stopTimers();
  }
}
