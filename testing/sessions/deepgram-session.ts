import type { Fault } from '../behaviour.ts';
import type { ProviderSession } from './provider-session.ts';
import { SttSession } from './stt-session.ts';

const request_id = 'a-request';

/** Deepgram: what comes is answered as it comes. The client says when nothing more follows, and the provider then closes. */
abstract class DeepgramSession extends SttSession {
  protected readonly isEager: boolean = true;
  protected readonly begin: object | undefined = undefined;
  protected readonly last: object | undefined = undefined;

  protected command(frame: string): 'transcribe' | 'close' | undefined {
    return /"type":\s*"(CloseStream|Close)"/.test(frame) ? 'close' : undefined;
  }

  protected override reportError({ message = 'injected error' }: Extract<Fault, { kind: 'error-event' }>): void {
    this.stopTimers();
    this.send({ type: 'Error', code: 'INJECTED', description: message, message, variant: 'Error', request_id });
  }
}

/** `/v1/listen` */
export class ListenSession extends DeepgramSession {
  protected override readonly last = { type: 'Metadata', request_id, duration: 1, channels: 1 };

  protected transcript(transcript: string, is_final = false): object {
    const channel = { alternatives: [{ transcript, confidence: 1, words: [] }] };
    return { type: 'Results', channel_index: [0, 1], duration: 1, start: 0, is_final, speech_final: is_final, channel };
  }

  protected end(transcript: string): object {
    return this.transcript(transcript, true);
  }
}

/** `/v2/listen`: Flux. */
export class FluxSession extends DeepgramSession {
  constructor(...connection: ConstructorParameters<typeof ProviderSession>) {
    super(...connection);
    this.send({ type: 'Connected', request_id, sequence_id: 0 });
  }

  protected transcript(transcript: string, event = 'Update'): object {
    return { type: 'TurnInfo', event, request_id, sequence_id: 1, turn_index: 0, transcript, words: [] };
  }

  protected end(transcript: string): object {
    return this.transcript(transcript, 'EndOfTurn');
  }
}

/** `/v1/speak`, `/v2/speak`: a text is answered by audio. */
export class SpeakSession extends DeepgramSession {
  protected override readonly isEager = false;

  protected override command(frame: string): 'transcribe' | 'close' | undefined {
    return /"type":\s*"Speak"/.test(frame) ? 'transcribe' : super.command(frame);
  }

  protected transcript(): object {
    return Buffer.alloc(this.now().chunkBytes ?? 64, 1);
  }

  protected end(): object {
    return { type: 'Flushed', sequence_id: 0 };
  }
}

/** `/v1/agent/converse`, and before it `/agent`: a message of the user is answered by speech. */
export class AgentSession extends DeepgramSession {
  protected override readonly isEager = false;
  protected override readonly begin = {
    type: 'AgentStartedSpeaking',
    total_latency: 0,
    tts_latency: 0,
    ttt_latency: 0,
  };

  constructor(...connection: ConstructorParameters<typeof ProviderSession>) {
    super(...connection);
    this.send({ type: 'Welcome', request_id });
  }

  protected override command(frame: string): 'transcribe' | undefined {
    if (/"type":\s*"Settings"/.test(frame)) this.send({ type: 'SettingsApplied' });
    return /"type":\s*"Inject(User|Agent)Message"/.test(frame) ? 'transcribe' : undefined;
  }

  protected transcript(): object {
    return Buffer.alloc(this.now().chunkBytes ?? 64, 1);
  }

  protected end(): object {
    return { type: 'AgentAudioDone' };
  }
}
