/** How a response ended that was to be cancelled. */
export type Cancelled = 'cancelled' | 'ended' | 'idle' | 'timeout';

/** The limits of a call that waits for the provider. */
export interface AnswerOptions {
  /** Ends the wait: the call rejects with the reason of the signal. Default none. */
  signal?: AbortSignal;
  /** The longest wait in ms, from 1 to 2147483647. Default 60000. The wait for an earlier response is a part of it. */
  timeout?: number;
}

/** The responses and the voice of a Realtime session: calls that ask for nothing which the provider would refuse. */
export interface RealtimeSession {
  /** The ids of the responses between `response.created` and `response.done`. Every look gives a new set. */
  readonly activeResponses: ReadonlySet<string>;
  /**
   * Sends `response.create` once no response of the default conversation is requested or active. One with
   * `conversation: 'none'` waits for nothing. It marks the response in its `metadata`, under `hangup_request`.
   *
   * @returns the response's id, at `response.created`
   * @throws {DisconnectedError} {StreamEndedError} {HangupError} with the provider's code, when the provider refuses it;
   *   {TypeError} on an unknown option; {ReceiveTimeoutError} when the response has not begun in time; the signal's reason,
   *   when it is aborted. After the last two, a response that begins all the same is cancelled
   */
  createResponse(response?: object, options?: AnswerOptions): Promise<string>;
  /**
   * Sends `response.cancel` for a response that is active, or as soon as it is there for one that is requested. Never rejects.
   *
   * @param id Default: the response of the default conversation
   * @returns `cancelled`; `ended`, when it came to its end by itself or was lost; `idle`, when there is none; `timeout`, when
   *   the provider has not ended it within 500 ms
   */
  cancelResponse(id?: string): Promise<Cancelled>;
  /**
   * Sends a `session.update` with the voice alone, and waits until the session has it.
   *
   * @throws {VoiceLockedError} once the assistant has spoken: then it sends nothing. The session goes on. The other errors are
   *   those of `createResponse()`
   */
  setVoice(voice: string | { id: string }, options?: AnswerOptions): Promise<void>;
}
