import type { Disconnectable, DisconnectableClient, DisconnectReport } from '../../core/disconnectable.ts';
import { makeOverlay, type Overlay as OverlayOf } from '../overlay.ts';
import type { OverlayOptions } from '../seams/overlay-options.ts';
import { families } from './families/index.ts';
import { packageName } from './package-name.ts';
import { targets } from './targets.ts';

export type * from '../../core/disconnectable.ts';
export type { OverlayOptions };

/** The type of a transcriber, overlaid. */
export type Seamed<W> = (W extends { close(...args: infer C): unknown }
  ? {
      /**
       * As before, and bounded: it waits for the end of the session as long as the SDK would, 5000 ms by default, and 1000 ms
       * for the close frame. Then the connection is destroyed. Never rejects.
       */
      close(...args: C): Promise<DisconnectReport>;
    }
  : unknown) &
  Disconnectable &
  W;

/** The type of a target, overlaid. */
export type Overlaid<T> = T extends abstract new (
  ...args: infer A
) => infer I
  ? { new (...args: A): Seamed<I>; prototype: Seamed<I> } & Omit<T, 'prototype'>
  : T extends { streaming: { transcriber(...args: never[]): unknown } }
    ? Opening<T, 'streaming'> & Opening<T, 'realtime'> & T & DisconnectableClient
    : Seamed<T>;

/** A part of a client that makes transcribers. */
type Opening<T, Part extends 'streaming' | 'realtime'> =
  T extends Record<Part, { transcriber(...args: infer A): infer R }>
    ? Record<Part, { transcriber(...args: A): Seamed<R> }>
    : unknown;

export type Overlay<T> = OverlayOf<Overlaid<T>>;

/**
 * Gives an object of the AssemblyAI SDK `disconnect()`, `connected` and bounded, attributable ends.
 *
 * A client is covered with its requests, and with the transcribers that it makes from then on.
 *
 * The seams go onto the SDK's classes; options count for the target alone. On a class that has its seams already (by
 * `hangup/register`, or by an earlier call) only the options are set. `assemblyai` and `assemblyai/streaming` have classes of
 * their own.
 *
 * @param target a client (`AssemblyAI`), a class of transcribers (`StreamingTranscriber`, `RealtimeTranscriber`), or a
 *   transcriber
 * @throws {TypeError} on an unknown option or an invalid budget
 * @throws {PatchError} when the target is none of these, is frozen, or overrides a member that hangup has to reach. Then
 *   nothing has been changed
 */
export const overlay = makeOverlay({
  families,
  packageName,
  isTested: (version) => targets.some(({ versions }) => versions.includes(version)),
  self: import.meta.url,
  accepts: 'a client (new AssemblyAI(…)), the class StreamingTranscriber or RealtimeTranscriber, or a transcriber',
}) as <T extends object>(target: T, options?: OverlayOptions) => Overlay<T>;
