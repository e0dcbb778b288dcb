import type { Fault } from '../behaviour.ts';
import { ProviderSession } from './provider-session.ts';

/** A message of the client. */
interface Request {
  setup?: object;
  clientContent?: { turnComplete?: boolean };
  toolResponse?: object;
  realtimeInput?: object;
  /** A message of music. */
  playbackControl?: 'PLAY' | 'PAUSE' | 'STOP' | 'RESET_CONTEXT';
}

/** Google: the Live API, whose model answers in turns, and its music, which goes on until it is stopped. */
export class LiveSession extends ProviderSession {
  private left = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly isMusic = /BidiGenerateMusic/.test(this.seen.upgrade?.url ?? '');

  protected override get waitsForHello(): boolean {
    return true;
  }

  protected request(data: Buffer): void {
    const message = this.note(data.toString()) as Request | undefined;
    if (message === undefined) return;
    if (message.setup !== undefined) {
      if (this.now().greets !== false) this.tell({ setupComplete: {} });
      this.stopReading();
    } else if (!this.due()) this.answer(message);
  }

  private answer({ clientContent, toolResponse, realtimeInput, playbackControl }: Request): void {
    if (playbackControl === 'PLAY') this.go(Number.POSITIVE_INFINITY);
    else if (playbackControl !== undefined) this.stopTimers();
    else if (this.isMusic) return;
    else if (toolResponse !== undefined || clientContent?.turnComplete !== false) this.go(this.chunksPerAnswer);
    else if (realtimeInput !== undefined) this.go(this.chunksPerAnswer);
  }

  /** More of the turn that is under way, or a new one. */
  private go(chunks: number): void {
    this.left += chunks;
    if (this.timer === undefined) this.step();
  }

  private step(): void {
    this.timer = undefined;
    const interval = this.now().interval ?? 2;
    const pace = this.left === Number.POSITIVE_INFINITY ? Math.max(interval, 1) : interval;
    while (this.left > 0 && !this.mute) {
      this.speak();
      this.seen.chunks++;
      this.left--;
      if (this.due()) return;
      if (pace > 0) {
        this.timer = setTimeout(() => this.step(), pace);
        return;
      }
    }
    if (!this.isMusic && this.now().done !== false) this.tell({ serverContent: { turnComplete: true } });
  }

  private speak(): void {
    const audio = this.given(this.seen.chunks) ?? Buffer.alloc(this.now().chunkBytes ?? 64, 7);
    const data = Buffer.from(audio as Uint8Array).toString('base64');
    if (this.isMusic) this.tell({ serverContent: { audioChunks: [{ data, mimeType: 'audio/l16' }] } });
    else {
      const inlineData = { data, mimeType: 'audio/pcm;rate=24000' };
      this.tell({ serverContent: { modelTurn: { role: 'model', parts: [{ inlineData }] } } });
    }
  }

  /** The provider sends JSON in binary frames. */
  private tell(message: object): void {
    this.send(Buffer.from(JSON.stringify(message)));
  }

  /** The protocol has no message for an error. */
  protected reportError({ message = 'injected error' }: Extract<Fault, { kind: 'error-event' }>): void {
    this.stop();
    this.closeByServer(1011, message);
  }

  protected stopTimers(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.left = 0;
  }
}
