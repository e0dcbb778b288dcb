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
  private readonly turn = this.chunksOf(
    () => this.speak(),
    () => this.finish(),
  );
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
    if (playbackControl === 'PLAY') this.turn.add(Number.POSITIVE_INFINITY);
    else if (playbackControl !== undefined) this.stopTimers();
    else if (this.isMusic) return;
    else if (toolResponse !== undefined || clientContent?.turnComplete !== false) this.turn.add(this.chunksPerAnswer);
    else if (realtimeInput !== undefined) this.turn.add(this.chunksPerAnswer);
  }

  private finish(): void {
    if (!this.isMusic && this.now().done !== false) this.tell({ serverContent: { turnComplete: true } });
  }

  private speak(): void {
    const data = this.nextAudio().toString('base64');
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
    this.turn.stop();
  }
}
