import type { Fault } from '../behaviour.ts';
import { decodeFrame, encodeFrame, frameKinds } from './pipecat-frames.ts';
import { ProviderSession } from './provider-session.ts';

/** The user's turn is over after so many ms without a sound. */
const pause = 100;

/**
 * A Pipecat bot. It answers each turn of the user, each key of the phone and each RTVI message with audio, and is interrupted
 * by the user. It speaks protobuf when the address has that word, else the words of Twilio's media streams.
 */
export class PipecatSession extends ProviderSession {
  private readonly isProtobuf = /protobuf/.test(this.seen.upgrade?.url ?? '');
  private readonly speech = this.chunksOf(
    () => this.sendAudio(this.nextAudio()),
    () => this.finish(),
  );
  /** Runs while the user may say more. */
  private turn: NodeJS.Timeout | undefined;
  private turns = 0;

  constructor(...connection: ConstructorParameters<typeof ProviderSession>) {
    super(...connection);
    if (this.isProtobuf && this.now().begins) this.answer();
  }

  protected request(data: Buffer, isBinary: boolean): void {
    if (isBinary !== this.isProtobuf) return;
    if (isBinary) this.onFrame(data);
    else
      this.onMessage(this.note(data.toString()) as { event?: string; streamSid?: string; media?: { payload: string } });
  }

  private onMessage({
    event,
    streamSid,
    media,
  }: {
    event?: string;
    streamSid?: string;
    media?: { payload: string };
  }): void {
    if (event === 'start') {
      this.newest = streamSid!;
      if (this.now().begins) this.answer();
    } else if (event === 'media') this.onAudio(Buffer.from(media!.payload, 'base64').some((byte) => byte < 0xff));
    else if (event === 'dtmf') this.answer();
  }

  private onFrame(data: Buffer): void {
    const { kind, audio, sampleRate, data: json } = decodeFrame(data);
    if (kind === frameKinds.message) {
      const message = this.note(json!);
      if (message?.type === 'client-ready') this.sendMessage({ type: 'bot-ready', data: { version: '1.0.0' } });
      else this.answer();
    } else if (audio !== undefined) {
      this.seen.messages.push({ type: 'audio', audio, sampleRate });
      this.onAudio(audio.some((byte) => byte !== 0));
    }
  }

  private onAudio(isLoud: boolean): void {
    if (!isLoud) return;
    if (this.speech.isUnderWay && !this.now().ignoreCancel) this.interrupt();
    clearTimeout(this.turn);
    this.turn = setTimeout(() => this.answer(), pause);
  }

  /** The user speaks while the bot does. */
  private interrupt(): void {
    this.speech.stop();
    if (this.isProtobuf) this.send(encodeFrame(frameKinds.interruption, [[1, 7]]));
    else this.send({ event: 'clear', streamSid: this.newest });
  }

  private answer(): void {
    if (!this.mute && !this.due()) this.speech.add(this.chunksPerAnswer);
  }

  private finish(): void {
    this.turns++;
    if (this.now().done === false) return;
    if (this.isProtobuf) this.sendMessage({ type: 'bot-stopped-speaking' });
    else this.send({ event: 'mark', streamSid: this.newest, mark: { name: `turn ${this.turns}` } });
  }

  private sendAudio(audio: Uint8Array): void {
    if (this.isProtobuf)
      this.send(
        encodeFrame(frameKinds.audio, [
          [2, 'TTSAudioRawFrame#1'],
          [3, audio],
          [4, 16_000],
          [5, 1],
        ]),
      );
    else
      this.send({ event: 'media', streamSid: this.newest, media: { payload: Buffer.from(audio).toString('base64') } });
  }

  private sendMessage(message: object): void {
    this.send(encodeFrame(frameKinds.message, [[1, JSON.stringify({ label: 'rtvi-ai', ...message })]]));
  }

  protected reportError({ message = 'injected error' }: Extract<Fault, { kind: 'error-event' }>): void {
    if (this.isProtobuf) this.sendMessage({ type: 'error', data: { message, fatal: false } });
    else this.send({ event: 'error', message });
  }

  protected stopTimers(): void {
    this.speech.stop();
    clearTimeout(this.turn);
  }
}
