import type { Disconnectable, DisconnectableClient, DisconnectReport } from '../../core/disconnectable.ts';
import { makeOverlay, type Overlay as OverlayOf } from '../overlay.ts';
import type { OverlayOptions } from '../seams/overlay-options.ts';
import { families } from './families/index.ts';
import { packageName } from './package-name.ts';
import { targets } from './targets.ts';

export type * from '../../core/disconnectable.ts';
export type { OverlayOptions };

/** The type of a session, overlaid. */
export type Seamed<S> = {
  /** As before, and bounded: after 1000 ms without an answer the connection is destroyed. Never rejects. */
  close(): Promise<DisconnectReport>;
} & Disconnectable &
  S;

/** The type of a target, overlaid. */
export type Overlaid<T> = T extends abstract new (
  ...args: infer A
) => infer I
  ? { new (...args: A): Seamed<I>; prototype: Seamed<I> } & Omit<T, 'prototype'>
  : T extends { live: infer L }
    ? { live: Connecting<L> & (L extends { music: infer M } ? { music: Connecting<M> } : unknown) } & T &
        DisconnectableClient
    : Seamed<T>;

/** A part of a client that makes sessions. */
type Connecting<L> = L extends { connect(...args: infer A): Promise<infer S> }
  ? { connect(...args: A): Promise<Seamed<S>> }
  : unknown;

export type Overlay<T> = OverlayOf<Overlaid<T>>;

/**
 * Gives an object of the Google GenAI SDK `disconnect()`, `connected` and bounded, attributable ends.
 *
 * A client is covered with its requests, and with the sessions that it opens from then on: from the call of
 * `client.live.connect()`, while there is no session yet.
 *
 * The seams go onto the SDK's classes; options count for the target alone. On a class that has its seams already (by
 * `hangup/register`, or by an earlier call) only the options are set.
 *
 * @param target a client (`GoogleGenAI`), the class `Session`, or a session. Without its client, a session is covered only
 *   once it is open
 * @throws {TypeError} on an unknown option or an invalid budget
 * @throws {PatchError} when the target is none of these, is frozen, or overrides a member that hangup has to reach. Then
 *   nothing has been changed
 */
export const overlay = makeOverlay({
  families,
  packageName,
  isTested: (version) => targets.some(({ versions }) => versions.includes(version)),
  self: import.meta.url,
  accepts: 'a client (new GoogleGenAI(…)), the class Session, or a session',
}) as <T extends object>(target: T, options?: OverlayOptions) => Overlay<T>;
