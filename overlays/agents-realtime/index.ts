import type { Disconnectable, DisconnectReport } from '../../core/disconnectable.ts';
import { makeOverlay, type Overlay as OverlayOf } from '../overlay.ts';
import type { OverlayOptions } from '../seams/overlay-options.ts';
import { families } from './families/index.ts';
import { packageName } from './package-name.ts';
import { targets } from './targets.ts';

export type * from '../../core/disconnectable.ts';
export type { OverlayOptions };

/** The type of a session or a transport, overlaid. */
export type Seamed<W> = {
  /** As before, and bounded: after 1000 ms without an answer the connection is destroyed. Never rejects. */
  close(): Promise<DisconnectReport>;
} & Disconnectable &
  W;

/** The type of a target, overlaid. */
export type Overlaid<T> = T extends abstract new (
  ...args: infer A
) => infer I
  ? { new (...args: A): Seamed<I>; prototype: Seamed<I> } & Omit<T, 'prototype'>
  : Seamed<T>;

export type Overlay<T> = OverlayOf<Overlaid<T>>;

/**
 * Gives a session or a transport of `@openai/agents-realtime` `disconnect()`, `connected` and bounded, attributable ends.
 *
 * A session is covered with its transport. The seams go onto the SDK's classes; options count for the target alone. On a
 * class that has its seams already (by `hangup/register`, or by an earlier call) only the options are set.
 *
 * @param target a session (`RealtimeSession`) whose transport is `OpenAIRealtimeWebSocket`, or extends that; such a transport;
 *   or the class `OpenAIRealtimeWebSocket`
 * @throws {TypeError} on an unknown option or an invalid budget
 * @throws {PatchError} when the target is none of these, is frozen, or overrides a member that hangup has to reach. Then
 *   nothing has been changed
 */
export const overlay = makeOverlay({
  families,
  packageName,
  isTested: (version) => targets.some(({ versions }) => versions.includes(version)),
  self: import.meta.url,
  accepts: 'a session (new RealtimeSession(…)), the class OpenAIRealtimeWebSocket, or a transport of it',
}) as <T extends object>(target: T, options?: OverlayOptions) => Overlay<T>;
