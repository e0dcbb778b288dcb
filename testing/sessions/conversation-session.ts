import type { Fault } from '../behaviour.ts';
import { ProviderSession } from './provider-session.ts';

/** A message of the client. */
interface Request {
  type?: string;
}

/** `/v1/convai/conversation` of ElevenLabs: the agent answers each message of the user with speech. */
export class ConversationSession extends ProviderSession {
  private left = 0;
  private events = 0;
  private timer: NodeJS.Timeout | undefined;
  /** Another one when an error has ended the answer. */
  private turn = {};

  protected request(data: Buffer): void {
    const message = this.note(data.toString()) as Request | undefined;
    if (message?.type === 'conversation_initiation_client_data') this.greet();
    else if (!this.due() && /^(user|multimodal)_message$/.test(message?.type ?? '')) this.answer();
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

  private answer(): void {
    this.left += this.chunksPerAnswer;
    if (this.timer === undefined) this.step();
  }

  private step(): void {
    this.timer = undefined;
    const { turn } = this;
    const interval = this.now().interval ?? 2;
    const pace = this.left === Number.POSITIVE_INFINITY ? Math.max(interval, 1) : interval;
    while (this.left > 0 && !this.mute) {
      this.speak();
      this.left--;
      if (this.due() || this.turn !== turn) return;
      if (pace > 0) {
        this.timer = setTimeout(() => this.step(), pace);
        return;
      }
    }
    if (this.now().done === false) return;
    this.send({ type: 'agent_response', agent_response_event: { agent_response: 'hello' } });
    this.send({ type: 'agent_response_complete' });
  }

  private speak(): void {
    const audio = this.given(this.seen.chunks) ?? Buffer.alloc(this.now().chunkBytes ?? 64, 7);
    const audio_base_64 = Buffer.from(audio as Uint8Array).toString('base64');
    this.send({ type: 'audio', audio_event: { audio_base_64, event_id: ++this.events } });
    this.seen.chunks++;
  }

  /** The SDK hands it to the app as any other message. */
  protected reportError({ message = 'injected error' }: Extract<Fault, { kind: 'error-event' }>): void {
    this.stopTimers();
    this.send({ type: 'client_error', client_error_event: { message } });
  }

  protected stopTimers(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.left = 0;
    this.turn = {};
  }
}
