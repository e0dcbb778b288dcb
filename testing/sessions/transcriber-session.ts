import type { Fault } from '../behaviour.ts';
import type { ProviderSession } from './provider-session.ts';
import { SttSession } from './stt-session.ts';

/** AssemblyAI: audio is transcribed as it comes. The client asks for the last transcripts, and then closes by itself. */
abstract class TranscriberSession extends SttSession {
  protected readonly isEager = true;
  protected readonly begin = undefined;
  /** The client's last request. */
  protected abstract readonly terminate: RegExp;

  protected command(frame: string): 'close' | undefined {
    return this.terminate.test(frame) ? 'close' : undefined;
  }

  protected override closeAfterLast(): void {
    this.send(this.last!);
  }

  protected override reportError({ message = 'injected error' }: Extract<Fault, { kind: 'error-event' }>): void {
    this.stopTimers();
    this.send({ error: message, error_code: 3005 });
  }
}

/** `/v3/ws`: Universal Streaming. */
export class StreamingTranscriberSession extends TranscriberSession {
  protected readonly terminate = /"Terminate"/;
  protected readonly last = { type: 'Termination', audio_duration_seconds: 1, session_duration_seconds: 1 };

  constructor(...connection: ConstructorParameters<typeof ProviderSession>) {
    super(...connection);
    if (this.now().greets !== false) this.send({ type: 'Begin', id: 'a-session', expires_at: 1_800_000_000 });
  }

  protected transcript(transcript: string): object {
    return { type: 'Turn', turn_order: 0, end_of_turn: false, turn_is_formatted: false, transcript, words: [] };
  }

  protected end(transcript: string): object {
    return { ...this.transcript(transcript), end_of_turn: true };
  }
}

/** `/v2/realtime/ws`: the API before it. */
export class RealtimeTranscriberSession extends TranscriberSession {
  protected readonly terminate = /"terminate_session":\s*true/;
  protected readonly last = { message_type: 'SessionTerminated' };

  constructor(...connection: ConstructorParameters<typeof ProviderSession>) {
    super(...connection);
    const expires_at = '2026-01-01T00:00:00.000000';
    if (this.now().greets !== false) this.send({ message_type: 'SessionBegins', session_id: 'a-session', expires_at });
  }

  protected transcript(text: string): object {
    return this.message('PartialTranscript', text);
  }

  protected end(text: string): object {
    return this.message('FinalTranscript', text);
  }

  private message(message_type: string, text: string): object {
    const created = '2026-01-01T00:00:00.000000';
    return { message_type, text, created, audio_start: 0, audio_end: 1, confidence: 1, words: [] };
  }
}
