import type { Disconnectable, DisconnectableClient, DisconnectReport } from '../../core/disconnectable.ts';
import { makeOverlay, type Overlay as OverlayOf } from '../overlay.ts';
import type { RealtimeSession } from '../realtime/realtime-session.ts';
import type { OverlayOptions } from '../seams/overlay-options.ts';
import { families } from './families/index.ts';
import { packageName } from './package-name.ts';
import { targets } from './targets.ts';

export type * from '../../core/disconnectable.ts';
export type * from '../realtime/realtime-session.ts';
export { VoiceLockedError } from '../realtime/voice-locked.ts';
export type { OverlayOptions };

/** The type of a connection, overlaid. */
export type Seamed<W> = (W extends { close(...args: infer C): unknown }
  ? {
      /** As before, and bounded: after 1000 ms without an answer the connection is destroyed. Never rejects. */
      close(...args: C): Promise<DisconnectReport>;
    }
  : unknown) &
  // Only a session of the Realtime API has it.
  (W extends { emitted(...args: never[]): unknown } ? RealtimeSession : unknown) &
  Disconnectable &
  W;

/** The type of a target, overlaid. */
export type Overlaid<T> = T extends abstract new (
  ...args: infer A
) => infer I
  ? { new (...args: A): Overlaid<I>; prototype: Overlaid<I> } & Omit<T, 'prototype'>
  : T extends { chat: unknown; baseURL: string }
    ? DisconnectableClient & T
    : Seamed<T>;

export type Overlay<T> = OverlayOf<Overlaid<T>>;

/**
 * Gives a class of the OpenAI SDK, or an instance of it, `disconnect()`, `connected` and bounded, attributable ends.
 *
 * A client does not know the classes of its connections. So an app overlays the client, for its requests and for one
 * `disconnect()` of all, and the class of its connections. The seams go onto the SDK's classes; options count for the target
 * alone. On a class that has its seams already (by `hangup/register`, or by an earlier call) only the options are set.
 *
 * @param target a client (`OpenAI`, `AzureOpenAI`), a class of connections (`OpenAIRealtimeWS`; `ResponsesWS` of 6.x), or an
 *   instance of one of them
 * @throws {TypeError} on an unknown option or an invalid budget
 * @throws {PatchError} when the target is none of these, is frozen, or overrides a member that hangup has to reach. Then
 *   nothing has been changed
 */
export const overlay = makeOverlay({
  families,
  packageName,
  isTested: (version) => targets.some(({ versions }) => versions.includes(version)),
  self: import.meta.url,
  accepts:
    'a client (new OpenAI(…)), the class OpenAIRealtimeWS from "openai/realtime/ws", ResponsesWS of 6.x, or a connection',
}) as <T extends object>(target: T, options?: OverlayOptions) => Overlay<T>;
