import type { Deadline } from './deadline.ts';
import type { EndReport, ForceReason } from './disconnectable.ts';

/** One polite step. */
export interface Step {
  readonly name: string;
  /** The longest that this step may take, in ms. The deadline of the whole end may cut it shorter. Default: no cap. */
  readonly cap?: number | undefined;
  /**
   * Begins the step. The promise settles when the step is done; `undefined` says that there is nothing to do.
   *
   * @param limit the time that is left to this step, to be handed on to everything that the step ends
   */
  ask(limit: Deadline): PromiseLike<unknown> | undefined;
}

/** A thing that can hang, and how the ladder reaches it: a socket, a client, a session, a process. */
export interface Endable {
  /** Names it in reports: `socket tts`, `session 42`. */
  readonly name: string;
  /** How long it may take to report its end after {@link force}, in ms. `null`: no limit, because its members have theirs. */
  readonly forceCap?: number | null | undefined;
  /** Refuses new work. Runs first, in the tick of `end()`. */
  closeDoor?(): void;
  /** The polite steps, in order. Called once, when the end begins. When it throws, there are none, and the report says so. */
  steps(): readonly Step[];
  /**
   * Destroys it, and calls `ended` when it has gone. Called once. Only as the last resort, a level whose `forceCap` is `null`
   * is called again while its first call stands, so that it reaches the members whose turn has not come.
   *
   * @returns false when nothing was left to destroy; `ended` is not called then
   */
  force(ended: () => void, reason: ForceReason): boolean;
  /** Releases every waiter. Runs last. @returns the names of all that had not ended by itself */
  settle?(): readonly string[];
  /** The reports of its members, when it has some. */
  members?(): EndReport[] | undefined;
  /** Takes secrets out of an error that goes into the report. */
  clean?(error: unknown): Error | undefined;
}
