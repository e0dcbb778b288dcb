import type { Fault } from '../behaviour.ts';
import type { Chunks } from './chunks.ts';
import { ProviderSession } from './provider-session.ts';

interface Generation {
  readonly chunks: Chunks;
  readonly metadata: unknown;
  /** It is of the default conversation, which has one response at a time. */
  readonly isExclusive: boolean;
}

/** A message of the client. */
interface Request {
  type?: string;
  event_id?: string;
  response_id?: string;
  response?: { conversation?: string; metadata?: unknown };
  session?: { voice?: unknown; audio?: { output?: { voice?: unknown } } };
}

/**
 * OpenAI: responses on one connection, in the words of the Realtime API, of its beta when the client asks for that, or of the
 * Responses API.
 */
export class RealtimeSession extends ProviderSession {
  private readonly generations = new Map<string, Generation>();
  private readonly isBeta = this.seen.upgrade?.headers['openai-beta'] !== undefined;
  private readonly isRealtime = !/\/responses\b/.test(this.seen.upgrade?.url ?? '');
  private count = 0;
  private events = 0;
  private hasSpoken = false;

  constructor(...connection: ConstructorParameters<typeof ProviderSession>) {
    super(...connection);
    const greets = this.isRealtime && this.now().greets !== false;
    if (greets) this.tellSession('session.created', this.isBeta ? 'alloy' : 'marin');
  }

  protected request(data: Buffer, isBinary: boolean): void {
    const message = (isBinary ? undefined : this.note(data.toString())) as Request | undefined;
    if (message === undefined || this.due()) return;
    const { refuses } = this.now();
    const isRefused = message.type === 'response.create' || message.type === 'session.update';
    if (refuses !== undefined && isRefused) this.refuse(refuses, message.event_id);
    else if (message.type === 'response.create') this.create(message);
    else if (message.type === 'response.cancel') this.cancel(message);
    else if (message.type === 'session.update') this.update(message);
  }

  private create({ event_id, response: { conversation, metadata = null } = {} }: Request): void {
    const isExclusive = conversation !== 'none';
    if (this.now().begins && this.count === 0) this.begin();
    if (isExclusive && [...this.generations.values()].some((one) => one.isExclusive)) {
      this.refuse('conversation_already_has_active_response', event_id);
    } else this.begin(isExclusive, metadata);
  }

  /** Begins a response, as the provider also does by itself when it hears the user. */
  begin(isExclusive = true, metadata: unknown = null): void {
    const id = `resp_${++this.count}`;
    const chunks = this.chunksOf(
      () => this.speak(id),
      () => {
        if (this.now().done !== false) this.finish(id, 'completed');
      },
    );
    const generation: Generation = { chunks, metadata, isExclusive };
    this.generations.set(id, generation);
    this.newest = id;
    this.tell('response.created', id, generation, 'in_progress');
    chunks.add(this.chunksPerAnswer);
  }

  private speak(id: string): void {
    this.hasSpoken = true;
    const type = this.isBeta ? 'response.audio.delta' : 'response.output_audio.delta';
    const place = { item_id: `item_${id}`, output_index: 0, content_index: 0 };
    this.send({ type, response_id: id, ...place, delta: this.nextAudio().toString('base64') });
  }

  private finish(id: string, status: string): void {
    const generation = this.generations.get(id);
    if (generation === undefined) return;
    generation.chunks.stop();
    this.generations.delete(id);
    this.tell(this.isRealtime ? 'response.done' : `response.${status}`, id, generation, status);
  }

  private tell(type: string, id: string, { isExclusive, metadata }: Generation, status: string): void {
    const conversation_id = isExclusive ? 'conv_1' : null;
    this.send({ type, response: { object: 'realtime.response', id, conversation_id, metadata, status } });
  }

  private cancel({ event_id, response_id }: Request): void {
    if (this.now().ignoreCancel) return;
    if (this.now().forgets) this.stopTimers();
    const id = response_id ?? [...this.generations].find(([, one]) => one.isExclusive)?.[0];
    if (id !== undefined && this.generations.has(id)) this.finish(id, 'cancelled');
    else this.refuse('response_cancel_not_active', event_id);
  }

  private update({ event_id, session }: Request): void {
    const voice = session?.audio?.output?.voice ?? session?.voice;
    if (voice !== undefined && this.hasSpoken) this.refuse('cannot_update_voice', event_id);
    else this.tellSession('session.updated', voice);
  }

  private tellSession(type: string, voice: unknown): void {
    this.send({ type, session: this.isBeta ? { voice } : { type: 'realtime', audio: { output: { voice } } } });
  }

  private refuse(code: string, event_id: string | undefined, message = `refused: ${code}`): void {
    const error = { type: 'invalid_request_error', code, message, param: null, event_id: event_id ?? null };
    this.send({ type: 'error', error });
  }

  protected override send(message: object): void {
    super.send({ event_id: `event_${++this.events}`, ...message });
  }

  protected reportError({ message = 'injected error' }: Extract<Fault, { kind: 'error-event' }>): void {
    const { newest } = this;
    this.refuse('injected', undefined, message);
    // The Realtime API says of every response that it is over.
    if (this.isRealtime) this.finish(newest, 'failed');
    this.generations.get(newest)?.chunks.stop();
    this.generations.delete(newest);
  }

  protected stopTimers(): void {
    for (const { chunks } of this.generations.values()) chunks.stop();
    this.generations.clear();
  }
}
