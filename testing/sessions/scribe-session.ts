import type { Fault } from '../behaviour.ts';
import type { ProviderSession } from './provider-session.ts';
import { SttSession } from './stt-session.ts';

/**
 * `/v1/speech-to-text/realtime` of ElevenLabs: audio is transcribed as it comes. The transcript is committed when the client
 * asks for it; with `commit_strategy=vad` also when the provider has no more to say.
 */
export class ScribeSession extends SttSession {
  protected readonly isEager = true;
  protected readonly last = undefined;
  protected readonly begin = undefined;
  /** The client waits for a committed transcript. */
  private isAsked = false;
  private heard = 'hello';

  constructor(...connection: ConstructorParameters<typeof ProviderSession>) {
    super(...connection);
    if (this.now().greets !== false)
      this.send({ message_type: 'session_started', session_id: 'a-session', config: {} });
  }

  protected transcript(text: string): object {
    this.heard = text;
    return { message_type: 'partial_transcript', text };
  }

  protected end(text: string): object | undefined {
    const isVad = /[?&]commit_strategy=vad\b/.test(this.seen.upgrade?.url ?? '');
    if (!this.isAsked && !isVad) return undefined;
    this.isAsked = false;
    return this.committed(text);
  }

  protected command(frame: string): 'transcribe' | undefined {
    const isAlone = frame.includes('"audio_base_64":""');
    if (frame.includes('"commit":true')) this.commit(isAlone);
    return isAlone ? undefined : 'transcribe';
  }

  private commit(isAlone: boolean): void {
    if (!isAlone || this.isBusy) this.isAsked = true;
    else if (this.now().done !== false) this.send(this.committed(this.heard));
  }

  private committed(text: string): object {
    return { message_type: 'committed_transcript', text };
  }

  protected override reportError({ message = 'injected error' }: Extract<Fault, { kind: 'error-event' }>): void {
    this.stopTimers();
    this.send({ message_type: 'error', error: message });
  }
}
