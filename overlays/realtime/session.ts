import { onAbort } from '../../core/deadline.ts';
import { DisconnectedError, HangupError } from '../../core/errors.ts';
import { caps } from '../../core/limits.ts';
import { none } from '../connection/streams.ts';
import { uuid } from '../foreign/uuid.ts';
import type { ClientEvent, ServerEvent } from './events.ts';
import type { Cancelled } from './realtime-session.ts';
import { ActiveResponse, Responses } from './responses.ts';
import { VoiceLockedError } from './voice-locked.ts';

/** The connection of a session. */
export interface Link {
  isOpen(): boolean;
  post(event: ClientEvent & object): void;
  /** @throws {DisconnectedError} {StreamEndedError} when the call can have no answer any more */
  check(call: string): void;
  scrub(text: string): string;
}

/** Something that was asked of the provider, and its answer. */
interface Asked {
  readonly eventId: unknown;
  refusal?: Error;
}

interface AskedResponse extends Asked {
  readonly isExclusive: boolean;
  response?: ActiveResponse;
  /** It is to be cancelled as soon as it is there. */
  isUnwanted?: boolean;
}

/** Tells which response was made for which request. The provider hands metadata back as it is. */
const metadataKey = 'hangup_request';
const busyCode = 'conversation_already_has_active_response';
const lockedCode = 'cannot_update_voice';

/** The responses and the voice of one session: it asks for nothing that the provider would refuse. */
export class Session {
  readonly responses = new Responses(() => this.reset((call) => new DisconnectedError(call)));
  readonly #link: Link;
  /** The responses that were asked for, and have not begun. */
  #requested: readonly AskedResponse[] = none;
  #voiceChange: (Asked & { readonly voice: unknown }) | undefined;
  /** The event ids of requests that were given up without an answer: a response that begins all the same is cancelled. */
  #late: Set<unknown> | undefined;
  /** The event ids of requests to cancel: the provider's errors about them reach nobody. */
  #cancels: Map<unknown, ActiveResponse> | undefined;
  /** Audio of the assistant was heard. */
  hasSpoken = false;
  /** The protocol before GA names the voice otherwise. */
  isBeta = false;
  /** Counts the responses that have ended, the unknown ones too. */
  #ended = 0;
  #waiting: readonly (() => void)[] = none;

  constructor(link: Link) {
    this.#link = link;
  }

  get active(): ReadonlySet<string> {
    return new Set(this.responses.open.map(({ contextId }) => contextId));
  }

  // -- what passes by --

  /** The app has sent an event by itself. */
  onSent({ type, event_id: eventId, response }: ClientEvent): void {
    if (type === 'response.create') this.#request({ eventId, isExclusive: isExclusive(response) });
  }

  /** @returns false when the event is the answer to a request of hangup's, which tells the caller */
  onEvent(event: ServerEvent): boolean {
    // The pieces of answers pass here. It is short, so that V8 takes it into the function that calls it.
    if (event.delta === undefined) return this.#onTurn(event);
    this.hasSpoken ||= isAudio(event.type);
    return true;
  }

  /** An event that is no piece of an answer. */
  #onTurn(event: ServerEvent): boolean {
    switch (event.type) {
      case 'response.created':
        this.#onCreated(event.response);
        break;
      case 'response.done':
        this.#ended += 1;
        this.responses.find(event.response?.id)?.end(event.response?.status);
        this.wake();
        break;
      case 'session.created':
      case 'session.updated':
        this.#onSession(event.session);
        break;
      case 'error':
        return !this.#onRefusal(event.error ?? {});
    }
    return true;
  }

  #onCreated(made: (ServerEvent['response'] & { metadata?: Record<string, unknown> | null }) | undefined): void {
    if (typeof made?.id !== 'string') return;
    const response = new ActiveResponse(made.id, made.conversation_id !== null);
    this.responses.add(response);
    // The provider also makes responses by itself, when it hears the user.
    const isOurs = ({ eventId }: Asked) =>
      made.metadata === undefined || made.metadata?.[metadataKey] === (isOwn(eventId) ? eventId : undefined);
    const asked = this.#requested.find((one) => one.isExclusive === response.isExclusive && isOurs(one));
    if (asked !== undefined) {
      this.#drop(asked);
      asked.response = response;
      if (asked.isUnwanted) void this.#cancel(response);
    } else if (this.#late?.delete(made.metadata?.[metadataKey])) void this.#cancel(response);
    this.wake();
  }

  #onSession(session: ServerEvent['session']): void {
    // A provider may send anything.
    if (typeof session !== 'object' || session === null) return;
    this.isBeta = session.audio === undefined && session.voice !== undefined;
    const { output } = (session.audio ?? {}) as { output?: { voice?: unknown } };
    const voice = idOf(output?.voice ?? session.voice);
    if (this.#voiceChange?.voice === voice) this.#voiceChange = undefined;
    this.wake();
  }

  /** @returns whether it is about a request of hangup's */
  #onRefusal({ event_id: eventId, code, message }: NonNullable<ServerEvent['error']>): boolean {
    // There is no such response any more.
    this.#cancels?.get(eventId)?.end();
    this.#late?.delete(eventId);
    const voice = this.#voiceChange?.eventId === eventId ? this.#voiceChange : undefined;
    // An event of the app's that has no id is answered by an error without one.
    const asked = voice ?? this.#requested.find((one) => (one.eventId ?? null) === (eventId ?? null));
    if (asked === undefined) return isOwn(eventId);
    asked.refusal =
      voice !== undefined && code === lockedCode
        ? new VoiceLockedError()
        : new HangupError(typeof code === 'string' ? code : 'ERR_PROVIDER', this.#link.scrub(String(message)));
    this.#voiceChange = voice === undefined ? this.#voiceChange : undefined;
    this.#drop(asked as AskedResponse);
    this.wake();
    return isOwn(eventId);
  }

  #request(asked: AskedResponse): void {
    this.#requested = this.#requested.concat(asked);
  }

  #drop(asked: AskedResponse): void {
    this.#requested = this.#requested.filter((one) => one !== asked);
  }

  /** The connection is lost, or another one is open: the provider answers nothing that was asked before. */
  reset(makeCause: (call: string) => Error): void {
    // An error costs more than all else here, and thousands of connections may end together.
    for (const asked of this.#requested) asked.refusal = makeCause('createResponse()');
    if (this.#voiceChange !== undefined) this.#voiceChange.refusal = makeCause('setVoice()');
    this.#requested = none;
    this.#voiceChange = undefined;
    this.#late = undefined;
    this.hasSpoken = false;
    for (const response of this.responses.open) response.end();
    this.wake();
  }

  /** Something has changed for those who wait. */
  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = none;
    for (const wake of waiting) wake();
  }

  /** Waits until something has changed. @throws the signal's reason */
  async #change(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    let off = () => {};
    await new Promise<void>((resolve) => {
      this.#waiting = this.#waiting.concat(resolve);
      if (signal !== undefined) off = onAbort(signal, resolve);
    });
    off();
    signal?.throwIfAborted();
  }

  /** Nothing is requested or active. */
  get isFree(): boolean {
    return this.#requested.length === 0 && this.responses.open.length === 0;
  }

  /** @returns a promise of the time when nothing is requested or active; `undefined` when nothing is */
  whenFree(): Promise<void> | undefined {
    if (this.isFree) return undefined;
    return (async () => {
      while (!this.isFree) await this.#change();
    })();
  }

  // -- what the app asks for --

  /** Acts as soon as the condition holds, before anybody else can. */
  async #when<R>(condition: () => boolean, act: () => R, call: string, signal?: AbortSignal): Promise<R> {
    for (;;) {
      signal?.throwIfAborted();
      this.#link.check(call);
      if (condition()) return act();
      await this.#change(signal);
    }
  }

  get #isBusy(): boolean {
    return [...this.#requested, ...this.responses.open].some((one) => one.isExclusive);
  }

  /** Asks for a response when the conversation is free. */
  async create(response: object | undefined, signal?: AbortSignal): Promise<string> {
    const exclusive = isExclusive(response);
    let least = 0;
    for (;;) {
      const isFree = () => this.#link.isOpen() && !(exclusive && this.#isBusy) && this.#ended >= least;
      const asked = await this.#when(isFree, () => this.#ask(response, exclusive), 'createResponse()', signal);
      try {
        while (!isAnswered(asked)) await this.#change(signal);
      } catch (error) {
        if (asked.response !== undefined) void this.#cancel(asked.response);
        else this.#giveUp(asked, error as Error);
        throw error;
      }
      if (asked.response !== undefined) return asked.response.contextId;
      if ((asked.refusal as Partial<HangupError>).code !== busyCode) throw asked.refusal;
      // The provider has begun one by itself, of which hangup may not know.
      least = this.#isBusy ? 0 : this.#ended + 1;
    }
  }

  /** Nobody waits for this request any longer: neither for the conversation to be free, nor to cancel it. */
  #giveUp(asked: AskedResponse, refusal: Error): void {
    // It was answered in the same tick: no response follows.
    if (asked.refusal !== undefined) return;
    asked.refusal = refusal;
    this.#late ??= new Set();
    this.#late.add(asked.eventId);
    this.#drop(asked);
    this.wake();
  }

  #ask(response: object | undefined, exclusive: boolean): AskedResponse {
    const asked: AskedResponse = { eventId: newId(), isExclusive: exclusive };
    const { metadata } = (response ?? {}) as { metadata?: object | null };
    const marked = { ...response, metadata: { ...metadata, [metadataKey]: asked.eventId } };
    this.#request(asked);
    this.#link.post({ type: 'response.create', event_id: asked.eventId, response: marked });
    return asked;
  }

  /** Cancels a response; without an id, that of the default conversation. Never rejects. */
  async cancel(id?: string): Promise<Cancelled> {
    const active = this.responses.open;
    const response = id === undefined ? active.find((one) => one.isExclusive) : this.responses.find(id);
    const asked = id === undefined ? this.#requested.find((one) => one.isExclusive) : undefined;
    if (response === undefined && asked === undefined) return 'idle';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<'timeout'>((resolve) => {
      timer = setTimeout(resolve, caps.cancel, 'timeout');
    });
    const cancelled = response === undefined ? this.#cancelAsked(asked!) : this.#cancel(response);
    return Promise.race([cancelled, late]).finally(() => clearTimeout(timer));
  }

  /** Cancels everything that is requested or active. @returns `undefined` when nothing is */
  cancelAll(): Promise<unknown> | undefined {
    const cancels = [
      ...this.responses.open.map((response) => this.#cancel(response)),
      ...this.#requested.map((asked) => this.#cancelAsked(asked)),
    ];
    return cancels.length === 0 ? undefined : Promise.all(cancels);
  }

  async #cancelAsked(asked: AskedResponse): Promise<Cancelled> {
    asked.isUnwanted = true;
    while (!isAnswered(asked)) await this.#change();
    return asked.response === undefined ? 'ended' : this.#cancel(asked.response);
  }

  async #cancel(response: ActiveResponse): Promise<Cancelled> {
    if (!response.isCancelled && this.#link.isOpen()) {
      response.isCancelled = true;
      const eventId = newId();
      this.#cancels ??= new Map();
      this.#cancels.set(eventId, response);
      void response.over.then(() => this.#cancels?.delete(eventId));
      this.#link.post({ type: 'response.cancel', event_id: eventId, response_id: response.contextId } as ClientEvent);
    }
    const status = await response.over;
    return status === 'cancelled' ? status : 'ended';
  }

  /** Changes the voice, and nothing else: the provider refuses the whole of an update that it refuses a part of. */
  async setVoice(voice: string | { id: string }, signal?: AbortSignal): Promise<void> {
    const isFree = () => this.#link.isOpen() && this.#voiceChange === undefined;
    const change = await this.#when(isFree, () => this.#askForVoice(voice), 'setVoice()', signal);
    try {
      while (this.#voiceChange === change) await this.#change(signal);
    } catch (error) {
      if (this.#voiceChange === change) this.#voiceChange = undefined;
      this.wake();
      throw error;
    }
    if (change.refusal !== undefined) throw change.refusal;
  }

  #askForVoice(voice: string | { id: string }): Asked {
    if (this.hasSpoken) throw new VoiceLockedError();
    const change = { eventId: newId(), voice: idOf(voice) };
    this.#voiceChange = change;
    const session = this.isBeta ? { voice } : { type: 'realtime', audio: { output: { voice } } };
    this.#link.post({ type: 'session.update', event_id: change.eventId, session } as ClientEvent);
    return change;
  }
}

const isAudio = (type: unknown): boolean => type === 'response.output_audio.delta' || type === 'response.audio.delta';
const newId = () => `hangup_${uuid()}`;
const isOwn = (eventId: unknown): boolean => typeof eventId === 'string' && eventId.startsWith('hangup_');
const isAnswered = ({ response, refusal }: AskedResponse): boolean => response !== undefined || refusal !== undefined;
const idOf = (voice: unknown): unknown => (voice as { id?: unknown } | undefined)?.id ?? voice;

/** A response outside of the default conversation may be made beside others. */
function isExclusive(response: unknown): boolean {
  return (response as { conversation?: unknown } | undefined)?.conversation !== 'none';
}
