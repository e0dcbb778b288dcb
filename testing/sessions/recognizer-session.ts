import type { Fault } from '../behaviour.ts';
import { SttSession } from './stt-session.ts';

/** `/v2`: Speechmatics. Audio is transcribed as it comes. The client asks for the rest of the transcript, and then closes by itself. */
export class RecognizerSession extends SttSession {
  protected readonly isEager = true;
  protected readonly begin = undefined;
  protected readonly last = { message: 'EndOfTranscript' };
  private heard = 0;

  protected override get waitsForHello(): boolean {
    return true;
  }

  protected override request(data: Buffer, isBinary: boolean): void {
    if (isBinary) this.send({ message: 'AudioAdded', seq_no: ++this.heard });
    else if (this.answer(data.toString())) return;
    super.request(data, isBinary);
  }

  /** Answers what asks for no transcript. @returns false for any other request */
  private answer(frame: string): boolean {
    if (frame.includes('"GetSpeakers"')) this.send({ message: 'SpeakersResult', speakers: [] });
    else if (frame.includes('"StartRecognition"')) this.start();
    else return false;
    this.note(frame);
    return true;
  }

  private start(): void {
    const isWell = this.now().greets !== false;
    if (isWell) this.send({ message: 'RecognitionStarted', id: 'a-session', language_pack_info: {} });
    this.stopReading();
  }

  protected command(frame: string): 'close' | undefined {
    return frame.includes('"EndOfStream"') ? 'close' : undefined;
  }

  protected override closeAfterLast(): void {
    this.send(this.last);
  }

  protected transcript(transcript: string): object {
    return { message: 'AddPartialTranscript', metadata: { start_time: 0, end_time: 1, transcript }, results: [] };
  }

  protected end(transcript: string): object {
    return { ...this.transcript(transcript), message: 'AddTranscript' };
  }

  protected override reportError({ message = 'injected error' }: Extract<Fault, { kind: 'error-event' }>): void {
    this.stopTimers();
    this.send({ message: 'Error', type: 'protocol_error', reason: message });
  }
}
