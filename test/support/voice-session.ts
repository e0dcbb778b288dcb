import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Behaviour, Fault } from './voice-behaviour.ts';

/** What the server saw of one connection. */
export interface SeenConnection {
  /** The upgrade request; `undefined` when the connection never got that far. */
  upgrade: { url: string; headers: Record<string, string | string[] | undefined> } | undefined;
  /** Text frames received, as sent. */
  frames: string[];
  /** The same frames, parsed. */
  messages: Record<string, unknown>[];
  /** The close frame that the client sent, if any. */
  close: { code: number; reason: string } | undefined;
  /** Chunks sent to the client. */
  chunks: number;
  /** TCP is gone. */
  ended: boolean;
}

interface Generation {
  left: number;
  open: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** One WebSocket connection of the provider's side: speaks the protocol until its fault is due. */
export class VoiceSession {
  private readonly generations = new Map<string, Generation>();
  private readonly audio: string;
  private newest = '';
  private faulty = true;
  /** Sends no message any more. */
  private mute = false;
  /** Answers nothing at all any more. */
  private deaf = false;

  constructor(
    private readonly ws: WebSocket,
    private readonly secure: Socket,
    private readonly tcp: Socket,
    private readonly now: () => Behaviour,
    private readonly seen: SeenConnection,
  ) {
    this.audio = Buffer.alloc(now().chunkBytes ?? 64, 7).toString('base64');
    this.takeOverClosing();
    ws.on('error', () => {});
    ws.on('message', (data, isBinary) => {
      if (!isBinary) this.request(data.toString());
    });
    ws.on('close', () => this.stop());
    if (now().stopReading) ws.pause();
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

  private closeByServer: (code: number, reason: string) => void = () => {};

  private request(frame: string): void {
    this.seen.frames.push(frame);
    let message: Record<string, unknown>;
    try {
      message = JSON.parse(frame) as Record<string, unknown>;
    } catch {
      return;
    }
    this.seen.messages.push(message);
    const id = String(message.context_id ?? '');
    if (message.cancel === true) {
      if (!this.now().ignoreCancel) this.cancel(id);
      return;
    }
    this.newest = id;
    if (this.due()) return;
    if (message.flush === true) this.send({ type: 'flush_done', context_id: id, flush_done: true, done: false });
    this.generate(id, message.transcript === '' ? 0 : (this.now().chunks ?? 3), message.continue === true);
  }

  private generate(id: string, chunks: number, open: boolean): void {
    const generation = this.generations.get(id) ?? { left: 0, open, timer: undefined };
    this.generations.set(id, generation);
    generation.left += chunks;
    generation.open = open;
    if (generation.timer === undefined) this.step(id, generation);
  }

  private step(id: string, generation: Generation): void {
    generation.timer = undefined;
    const interval = this.now().interval ?? 2;
    const pace = generation.left === Number.POSITIVE_INFINITY ? Math.max(interval, 1) : interval;
    while (generation.left > 0 && !this.mute) {
      this.send({
        type: 'chunk',
        context_id: id,
        data: this.audio,
        done: false,
        status_code: 206,
        step_time: 1.5,
      });
      this.seen.chunks++;
      generation.left--;
      if (this.due() || this.generations.get(id) !== generation) return;
      if (pace > 0) {
        generation.timer = setTimeout(() => this.step(id, generation), pace);
        return;
      }
    }
    if (!generation.open) this.finish(id);
  }

  private finish(id: string): void {
    clearTimeout(this.generations.get(id)?.timer);
    if (this.generations.delete(id) && this.now().done !== false) this.sendDone(id);
  }

  private cancel(id: string): void {
    clearTimeout(this.generations.get(id)?.timer);
    this.generations.delete(id);
    this.sendDone(id);
  }

  private sendDone(id: string): void {
    this.send({ type: 'done', context_id: id, done: true, status_code: 200 });
  }

  private send(message: object): void {
    if (!this.mute && this.ws.readyState === this.ws.OPEN) this.ws.send(JSON.stringify(message));
  }

  /** Applies the fault if its time has come; true when it ended the stream that was running. */
  private due(): boolean {
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
      case 'huge-frame':
        this.secure.write(Buffer.concat([Buffer.of(0x81, 0x7f, 0, 0, 0, 0, 7, 39, 14, 0), Buffer.alloc(65_536, 0x61)]));
        return;
      case 'error-event':
        // As the provider does: an error that names a context is the last event of that context.
        if (fault.withContext) this.generations.delete(this.newest);
        this.send({
          type: 'error',
          ...(fault.withContext && { context_id: this.newest }),
          title: 'Injected',
          message: fault.message ?? 'injected error',
          error_code: 'injected',
          status_code: 500,
          done: true,
        });
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
    for (const generation of this.generations.values()) clearTimeout(generation.timer);
    this.generations.clear();
  }
}
