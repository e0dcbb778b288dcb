import type { Fault } from '../behaviour.ts';
import { ProviderSession } from './provider-session.ts';

const request_id = 'a-request';

/** STT: what it hears is answered by transcripts (`chunks` of the behaviour), and their end. */
export abstract class SttSession extends ProviderSession {
  private sent = 0;
  private text = 'hello';
  private readonly transcripts = this.chunksOf(
    () => this.sendTranscript(),
    () => this.sendEnd(),
  );
  /** Audio has come that nobody asked to transcribe yet. */
  private hasRest = false;
  /** The client has asked for the rest, and for the close after it. */
  private isClosing = false;

  /** Comes before the close that the client has asked for. */
  protected abstract readonly last: object | undefined;
  protected abstract readonly begin: object | undefined;
  /** @returns `undefined` where nothing says that a transcription is done */
  protected abstract end(text: string): object | undefined;
  protected abstract transcript(text: string): object;
  /** The request in a text frame. */
  protected abstract command(frame: string): 'transcribe' | 'close' | undefined;
  /** Audio is transcribed as it comes, not only on command. */
  protected abstract readonly isEager: boolean;

  protected request(data: Buffer, isBinary: boolean): void {
    if (!isBinary) this.note(data.toString());
    if (this.due()) return;
    const asked = isBinary ? 'audio' : this.command(data.toString());
    if (asked === 'audio') this.hasRest = !this.isEager;
    if (asked === 'close') this.finish();
    else if (asked === 'transcribe' || (asked === 'audio' && this.isEager)) this.transcribe();
  }

  protected get isBusy(): boolean {
    return this.transcripts.isUnderWay;
  }

  private finish(): void {
    this.isClosing = true;
    if (this.hasRest) this.transcribe();
    else if (!this.isBusy) this.closeAfterLast();
  }

  protected closeAfterLast(): void {
    if (this.last !== undefined) this.send(this.last);
    this.closeByServer(1000, '');
  }

  private transcribe(): void {
    this.hasRest = false;
    if (!this.isBusy && this.begin !== undefined) this.send(this.begin);
    this.transcripts.add(this.chunksPerAnswer);
  }

  private sendTranscript(): void {
    this.text = String(this.given(this.sent++) ?? this.text);
    this.send(this.transcript(this.text));
  }

  private sendEnd(): void {
    const end = this.now().done === false ? undefined : this.end(this.text);
    if (end !== undefined) this.send(end);
    if (this.isClosing) this.closeAfterLast();
  }

  protected reportError({ message = 'injected error' }: Extract<Fault, { kind: 'error-event' }>): void {
    this.stopTimers();
    this.send({ type: 'error', title: 'Injected', message, error_code: 'injected', status_code: 500, request_id });
  }

  /** Ends the transcription under way. */
  protected stopTimers(): void {
    this.transcripts.stop();
  }
}

/** `/stt/turns/websocket`: the provider tells when the user speaks; commands are JSON. */
export class TurnsSession extends SttSession {
  constructor(...connection: ConstructorParameters<typeof ProviderSession>) {
    super(...connection);
    this.send({ type: 'connected', request_id });
  }

  protected readonly isEager = true;
  protected readonly last = undefined;
  protected readonly begin = { type: 'turn.start', request_id };

  protected transcript(transcript: string): object {
    return { type: 'turn.update', request_id, transcript };
  }

  protected end(transcript: string): object {
    return { type: 'turn.end', request_id, transcript };
  }

  protected command(frame: string): 'close' | undefined {
    return frame.includes('"close"') ? 'close' : undefined;
  }
}

/** `/stt/websocket`: audio is transcribed on command; commands are words. */
export class FinalizeSession extends SttSession {
  protected readonly isEager = false;
  protected readonly last = { type: 'done', request_id };
  protected readonly begin = undefined;

  protected transcript(text: string): object {
    return { type: 'transcript', request_id, text, is_final: true };
  }

  protected end(): object {
    return { type: 'flush_done', request_id };
  }

  protected command(frame: string): 'transcribe' | 'close' | undefined {
    if (frame === 'finalize') return 'transcribe';
    return frame === 'close' || frame === 'done' ? 'close' : undefined;
  }
}
