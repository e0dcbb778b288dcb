import type { Disconnectable, DisconnectableClient, DisconnectReport } from '../../core/disconnectable.ts';
import { makeOverlay, type Overlay as OverlayOf } from '../overlay.ts';
import type { OverlayOptions } from '../seams/overlay-options.ts';
import { families } from './families/index.ts';
import { packageName } from './package-name.ts';
import { targets } from './targets.ts';

export type * from '../../core/disconnectable.ts';
export type { OverlayOptions };

/** The type of a connection, overlaid. */
export type Seamed<W> = (W extends { endSession(): unknown }
  ? {
      /** As before, and bounded: after 1000 ms without an answer the connection is destroyed. Never rejects. */
      endSession(): Promise<DisconnectReport>;
    }
  : W extends { close(): unknown }
    ? {
        /** As before, and bounded: after 1000 ms without an answer the connection is destroyed. Never rejects. */
        close(): Promise<DisconnectReport>;
      }
    : unknown) &
  Disconnectable &
  W;

/** The type of a target, overlaid. */
export type Overlaid<T> = T extends abstract new (
  ...args: infer A
) => infer I
  ? { new (...args: A): Seamed<I>; prototype: Seamed<I> } & Omit<T, 'prototype'>
  : T extends { speechToText: { realtime: { connect(...args: infer A): Promise<infer R> } } }
    ? { speechToText: { realtime: { connect(...args: A): Promise<Seamed<R>> } } } & T & DisconnectableClient
    : Seamed<T>;

export type Overlay<T> = OverlayOf<Overlaid<T>>;

/**
 * Gives an object of the ElevenLabs SDK `disconnect()`, `connected` and bounded, attributable ends.
 *
 * A client is covered with its requests, and with the connections that `speechToText.realtime` opens. It does not make
 * conversations: overlay the class `Conversation` too. The client of a conversation also ends that conversation.
 *
 * The seams go onto the SDK's classes; options count for the target alone. On a class that has its seams already (by
 * `hangup/register`, or by an earlier call) only the options are set.
 *
 * @param target a client (`ElevenLabsClient`), a class of connections (`RealtimeConnection`, `Conversation`), or a connection
 * @throws {TypeError} on an unknown option or an invalid budget
 * @throws {PatchError} when the target is none of these, is frozen, or overrides a member that hangup has to reach. Then
 *   nothing has been changed
 */
export const overlay = makeOverlay({
  families,
  packageName,
  isTested: (version) => targets.some(({ versions }) => versions.includes(version)),
  self: import.meta.url,
  accepts: 'a client (new ElevenLabsClient(…)), the class RealtimeConnection or Conversation, or a connection',
}) as <T extends object>(target: T, options?: OverlayOptions) => Overlay<T>;
