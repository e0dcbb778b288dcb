import type { Fault } from '../behaviour.ts';
import { ProviderSession } from './provider-session.ts';

/** A message of the client. */
interface Request {
  type?: string;
}

/** `/v1/convai/conversation` of ElevenLabs: the agent answers each message of the user with speech. */
export class ConversationSession extends ProviderSession {
  private events = 0;
  private readonly answer = this.chunksOf(
    () => this.speak(),
    () => this.finish(),
  );

  protected request(data: Buffer): void {
    const message = this.note(data.toString()) as Request | undefined;
    if (message?.type === 'conversation_initiation_client_data') this.greet();
    else if (!this.due() && /^(user|multimodal)_message$/.test(message?.type ?? ''))
      this.answer.add(this.chunksPerAnswer);
  }

  private greet(): void {
    if (this.now().greets === false) return;
    const conversation_initiation_metadata_event = {
      conversation_id: 'a-conversation',
      agent_output_audio_format: 'pcm_16000',
      user_input_audio_format: 'pcm_16000',
    };
    this.send({ type: 'conversation_initiation_metadata', conversation_initiation_metadata_event });
  }

  private finish(): void {
    if (this.now().done === false) return;
    this.send({ type: 'agent_response', agent_response_event: { agent_response: 'hello' } });
    this.send({ type: 'agent_response_complete' });
  }

  private speak(): void {
    const audio_base_64 = this.nextAudio().toString('base64');
    this.send({ type: 'audio', audio_event: { audio_base_64, event_id: ++this.events } });
  }

  /** The SDK hands it to the app as any other message. */
  protected reportError({ message = 'injected error' }: Extract<Fault, { kind: 'error-event' }>): void {
    this.stopTimers();
    this.send({ type: 'client_error', client_error_event: { message } });
  }

  protected stopTimers(): void {
    this.answer.stop();
  }
}
